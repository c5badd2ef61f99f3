"""A policy with `${cognito-identity.amazonaws.com:sub}` gives each identity its own keys."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from local.server import Server
from tests.e2e.emulator.principals import Pool, client, is_refused, obsolete

SUB = "${cognito-identity.amazonaws.com:sub}"


@dataclass(frozen=True)
class Guest:
    bucket: str
    prefix: str
    s3: Any


def two_guests(server: Server) -> tuple[Guest, Guest]:
    bucket, s3 = f"photos-{secrets.token_hex(4)}", client(server, "s3")
    s3.create_bucket(Bucket=bucket)
    objects = {
        "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:GetObject"],
        "Resource": f"arn:aws:s3:::{bucket}/users/{SUB}/*",
    }
    listing = {
        "Effect": "Allow",
        "Action": "s3:ListBucket",
        "Resource": f"arn:aws:s3:::{bucket}",
        "Condition": {"StringLike": {"s3:prefix": f"users/{SUB}/*"}},
    }
    pool, guests = Pool.of(server, [objects, listing]), []
    for _ in range(2):
        identity_id, held = pool.enter()
        prefix = f"users/{identity_id}/"
        s3.put_object(Bucket=bucket, Key=f"{prefix}photo.jpg", Body=b"a photo")
        guests.append(Guest(bucket, prefix, client(server, "s3", held)))
    return guests[0], guests[1]


@pytest.fixture(scope="module")
def guests(patched: Server) -> tuple[Guest, Guest]:
    return two_guests(patched)


@pytest.fixture(scope="module")
def unpatched_guests(plain: Server) -> tuple[Guest, Guest]:
    return two_guests(plain)


def put(me: Guest, whose: Guest) -> Any:
    return me.s3.put_object(Bucket=me.bucket, Key=f"{whose.prefix}new.jpg", Body=b"new")


def get(me: Guest, whose: Guest) -> Any:
    return me.s3.get_object(Bucket=me.bucket, Key=f"{whose.prefix}photo.jpg")


def list_objects(me: Guest, whose: Guest) -> Any:
    return me.s3.list_objects_v2(Bucket=me.bucket, Prefix=whose.prefix)


WAYS = pytest.mark.parametrize("call", [put, get, list_objects])
Call = Callable[[Guest, Guest], Any]


@WAYS
def test_call_succeeds_when_the_key_is_the_callers_own(
    guests: tuple[Guest, Guest], call: Call
) -> None:
    alice, _ = guests
    assert not is_refused(lambda: call(alice, alice))


@WAYS
def test_call_is_refused_when_the_key_is_another_identitys(
    guests: tuple[Guest, Guest], call: Call
) -> None:
    alice, bob = guests
    assert is_refused(lambda: call(alice, bob))


def test_list_is_refused_when_it_has_no_prefix(guests: tuple[Guest, Guest]) -> None:
    alice, _ = guests
    assert is_refused(lambda: alice.s3.list_objects_v2(Bucket=alice.bucket))


@WAYS
def test_owner_is_refused_or_another_let_in_when_the_patch_is_missing(
    unpatched_guests: tuple[Guest, Guest], call: Call
) -> None:
    alice, bob = unpatched_guests
    gap = is_refused(lambda: call(alice, alice)) or not is_refused(lambda: call(alice, bob))
    assert gap, obsolete("policy_variables")
