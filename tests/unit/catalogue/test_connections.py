"""How the database is entered: with a token that IAM's keys sign, or with what a secret holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import botocore.session
import pytest
from darkroom.catalogue.connections import AUTHORITIES, Address, Login, credentials


class Secrets:
    """A Secrets Manager with one secret."""

    def get_secret_value(self, **asked: str) -> dict[str, str]:
        return {"SecretString": json.dumps({"username": asked["SecretId"], "password": "word"})}


def client(service: str) -> Any:
    if service == "secretsmanager":
        return Secrets()
    session = botocore.session.Session()
    session.set_credentials("key", "secret")
    return session.create_client(service, region_name="eu-central-1")


def address(login: Login, user: str) -> Address:
    return Address("db.example:6543", "postgres", user, login, "verify-full", "arn")


@pytest.mark.parametrize(
    ("login", "user", "action"),
    [
        ("dsql", "admin", "DbConnectAdmin"),
        ("dsql", "catalogue_writer", "DbConnect"),
        ("rds", "darkroom", "connect"),
    ],
)
def test_token_is_for_its_database_and_its_user(login: Login, user: str, action: str) -> None:
    name, token = credentials(address(login, user), client)

    asked = urlsplit(f"//{token}")
    query = parse_qs(asked.query)
    assert (name, asked.hostname, query["Action"]) == (user, "db.example", [action])
    assert int(query["X-Amz-Expires"][0]) <= 900
    assert len(query["X-Amz-Signature"][0]) == 64


def test_name_and_password_are_those_of_the_secret_when_there_is_one() -> None:
    assert credentials(address("secret", "unused"), client) == ("arn", "word")


def test_endpoint_may_have_a_port() -> None:
    assert (address("rds", "u").host, address("rds", "u").port) == ("db.example", 6543)
    assert Address("abc.dsql.eu-central-1.on.aws", "d", "u", "dsql", "require").port == 5432


def test_authorities_are_there_to_check_a_certificate_with() -> None:
    assert "BEGIN CERTIFICATE" in Path(AUTHORITIES).read_text(encoding="utf-8")
