"""A stack's HTTP API lets in the pages that its template names, at the rate that it sets."""

from __future__ import annotations

import json
import secrets
from typing import Any

from local.server import REGION, Server
from local.user import wait_for
from operations.api_url import api_url
from tests.e2e.emulator.principals import client, obsolete
from tests.e2e.signing import send

ORIGIN, OTHER = "http://127.0.0.1:5173", "http://127.0.0.1:5174"


def template(origin: str) -> str:
    """The template of an API that the pages of an origin may call."""
    return json.dumps(
        {
            "Resources": {
                "Api": {
                    "Type": "AWS::ApiGatewayV2::Api",
                    "Properties": {
                        "Name": "search",
                        "ProtocolType": "HTTP",
                        "CorsConfiguration": {"AllowOrigins": [origin], "AllowMethods": ["POST"]},
                    },
                },
                "Stage": {
                    "Type": "AWS::ApiGatewayV2::Stage",
                    "Properties": {
                        "ApiId": {"Ref": "Api"},
                        "StageName": "v1",
                        "DefaultRouteSettings": {
                            "ThrottlingRateLimit": 100,
                            "ThrottlingBurstLimit": 200,
                        },
                    },
                },
            },
            "Outputs": {"Api": {"Value": {"Ref": "Api"}}},
        }
    )


def api_of(server: Server, stack: str) -> str:
    """The API of a stack, once CloudFormation is done with it."""

    def ended() -> dict[str, Any] | None:
        found: dict[str, Any] = client(server, "cloudformation").describe_stacks(StackName=stack)[
            "Stacks"
        ][0]
        return None if found["StackStatus"].endswith("IN_PROGRESS") else found

    outputs = wait_for(ended, what="the stack")["Outputs"]
    return str(outputs[0]["OutputValue"])


def asked_before(server: Server, api: str, origin: str) -> int:
    """The status of what a browser asks before a page of an origin calls the API."""
    url = api_url(f"https://{api}.execute-api.{REGION}.amazonaws.com/v1/search", server.endpoint)
    headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    return send(url, headers=headers, method="OPTIONS").status


def test_pages_that_the_template_names_are_let_in_when_the_patch_is_applied(
    patched: Server,
) -> None:
    cloudformation, stack = client(patched, "cloudformation"), f"api-{secrets.token_hex(4)}"
    cloudformation.create_stack(StackName=stack, TemplateBody=template(ORIGIN))
    api = api_of(patched, stack)

    assert [asked_before(patched, api, each) for each in (ORIGIN, OTHER)] == [204, 403]
    [stage] = client(patched, "apigatewayv2").get_stages(ApiId=api)["Items"]
    assert stage["DefaultRouteSettings"]["ThrottlingRateLimit"] == 100

    cloudformation.update_stack(StackName=stack, TemplateBody=template(OTHER))
    assert api_of(patched, stack) == api
    assert [asked_before(patched, api, each) for each in (ORIGIN, OTHER)] == [403, 204]


def test_no_page_is_let_in_when_the_patch_is_missing(plain: Server) -> None:
    stack = f"api-{secrets.token_hex(4)}"
    client(plain, "cloudformation").create_stack(StackName=stack, TemplateBody=template(ORIGIN))
    status = asked_before(plain, api_of(plain, stack), ORIGIN)
    assert status == 403, obsolete("http_api_settings")
