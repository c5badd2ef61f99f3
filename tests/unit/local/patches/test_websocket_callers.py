"""What a $connect event says of its caller."""

from __future__ import annotations

from local.emulator.patches.websocket_callers import identity_of


def test_identity_is_empty_when_credentials_are_not_of_the_pool() -> None:
    assert identity_of({"Arn": "arn:aws:sts::1:assumed-role/x/y"}) == {}
