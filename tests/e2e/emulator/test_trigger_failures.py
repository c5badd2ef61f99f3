"""A user pool signs nobody in when the function that it asks before fails, or cannot run."""

from __future__ import annotations

import secrets

import pytest
from botocore.exceptions import ClientError

from local.login import Login, sign_in, sign_up
from local.server import Server
from tests.e2e.emulator.functions import create_function
from tests.e2e.emulator.principals import client, obsolete

FAILS = "def handler(event, context):\n    raise RuntimeError('broken')\n"
ADDS = (
    "def handler(event, context):\n"
    "    added = {'claimsToAddOrOverride': {'admission': 'open'}}\n"
    "    return {**event, 'response': {'claimsOverrideDetails': added}}\n"
)
WAITS = "import time\ndef handler(event, context):\n    time.sleep(20)\n"


def login(server: Server, function: str) -> Login:
    """The login of somebody in a pool that asks this function before it issues a token."""
    users = client(server, "cognito-idp")
    pool = users.create_user_pool(PoolName="people", LambdaConfig={"PreTokenGeneration": function})[
        "UserPool"
    ]["Id"]
    app = users.create_user_pool_client(
        UserPoolId=pool, ClientName="app", ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"]
    )["UserPoolClient"]
    outputs = {"UserPoolClientId": app["ClientId"], "UserPoolId": pool}
    account = (f"{secrets.token_hex(4)}@darkroom.example", "Passw0rd! phrase")
    sign_up(server.endpoint, outputs, *account)
    users.admin_confirm_sign_up(UserPoolId=pool, Username=account[0])
    return sign_in(server.endpoint, outputs, *account)


def test_token_has_the_claim_when_the_function_adds_one(patched: Server) -> None:
    _, function = create_function(patched, ADDS)
    assert login(patched, function).claims["admission"] == "open"


def test_nobody_signs_in_when_the_function_fails(patched: Server) -> None:
    _, function = create_function(patched, FAILS)
    with pytest.raises(ClientError, match="UnexpectedLambdaException"):
        login(patched, function)


def test_nobody_signs_in_when_the_function_is_gone(patched: Server) -> None:
    name, function = create_function(patched, ADDS)
    client(patched, "lambda").delete_function(FunctionName=name)
    with pytest.raises(ClientError, match="UnexpectedLambdaException"):
        login(patched, function)


def test_nobody_signs_in_when_the_account_runs_as_many_functions_as_it_may() -> None:
    with Server("test-busy", account_concurrency=1) as server:
        name, function = create_function(server, WAITS, Timeout=60)
        client(server, "lambda").invoke(FunctionName=name, InvocationType="Event", Payload=b"{}")
        with pytest.raises(ClientError, match="UnexpectedLambdaException"):
            login(server, function)


def test_token_is_issued_when_the_function_fails_and_the_patch_is_missing(plain: Server) -> None:
    _, function = create_function(plain, FAILS)
    try:
        login(plain, function)
    except ClientError:
        pytest.fail(obsolete("trigger_failures"))
