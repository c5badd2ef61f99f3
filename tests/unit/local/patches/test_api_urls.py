"""The environment of a function, with URLs of APIs that it can reach."""

from __future__ import annotations

from local.emulator.patches.api_urls import urls_in

HERE = "http://127.0.0.1:4566"


def test_other_variables_stay_when_a_function_s_environment_is_read() -> None:
    variables = {"TABLE": "images", "URL": "https://a1.execute-api.x.amazonaws.com/live"}

    assert dict(urls_in(variables, HERE)) == {"URL": f"{HERE}/_aws/execute-api/a1/live"}
