"""A $connect event names the Cognito identity whose credentials signed the request."""

from __future__ import annotations

from typing import Any

from botocore.auth import SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from websockets.sync.client import connect

from local.server import REGION, Server
from operations.api_url import api_url
from tests.e2e.emulator.functions import create_function, invoke
from tests.e2e.emulator.principals import Pool, client, obsolete

# Remembers the caller of the last $connect, and returns it to whoever invokes it directly.
REMEMBER = """
caller = None
def handler(event, context):
    global caller
    if "requestContext" not in event:
        return caller
    caller = event["requestContext"]["identity"]
    return {"statusCode": 200}
"""


def identity_in_event(server: Server) -> tuple[str, dict[str, Any]]:
    """An identity that opens a WebSocket, and what the $connect event says of it."""
    apis, (name, arn) = client(server, "apigatewayv2"), create_function(server, REMEMBER)
    api = apis.create_api(
        Name="live", ProtocolType="WEBSOCKET", RouteSelectionExpression="$request.body.action"
    )["ApiId"]
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"
    integration = apis.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=uri
    )["IntegrationId"]
    apis.create_route(
        ApiId=api,
        RouteKey="$connect",
        AuthorizationType="AWS_IAM",
        Target=f"integrations/{integration}",
    )
    apis.create_stage(ApiId=api, StageName="live", AutoDeploy=True)
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}
    identity_id, held = Pool.of(server, [statement]).enter()
    url = api_url(f"https://{api}.execute-api.{REGION}.amazonaws.com/live", server.endpoint)
    request = AWSRequest("GET", url)
    SigV4QueryAuth(held, "execute-api", REGION, expires=60).add_auth(request)
    with connect(str(request.url).replace("http", "ws", 1), proxy=None):
        return identity_id, invoke(server, name)


def test_event_names_the_identity_when_the_patch_is_applied(patched: Server) -> None:
    identity_id, caller = identity_in_event(patched)
    assert caller["cognitoIdentityId"] == identity_id
    assert caller["cognitoAuthenticationType"] == "unauthenticated"
    assert "sourceIp" in caller


def test_event_names_nobody_when_the_patch_is_missing(plain: Server) -> None:
    _, caller = identity_in_event(plain)
    assert "cognitoIdentityId" not in caller, obsolete("websocket_callers")
