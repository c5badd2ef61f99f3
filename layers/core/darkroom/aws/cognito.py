"""Cognito in plain values: signing in for somebody, and asking whose identity a token is."""

from __future__ import annotations

import base64
import hashlib
import hmac
from functools import cached_property
from typing import TYPE_CHECKING

from darkroom.aws.errors import LoginGone, SignInRefused, aws_errors

if TYPE_CHECKING:
    from mypy_boto3_cognito_identity import CognitoIdentityClient
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient


class UserPool:
    """A user pool, through a client of its own that has a secret."""

    def __init__(
        self, client: CognitoIdentityProviderClient, *, user_pool_id: str, client_id: str
    ) -> None:
        self._client = client
        self._user_pool_id = user_pool_id
        self._client_id = client_id

    def id_token_of(self, user: str) -> str:
        """An ID token of a user, if the pool's trigger DefineAuthChallenge grants it.

        Raises:
            LoginGone: there is no such user, or they may not sign in.
            SignInFailed: a trigger did not answer.
        """
        try:
            with aws_errors():
                issued = self._client.admin_initiate_auth(
                    UserPoolId=self._user_pool_id,
                    ClientId=self._client_id,
                    AuthFlow="CUSTOM_AUTH",
                    AuthParameters={"USERNAME": user, "SECRET_HASH": self._secret_hash(user)},
                )
        except SignInRefused as error:  # Cognito does not say which users there are
            raise LoginGone(str(error)) from error
        return issued["AuthenticationResult"]["IdToken"]

    def _secret_hash(self, user: str) -> str:
        # https://docs.aws.amazon.com/cognito/latest/developerguide/signing-up-users-in-your-app.html
        message = f"{user}{self._client_id}".encode()
        digest = hmac.new(self._secret.encode(), message, hashlib.sha256).digest()
        return base64.b64encode(digest).decode()

    @cached_property
    def _secret(self) -> str:
        with aws_errors():
            described = self._client.describe_user_pool_client(
                UserPoolId=self._user_pool_id, ClientId=self._client_id
            )
        return described["UserPoolClient"]["ClientSecret"]


class Accounts:
    """The accounts of a user pool, to look at."""

    def __init__(self, client: CognitoIdentityProviderClient, *, user_pool_id: str) -> None:
        self._client = client
        self._user_pool_id = user_pool_id

    def has(self, user: str) -> bool:
        """Whether there is such a user."""
        try:
            with aws_errors():
                self._client.admin_get_user(UserPoolId=self._user_pool_id, Username=user)
        except LoginGone:
            return False
        return True


class IdentityPool:
    """An identity pool that takes the tokens of a user pool; `provider` is its name for that."""

    def __init__(
        self, client: CognitoIdentityClient, *, identity_pool_id: str, provider: str
    ) -> None:
        self._client = client
        self._identity_pool_id = identity_pool_id
        self._provider = provider

    def identity_of(self, id_token: str) -> str:
        """The identity of a token's user: made now, if they never had one."""
        with aws_errors():
            answer = self._client.get_id(
                IdentityPoolId=self._identity_pool_id, Logins={self._provider: id_token}
            )
        return answer["IdentityId"]
