"""Sign-up and sign-in with the user pool, as an app does it: with e-mail address and password."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from local.server import REGION
from operations.local_clients import local_client

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


@dataclass(frozen=True)
class Login:
    """The tokens of a user who is signed in to the stack's user pool."""

    email: str
    id_token: str
    access_token: str
    refresh_token: str
    endpoint: str
    outputs: Mapping[str, str]

    @property
    def provider(self) -> str:
        """The identity pool's name for the user pool."""
        return f"cognito-idp.{REGION}.amazonaws.com/{self.outputs['UserPoolId']}"

    @property
    def claims(self) -> dict[str, Any]:
        """The claims of the ID token."""
        payload = self.id_token.split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=="))
        return claims

    def refreshed(self) -> Login:
        """The same login with new tokens."""
        issued = _client(self.endpoint).initiate_auth(
            ClientId=self.outputs["UserPoolClientId"],
            AuthFlow="REFRESH_TOKEN_AUTH",
            AuthParameters={"REFRESH_TOKEN": self.refresh_token},
        )["AuthenticationResult"]
        return Login(
            self.email,
            issued["IdToken"],
            issued["AccessToken"],
            issued.get("RefreshToken", self.refresh_token),
            self.endpoint,
            self.outputs,
        )


def sign_up(endpoint: str, outputs: Mapping[str, str], email: str, password: str) -> None:
    """Create an account. Cognito then waits for the code that it has mailed."""
    _client(endpoint).sign_up(
        ClientId=outputs["UserPoolClientId"],
        Username=email,
        Password=password,
        UserAttributes=[{"Name": "email", "Value": email}],
    )


def sign_in(endpoint: str, outputs: Mapping[str, str], email: str, password: str) -> Login:
    """The login of a confirmed account."""
    issued = _client(endpoint).initiate_auth(
        ClientId=outputs["UserPoolClientId"],
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )["AuthenticationResult"]
    return Login(
        email,
        issued["IdToken"],
        issued["AccessToken"],
        issued["RefreshToken"],
        endpoint,
        outputs,
    )


def _client(endpoint: str) -> CognitoIdentityProviderClient:
    client: CognitoIdentityProviderClient = local_client("cognito-idp", endpoint, REGION)
    return client
