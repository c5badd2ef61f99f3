"""What `sam deploy` of a stack is told of its main stack."""

from __future__ import annotations

import pytest

from operations.beside import KINDS, Kind
from operations.parameters_beside import TOLD, overrides

OUTPUTS = {kind: {name: name.lower() for name in TOLD[kind].always} for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_it_needs_is_told(kind: Kind) -> None:
    outputs = OUTPUTS[kind]
    told = dict(each.split("=") for each in overrides(kind, {**outputs, "LiveUrl": "wss://live"}))
    assert told == outputs


def test_roles_of_guests_and_pages_are_told_where_there_are_some() -> None:
    more = {"GuestRoleName": "guests", "PageOrigins": "https://a.example,https://b.example"}
    told = overrides("search", OUTPUTS["search"] | more)
    assert [f"{name}={value}" for name, value in more.items()] == told[-2:]


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind in KINDS for name in TOLD[kind].always]
)
def test_another_version_of_the_main_stack_is_not_passed_over(kind: Kind, name: str) -> None:
    with pytest.raises(KeyError):
        overrides(kind, {each: value for each, value in OUTPUTS[kind].items() if each != name})


def test_what_is_empty_is_not_told() -> None:
    outputs = OUTPUTS["search"]
    assert overrides("search", {**outputs, "PageOrigins": ""}) == overrides("search", outputs)
