"""Clients of an emulator: its owner's, a role's with one policy, and those of a pool's guests."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from local.server import REGION, Server
from operations.local_clients import local_client

Statements = list[dict[str, Any]]
DENIED = ("AccessDenied", "AccessDeniedException", "AuthorizationError")  # the last is SNS's


def obsolete(patch: str) -> str:
    """What a test says once MiniStack needs a patch no more."""
    return f"MiniStack closes this gap by itself: local/emulator/patches/{patch}.py can go"


def client(server: Server, service: str, credentials: Credentials | None = None) -> Any:
    """A client with these credentials; by default the owner's, whom IAM does not restrict."""
    if credentials is None:
        return server.client(service)
    return local_client(service, server.endpoint, REGION, credentials)


def unsigned_client(server: Server, service: str) -> Any:
    """A client of somebody without credentials."""
    return local_client(service, server.endpoint, REGION)


def role_credentials(server: Server, statements: Statements) -> Credentials:
    """Credentials of a new role that may do what the statements say."""
    role = _new_role(server, {"AWS": "*"}, "sts:AssumeRole", statements)
    issued = client(server, "sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return Credentials(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])


@dataclass(frozen=True)
class Pool:
    """An identity pool, whose identities, with a login or without, all have the same role."""

    server: Server
    id: str

    @staticmethod
    def of(server: Server, statements: Statements, **options: Any) -> Pool:
        """A new pool."""
        pools = client(server, "cognito-identity")
        pool = pools.create_identity_pool(
            IdentityPoolName=f"pool-{secrets.token_hex(4)}",
            AllowUnauthenticatedIdentities=True,
            **options,
        )["IdentityPoolId"]
        trusted = {"Federated": "cognito-identity.amazonaws.com"}
        role = _new_role(server, trusted, "sts:AssumeRoleWithWebIdentity", statements)
        roles = {"unauthenticated": role, "authenticated": role}
        pools.set_identity_pool_roles(IdentityPoolId=pool, Roles=roles)
        return Pool(server, pool)

    def enter(self, logins: dict[str, str] | None = None) -> tuple[str, Credentials]:
        """A new identity of the pool, and its credentials."""
        pools, logins = unsigned_client(self.server, "cognito-identity"), logins or {}
        identity_id = pools.get_id(IdentityPoolId=self.id, Logins=logins)["IdentityId"]
        issued = pools.get_credentials_for_identity(IdentityId=identity_id, Logins=logins)
        held = issued["Credentials"]
        return identity_id, Credentials(
            held["AccessKeyId"], held["SecretKey"], held["SessionToken"]
        )


def is_refused(call: Callable[[], Any]) -> bool:
    """Whether IAM refuses the call; any other failure is a mistake of the test."""
    try:
        call()
    except ClientError as error:
        if error.response["Error"]["Code"] in DENIED:
            return True
        raise
    return False


def _new_role(server: Server, trusted: dict[str, str], action: str, statements: Statements) -> str:
    iam, name = client(server, "iam"), f"role-{secrets.token_hex(4)}"
    trust = {"Effect": "Allow", "Principal": trusted, "Action": action}
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=_document([trust]))
    iam.put_role_policy(RoleName=name, PolicyName="granted", PolicyDocument=_document(statements))
    return str(role["Role"]["Arn"])


def _document(statements: Statements) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})
