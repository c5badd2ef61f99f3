"""A user pool whose operators make the accounts lets nobody sign up."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from local.login import sign_up
from local.server import Server
from tests.e2e.emulator.principals import client, obsolete


def try_to_sign_up(server: Server, *, closed: bool) -> None:
    users = client(server, "cognito-idp")
    pool = users.create_user_pool(
        PoolName="people", AdminCreateUserConfig={"AllowAdminCreateUserOnly": closed}
    )["UserPool"]["Id"]
    app = users.create_user_pool_client(UserPoolId=pool, ClientName="app")["UserPoolClient"]
    outputs = {"UserPoolClientId": app["ClientId"], "UserPoolId": pool}
    sign_up(server.endpoint, outputs, "ann@darkroom.example", "Passw0rd! phrase")


def test_sign_up_is_refused_when_the_pool_is_closed(patched: Server) -> None:
    with pytest.raises(ClientError, match="SignUp is not permitted"):
        try_to_sign_up(patched, closed=True)


def test_sign_up_is_taken_when_the_pool_is_open(patched: Server) -> None:
    try_to_sign_up(patched, closed=False)


def test_sign_up_is_taken_by_a_closed_pool_when_the_patch_is_missing(plain: Server) -> None:
    try:
        try_to_sign_up(plain, closed=True)
    except ClientError:
        pytest.fail(obsolete("closed_sign_up"))
