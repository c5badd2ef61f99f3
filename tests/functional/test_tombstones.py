"""A tombstone says up to which version a key is deleted, and never goes back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from darkroom.aws.clients import dynamodb_client
from darkroom.aws.dynamodb import transact
from darkroom.aws.errors import ConditionFailed
from darkroom.marks import MARK_SECONDS
from darkroom.pipeline.tombstones import Tombstones
from darkroom.pipeline.uploads import ImageVersion

from tests.functional.conftest import World

DELETED = ImageVersion("ann", "users/ann/a.jpg", "0066")
OLDER, NEWER = replace(DELETED, version="0065"), replace(DELETED, version="0067")
OTHER = replace(DELETED, key="users/ann/b.jpg")


@pytest.fixture
def marks(world: World) -> Tombstones:
    """With the tombstone of one deletion."""
    world.monkeypatch.setattr("time.time", lambda: 1_000.0)
    made = Tombstones(dynamodb_client(), "IdempotencyTable")
    made.tombstone(DELETED).write()
    return made


def test_version_is_covered_when_it_or_a_newer_one_is_deleted(marks: Tombstones) -> None:
    assert [marks.cover(each) for each in (OLDER, DELETED, NEWER, OTHER)] == [
        True, True, False, False,
    ]  # fmt: skip
    assert [marks.version(each.key) for each in (DELETED, OTHER)] == ["0066", None]


def test_tombstone_never_goes_back_when_an_older_version_is_deleted_after(
    marks: Tombstones,
) -> None:
    marks.tombstone(DELETED).write()
    with pytest.raises(ConditionFailed):
        marks.tombstone(OLDER).write()
    assert marks.version(DELETED.key) == "0066"
    marks.tombstone(NEWER).write()
    assert marks.version(DELETED.key) == "0067"


@pytest.mark.parametrize(
    ("image", "is_deleted"), [(OLDER, True), (DELETED, True), (NEWER, False), (OTHER, False)]
)
def test_transaction_is_refused_when_its_version_is_deleted(
    marks: Tombstones, image: ImageVersion, is_deleted: bool
) -> None:
    writes = [marks.require_no_tombstone(image)]
    if is_deleted:
        with pytest.raises(ConditionFailed):
            transact(dynamodb_client(), writes)
    else:
        transact(dynamodb_client(), writes)


@pytest.mark.usefixtures("marks")
def test_tombstone_outlives_every_message_when_it_is_written(world: World) -> None:
    assert world.item("IdempotencyTable", id="removed#users/ann/a.jpg") == {
        "id": "removed#users/ann/a.jpg",
        "version": "0066",
        "expiration": 1_000 + MARK_SECONDS,
    }
