"""A small HTTP API in an emulator, with a function behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from botocore.credentials import Credentials

from local.server import REGION, Server
from operations.api_url import api_url
from tests.answers import Answer
from tests.e2e.emulator.functions import create_function
from tests.e2e.emulator.principals import Pool, client
from tests.e2e.signing import send, signed

ANSWER = 'def handler(event, context):\n    return {"statusCode": 200, "body": "here"}\n'
BODY = b'{"text": "lake"}'


@dataclass(frozen=True)
class Api:
    """Its address and who may call it; the stage is `v1`, the route `POST /search`."""

    server: Server
    id: str
    url: str
    credentials: Credentials

    def call(self, body: bytes = BODY, **scope: Any) -> Answer:
        """The answer to a request of somebody who may call it."""
        return send(self.url, body, signed(self.url, body, self.credentials, **scope))

    def allow(self, function: str, route: str = "v1/POST/search") -> None:
        """Let it call a function for a route."""
        client(self.server, "lambda").add_permission(
            FunctionName=function,
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"{arn_of(self.id)}/{route}",
        )


def arn_of(api: str) -> str:
    return f"arn:aws:execute-api:{REGION}:000000000000:{api}"


def create_api(
    server: Server,
    source: str = ANSWER,
    *,
    allowed: bool = True,
    settings: Mapping[str, float] | None = None,
) -> tuple[Api, str]:
    """A new API and its function's name. `settings` are those of its routes."""
    apis, (name, function) = client(server, "apigatewayv2"), create_function(server, source)
    api = apis.create_api(Name="search", ProtocolType="HTTP")["ApiId"]
    integration = apis.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=function,
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    apis.create_route(
        ApiId=api,
        RouteKey="POST /search",
        AuthorizationType="AWS_IAM",
        Target=f"integrations/{integration}",
    )
    apis.create_stage(
        ApiId=api, StageName="v1", AutoDeploy=True, DefaultRouteSettings=dict(settings or {})
    )
    route = f"{arn_of(api)}/v1/POST/search"
    statement = {"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": route}
    _, held = Pool.of(server, [statement]).enter()
    url = api_url(f"https://{api}.execute-api.{REGION}.amazonaws.com/v1/search", server.endpoint)
    made = Api(server, api, url, held)
    if allowed:
        made.allow(name)
    return made, name
