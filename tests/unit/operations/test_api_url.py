"""An API that the template names by its URL on AWS is reached in the local cloud, too."""

from __future__ import annotations

import pytest

from operations.api_url import api_url

HERE = "http://127.0.0.1:4566"


@pytest.mark.parametrize(
    ("url", "local"),
    [
        (
            "https://a1.execute-api.eu-central-1.amazonaws.com/live",
            "http://127.0.0.1:4566/_aws/execute-api/a1/live",
        ),
        (
            "wss://a1.execute-api.cn-north-1.amazonaws.com.cn/live",
            "ws://127.0.0.1:4566/_aws/execute-api/a1/live",
        ),
        ("https://s3.amazonaws.com/live", "https://s3.amazonaws.com/live"),
    ],
)
def test_api_is_found_here_when_its_url_is_aws_s(url: str, local: str) -> None:
    assert api_url(url, HERE) == local
