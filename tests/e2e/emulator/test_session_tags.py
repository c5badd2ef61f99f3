"""A policy that requires `aws:PrincipalTag/…` reads what the pool makes of the token's claims."""

from __future__ import annotations

import secrets
from typing import Any

from local.login import sign_in, sign_up
from local.server import REGION, Server
from tests.e2e.emulator.principals import Pool, client, is_refused, obsolete

EMAIL = "ann@darkroom.example"


def is_let_in(server: Server, email: str) -> bool:
    """Whether somebody may write where only Ann may, who is known by her token's e-mail."""
    users, bucket = client(server, "cognito-idp"), f"tagged-{secrets.token_hex(4)}"
    client(server, "s3").create_bucket(Bucket=bucket)
    user_pool = users.create_user_pool(PoolName="people")["UserPool"]["Id"]
    app = users.create_user_pool_client(UserPoolId=user_pool, ClientName="app")
    client_id = app["UserPoolClient"]["ClientId"]
    provider = f"cognito-idp.{REGION}.amazonaws.com/{user_pool}"
    statement = {
        "Effect": "Allow",
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{bucket}/*",
        "Condition": {"StringEquals": {"aws:PrincipalTag/who": EMAIL}},
    }
    providers: Any = [{"ProviderName": provider, "ClientId": client_id}]
    pool = Pool.of(server, [statement], CognitoIdentityProviders=providers)
    client(server, "cognito-identity").set_principal_tag_attribute_map(
        IdentityPoolId=pool.id, IdentityProviderName=provider, PrincipalTags={"who": "email"}
    )
    outputs, password = {"UserPoolClientId": client_id, "UserPoolId": user_pool}, "Passw0rd! phrase"
    sign_up(server.endpoint, outputs, email, password)
    users.admin_confirm_sign_up(UserPoolId=user_pool, Username=email)
    login = sign_in(server.endpoint, outputs, email, password)
    _, held = pool.enter({provider: login.id_token})
    s3 = client(server, "s3", held)
    return not is_refused(lambda: s3.put_object(Bucket=bucket, Key="a", Body=b"a"))


def test_owner_of_the_tag_alone_is_let_in_when_the_patch_is_applied(patched: Server) -> None:
    assert is_let_in(patched, EMAIL)
    assert not is_let_in(patched, "bob@darkroom.example")


def test_owner_of_the_tag_is_refused_when_the_patch_is_missing(plain: Server) -> None:
    assert not is_let_in(plain, EMAIL), obsolete("session_tags")
