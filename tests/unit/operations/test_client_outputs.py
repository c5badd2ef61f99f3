"""amplify_outputs.json: the stack as Amplify's libraries want to be told of it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from operations.client_outputs import client_outputs

ROOT = Path(__file__).parents[3]
OUTPUTS = {
    "Region": "eu-central-1",
    "UserPoolId": "eu-central-1_Abc",
    "UserPoolClientId": "client",
    "IdentityPoolId": "eu-central-1:pool",
    "UploadsBucketName": "uploads",
    "ProcessedBucketName": "processed",
    "ImagesTableName": "images",
    "AlbumsTableName": "albums",
    "UsageTableName": "usage",
    "NotificationsTableName": "notifications",
    "PeopleTableName": "people",
    "AnswersTableName": "answers",
    "LiveUrl": "wss://abc123.execute-api.eu-central-1.amazonaws.com/live",
}
PARAMETERS = {
    "AllowSignUp": "false",
    "AllowGuests": "false",
    "Kinds": "picture,table,video",
    "KeepOtherFiles": "false",
    "BinDays": "30",
    "MaxUploadBytes": "1000",
    "MaxTableBytes": "1500",
    "MaxVideoBytes": "1600",
    "MaxPixels": "2000",
    "MaxJpegPixels": "3000",
    "QuotaMode": "enforce",
    "QuotaPeriod": "month",
    "QuotaStoredBytes": "4000",
    "QuotaUploadedBytes": "5000",
    "QuotaUploadedObjects": "60",
    "QuotaMinimumBytes": "7",
}
POLICY = {
    "MinimumLength": 12,
    "RequireLowercase": False,
    "RequireUppercase": False,
    "RequireNumbers": False,
    "RequireSymbols": True,
}


SEARCH = "https://def456.execute-api.eu-central-1.amazonaws.com/v1/search"
SHARE = (
    "https://ghi789.execute-api.eu-central-1.amazonaws.com/v1/links",
    "https://jkl012.execute-api.eu-central-1.amazonaws.com/v1/s",
)
ASK = "https://mno345.execute-api.eu-central-1.amazonaws.com/v1"


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        (None, SEARCH),
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566/_aws/execute-api/def456/v1/search"),
    ],
)
def test_search_is_told_of_if_there_is_one(endpoint: str | None, url: str) -> None:
    told = client_outputs(OUTPUTS, PARAMETERS, POLICY, endpoint, search_url=SEARCH)
    assert told["custom"]["searchUrl"] == url
    assert "searchUrl" not in client_outputs(OUTPUTS, PARAMETERS, POLICY, endpoint)["custom"]


def test_sharing_is_told_of_if_there_is_some() -> None:
    custom = client_outputs(OUTPUTS, PARAMETERS, POLICY, share_urls=SHARE)["custom"]
    assert (custom["shareUrl"], custom["showUrl"]) == SHARE
    local = "http://127.0.0.1:4566"
    custom = client_outputs(OUTPUTS, PARAMETERS, POLICY, local, share_urls=SHARE)["custom"]
    assert custom["showUrl"] == "http://127.0.0.1:4566/_aws/execute-api/jkl012/v1/s"
    custom = client_outputs(OUTPUTS, PARAMETERS, POLICY)["custom"]
    assert not {"shareUrl", "showUrl"} & set(custom)


def test_asking_is_told_of_if_one_can() -> None:
    assert client_outputs(OUTPUTS, PARAMETERS, POLICY, ask_url=ASK)["custom"]["askUrl"] == ASK
    local = client_outputs(OUTPUTS, PARAMETERS, POLICY, "http://127.0.0.1:4566", ask_url=ASK)
    assert local["custom"]["askUrl"] == "http://127.0.0.1:4566/_aws/execute-api/mno345/v1"
    assert "askUrl" not in client_outputs(OUTPUTS, PARAMETERS, POLICY)["custom"]


def shape(value: Any) -> Any:
    """The names in a JSON value and the kinds of what they hold."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(part) for part in value]
    return type(value)


def test_file_is_as_it_is_documented_when_the_cloud_is_local() -> None:
    text = (ROOT / "docs" / "clients.md").read_text(encoding="utf-8")
    documented = re.search(r"## amplify_outputs.json\n\n```json\n(.*?)```", text, re.DOTALL)
    assert documented is not None

    url = "http://127.0.0.1:40123"
    written = client_outputs(
        OUTPUTS, PARAMETERS, POLICY, url, search_url=SEARCH, share_urls=SHARE, ask_url=ASK
    )

    assert shape(written) == shape(json.loads(documented[1]))


def test_nothing_names_an_endpoint_when_the_cloud_is_aws() -> None:
    written = client_outputs(OUTPUTS, PARAMETERS, POLICY)

    assert "endpoint" not in written["custom"]
    assert written["custom"]["liveUrl"] == OUTPUTS["LiveUrl"]
    assert "127.0.0.1" not in json.dumps(written)


def test_live_url_is_the_local_cloud_s_when_the_cloud_is_local() -> None:
    url = "http://127.0.0.1:40123"
    written = client_outputs(
        OUTPUTS, PARAMETERS, POLICY, url, search_url=SEARCH, share_urls=SHARE, ask_url=ASK
    )

    assert written["custom"]["liveUrl"] == ("ws://127.0.0.1:40123/_aws/execute-api/abc123/live")


@pytest.mark.parametrize(("parameter", "allowed"), [("true", True), ("false", False)])
def test_sign_up_is_announced_when_it_is_allowed(parameter: str, allowed: bool) -> None:
    written = client_outputs(OUTPUTS, {**PARAMETERS, "AllowSignUp": parameter}, POLICY)

    assert written["custom"]["signUp"] is allowed


@pytest.mark.parametrize(
    ("parameter", "kinds"), [("picture,video", ["picture", "video"]), ("picture", ["picture"])]
)
def test_kinds_are_announced_that_the_stack_processes(parameter: str, kinds: list[str]) -> None:
    written = client_outputs(OUTPUTS, {**PARAMETERS, "Kinds": parameter}, POLICY)

    assert written["custom"]["kinds"] == kinds


@pytest.mark.parametrize("mailed", [True, False])
def test_mails_are_announced_when_people_get_some(mailed: bool) -> None:
    written = client_outputs(OUTPUTS, PARAMETERS, POLICY, mails_people=mailed)

    assert written["custom"]["mailsPeople"] is mailed


@pytest.mark.parametrize(("parameter", "allowed"), [("true", True), ("false", False)])
def test_guests_are_announced_when_they_are_allowed(parameter: str, allowed: bool) -> None:
    written = client_outputs(OUTPUTS, {**PARAMETERS, "AllowGuests": parameter}, POLICY)

    assert written["auth"]["unauthenticated_identities_enabled"] is allowed
    assert written["auth"]["password_policy"]["require_symbols"] is True
