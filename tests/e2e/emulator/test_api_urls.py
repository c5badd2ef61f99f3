"""A function whose environment holds an API's URL of AWS finds the API here."""

from __future__ import annotations

from local.server import Server
from tests.e2e.emulator.functions import create_function, invoke
from tests.e2e.emulator.principals import obsolete

URL = "https://a1.execute-api.us-east-1.amazonaws.com/live"
RETURN_URL = """
import os
def handler(event, context):
    return os.environ["URL"]
"""


def url_seen_by_function(server: Server) -> str:
    name, _ = create_function(server, RETURN_URL, Environment={"Variables": {"URL": URL}})
    return str(invoke(server, name))


def test_url_leads_to_the_emulator_when_the_patch_is_applied(patched: Server) -> None:
    expected = f"{patched.endpoint}/_aws/execute-api/a1/live"
    assert url_seen_by_function(patched) == expected


def test_url_leads_to_aws_when_the_patch_is_missing(plain: Server) -> None:
    assert url_seen_by_function(plain) == URL, obsolete("api_urls")
