"""The tag of an original says what the ledger says, also of what changes while it is set."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from darkroom.aws.attribute_values import to_item
from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.config import LedgerConfig, load
from darkroom.errors import TransientError
from darkroom.pipeline.uploads import Upload
from darkroom.quota.ledger import Charge, Ledger
from darkroom.quota.over_quota_tags import OverQuotaTags
from darkroom.states import Admission

from tests.functional.conftest import World
from tests.functional.test_join import upload_of
from tests.functional.wire import Plan

OVER = [{"Key": "darkroom", "Value": "over-quota"}]
BRIEFLY = [{"Key": "darkroom", "Value": "over-quota-brief"}]
HELD = Charge(current=True, over_quota=Admission.STORAGE_FULL)
RECHECK = Charge(current=True, recheck_tag=True)


@pytest.fixture
def upload(world: World) -> Upload:
    return upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))


@pytest.fixture
def tags(world: World) -> OverQuotaTags:
    return OverQuotaTags(s3_client(), Ledger.of(dynamodb_client(), load(LedgerConfig)))


def say(world: World, state: str, **more: Any) -> None:
    """Let the ledger's row of the upload be in this state."""
    row = {"identity_id": "ann", "image": "users/ann/a.jpg", "version": "0066", "state": state}
    world.dynamodb.put_item(TableName="LedgerTable", Item=to_item(row | more))


def tag(world: World) -> None:
    world.s3.put_object_tagging(Bucket="uploads", Key="users/ann/a.jpg", Tagging={"TagSet": OVER})


@pytest.mark.parametrize("charge", [HELD, RECHECK])
@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"state": "held"}, OVER),
        ({"state": "held", "brief": True}, BRIEFLY),
        ({"state": "stored"}, []),
        (None, []),
    ],
)
def test_tag_is_as_the_ledger_says_when_it_is_to_be_compared(
    world: World, tags: OverQuotaTags, upload: Upload, charge: Charge, row: Any, expected: Any
) -> None:
    if row:
        say(world, **row)
    for _ in range(2):
        tags.apply(upload, charge)
        assert world.tags("ann", "a.jpg") == expected
        tag(world)


def test_nothing_is_asked_when_no_tag_can_be_wrong(
    world: World, tags: OverQuotaTags, upload: Upload
) -> None:
    with world.wire.watch(lambda *_: "none"):
        tags.apply(upload, Charge(current=True))
        assert world.wire.sent == []


@pytest.mark.parametrize("state", ["held", "stored"])
def test_nothing_is_to_expire_when_the_original_is_deleted(
    world: World, tags: OverQuotaTags, upload: Upload, state: str
) -> None:
    say(world, state)
    world.delete("ann", "a.jpg")
    tags.apply(upload, HELD)


def changing(world: World, states: Iterator[str]) -> Plan:
    """A plan: the ledger says something else as soon as a tag was decided on, while there is."""

    def plan(_: int, sent: str) -> Any:
        if "ObjectTagging" in sent and (state := next(states, None)):
            say(world, state)
        return "none"

    return plan


@pytest.mark.parametrize(
    ("first", "then", "expected"), [("held", "stored", []), ("stored", "held", OVER)]
)
def test_tag_is_compared_again_when_the_ledger_changed_while_it_was_set(
    world: World, tags: OverQuotaTags, upload: Upload, first: str, then: str, expected: Any
) -> None:
    say(world, first)
    with world.wire.watch(changing(world, iter([then]))):
        tags.apply(upload, HELD)
    assert world.tags("ann", "a.jpg") == expected


def test_tag_is_compared_again_when_another_version_is_held_meanwhile(
    world: World, tags: OverQuotaTags, upload: Upload
) -> None:
    say(world, "held")
    happened: list[Callable[[], None]] = [lambda: say(world, "held", version="0067")]

    def plan(_: int, sent: str) -> Any:
        if "ObjectTagging" in sent and happened:
            happened.pop()()
        return "none"

    with world.wire.watch(plan):
        tags.apply(upload, HELD)
        assert sum("ObjectTagging" in sent for sent in world.wire.sent) == 2


def test_message_comes_again_when_the_ledger_changes_each_of_five_times(
    world: World, tags: OverQuotaTags, upload: Upload
) -> None:
    states = ["held", "stored", "held", "stored", "held", "stored"]
    say(world, states[0])
    with world.wire.watch(changing(world, iter(states[1:5]))):
        tags.apply(upload, HELD)
    say(world, states[0])
    with pytest.raises(TransientError), world.wire.watch(changing(world, iter(states[1:]))):
        tags.apply(upload, HELD)
