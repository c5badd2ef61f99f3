"""An image's item is of its newest version: what is written for any other changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.aws.dynamodb import transact
from darkroom.config import ConfigError
from darkroom.errors import TransientError, UnreadableUpload
from darkroom.kinds import Kind
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.records import (
    ImageRecords,
    SameObject,
    StepOutcome,
    Superseded,
    kind_in,
)
from darkroom.pipeline.tombstones import Tombstones
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.versions import synthetic_after
from darkroom.states import StepState

from tests.functional.conftest import STEPS, World
from tests.functional.pipeline import BROKEN, TEXT
from tests.functional.test_join import records, upload_of
from tests.functional.wire import Plan, meanwhile, only

NOW = "2026-11-24T10:00:00.000Z"


class Heads(Originals):
    """Uploads whose first bytes are told here; it counts how often they are asked for."""

    def __init__(self, head: bytes = BROKEN) -> None:
        super().__init__(s3_client())
        self.asked = 0
        self._head = head

    def head(self, upload: Upload) -> bytes:
        self.asked += 1
        return self._head


@pytest.fixture
def upload(world: World) -> Upload:
    return upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))


@pytest.fixture
def opened(upload: Upload) -> Upload:
    records().open(upload, Heads())
    return upload


def later(upload: Upload, **changed: Any) -> Upload:
    """A newer upload to the same key."""
    return replace(upload, **({"version": f"{upload.version}1", "etag": "other"} | changed))


def again(upload: Upload) -> Upload:
    """The same object, to be processed once more."""
    return replace(upload, version=synthetic_after(upload.version))


def item_of(world: World, name: str = "a.jpg") -> dict[str, Any]:
    item = world.image("ann", name)
    assert item is not None
    return item


def change(world: World, **values: Any) -> None:
    """Store the item with other values; None takes one away."""
    item = {k: v for k, v in (item_of(world) | values).items() if v is not None}
    records()._images.put(cast("Any", item)).write()


def lost(races: int) -> Plan:
    """A plan: so many transactions meet what another has written a moment before."""
    seen = 0

    def plan(_: int, sent: str) -> Any:
        nonlocal seen
        if sent.startswith("TransactWriteItems"):
            seen += 1
            return "refused" if seen <= races else "none"
        return "none"

    return plan


def test_item_says_all_that_is_known_when_its_version_is_opened(
    world: World, upload: Upload
) -> None:
    made = records().open(upload, Heads())

    item = item_of(world)
    assert item == dict(made)
    assert item.pop("opened_at") > NOW
    assert item == {
        "identity_id": "ann",
        "image": "users/ann/a.jpg",
        "version": upload.version,
        "sequencer": upload.sequencer,
        "kind": "picture",
        "status": "processing",
        "bytes": upload.bytes,
        "etag": upload.etag,
        "uploaded_at": "2026-11-24T08:30:00.000Z",
        "steps": {step: {"state": "pending"} for step in STEPS},
        "renditions": {},
    }


def test_item_waits_for_steps_of_its_kind_and_says_why_when_it_is_no_picture(
    world: World, upload: Upload
) -> None:
    records().open(upload, Heads(TEXT))
    item = item_of(world)
    assert (item["kind"], list(item["steps"])) == ("other", ["quota"])
    assert item["refusal"]["reason"] == "unsupported"
    assert item["refusal"]["message"].startswith("This file is none that we can read. Please")


def test_file_is_of_no_known_kind_when_it_cannot_be_read(world: World, upload: Upload) -> None:
    class Locked(Originals):
        def head(self, upload: Upload) -> bytes:
            raise UnreadableUpload("It is in an archive.")

    records().open(upload, Locked(s3_client()))
    item = item_of(world)
    assert (item["kind"], item["refusal"]["reason"]) == ("other", "unreadable")


def test_item_stays_as_it_is_when_its_version_comes_again(world: World, opened: Upload) -> None:
    records().finish_step(opened, "thumbnail", StepOutcome())
    heads = Heads()

    assert records().open(opened, heads)["steps"]["thumbnail"]["state"] == "done"
    assert heads.asked == 0
    assert item_of(world)["steps"]["thumbnail"]["state"] == "done"


def test_newer_version_takes_the_item_over_and_no_older_one_after(
    world: World, opened: Upload
) -> None:
    newer = later(opened)
    records().finish_step(opened, "thumbnail", StepOutcome())
    records().open(newer, Heads())

    item = item_of(world)
    assert (item["version"], item["replaces"]) == (newer.version, opened.version)
    assert item["steps"]["thumbnail"]["state"] == "pending"
    with pytest.raises(Superseded) as refused:
        records().open(opened, Heads())
    assert not isinstance(refused.value, SameObject)
    assert item_of(world) == item


def test_newer_version_keeps_the_item_when_it_is_opened_while_an_older_one_is(
    world: World, upload: Upload
) -> None:
    def open_newer() -> None:
        records().open(later(upload), Heads())

    plan = meanwhile("TransactWriteItems ImagesTable", open_newer)
    with pytest.raises(Superseded), world.wire.watch(plan):
        records().open(upload, Heads())
    assert item_of(world)["version"] == later(upload).version


def test_same_object_is_told_when_it_is_recorded_under_a_synthetic_version(
    world: World, upload: Upload
) -> None:
    made_up = replace(upload, version=synthetic_after("0"))
    assert made_up.version < upload.version
    records().open(made_up, Heads())

    with pytest.raises(SameObject):
        records().open(upload, Heads())
    assert item_of(world)["version"] == made_up.version


def test_head_is_read_once_and_the_item_opened_when_others_win_four_times(
    world: World, upload: Upload
) -> None:
    heads = Heads()
    with world.wire.watch(lost(4)):
        records().open(upload, heads)
    assert heads.asked == 1
    assert item_of(world)["version"] == upload.version


def test_message_comes_again_when_others_win_each_time(world: World, upload: Upload) -> None:
    with pytest.raises(TransientError), world.wire.watch(lost(5)):
        records().open(upload, Heads())
    assert world.image("ann", "a.jpg") is None
    with pytest.raises(TransientError), world.wire.watch(lost(5)):
        records().delete_permanently(upload)
    with world.wire.watch(lost(4)):
        records().delete_permanently(upload)


@pytest.mark.parametrize("deleted_up_to", ["this version", "a later one"])
def test_item_is_never_opened_when_its_version_was_deleted(
    world: World, upload: Upload, deleted_up_to: str
) -> None:
    records().delete_permanently(upload if deleted_up_to == "this version" else later(upload))
    with pytest.raises(Superseded):
        records().open(upload, Heads())
    assert world.image("ann", "a.jpg") is None


def test_version_is_deleted_from_its_deletion_on(opened: Upload) -> None:
    assert not records().is_deleted(opened)
    records().delete_permanently(opened)
    assert records().is_deleted(opened)
    assert not records().is_deleted(later(opened))


def test_item_is_opened_when_an_older_version_was_deleted(world: World, upload: Upload) -> None:
    records().delete_permanently(upload)
    newer = later(upload)
    records().open(newer, Heads())
    assert item_of(world)["version"] == newer.version


def test_step_is_written_with_its_files_when_it_ends(world: World, opened: Upload) -> None:
    rendition: Any = {"key": "k", "format": "jpeg", "width": 1, "height": 2, "bytes": 3}
    outcome = StepOutcome(
        StepState.REJECTED, "corrupt", "Broken.", {"small": rendition}, {"width": 9}
    )

    item = records().finish_step(opened, "thumbnail", outcome)

    assert item == item_of(world)
    entry: Any = item["steps"]["thumbnail"]
    assert entry.pop("finished_at") > NOW
    assert entry == {"state": "rejected", "reason": "corrupt", "message": "Broken."}
    assert (item["renditions"], item["width"]) == ({"small": rendition}, 9)
    assert {state["state"] for step, state in item["steps"].items() if step != "thumbnail"} == {
        "pending"
    }
    again = records().finish_step(opened, "thumbnail", StepOutcome())
    assert set(again["steps"]["thumbnail"]) == {"state", "finished_at"}


def test_progress_is_noted_while_its_step_is_pending_and_not_after(
    world: World, opened: Upload
) -> None:
    records().report_progress(opened, "thumbnail", 40)
    steps = item_of(world)["steps"]
    assert steps.pop("thumbnail") == {"state": "pending", "percent": 40}
    assert steps == {step: {"state": "pending"} for step in STEPS if step != "thumbnail"}

    finished = records().finish_step(opened, "thumbnail", StepOutcome())
    records().report_progress(opened, "thumbnail", 90)
    assert item_of(world) == finished


CHANGES: dict[str, Callable[[ImageRecords, Upload], object]] = {
    "finish_step": lambda r, u: r.finish_step(u, "thumbnail", StepOutcome()),
    "report_progress": lambda r, u: r.report_progress(u, "thumbnail", 40),
    "forget_replaced": lambda r, u: r.forget_replaced(u),
    "mark_files_withdrawn": lambda r, u: r.mark_files_withdrawn(u),
    "reopen": lambda r, u: r.reopen(u, NOW, kind=Kind.PICTURE),
    "refuse_again": lambda r, u: r.refuse_again(u, NOW, reason="full", message="Full."),
    "confirm": lambda r, u: r.confirm(u),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("moved_on", ["overwritten", "deleted"])
def test_nothing_changes_when_the_item_has_moved_on(
    world: World, opened: Upload, name: str, moved_on: str
) -> None:
    if moved_on == "overwritten":
        records().open(later(opened), Heads())
        change(world, status="over_quota")
    else:
        records().delete_permanently(opened)
    before = world.image("ann", "a.jpg")

    with pytest.raises(Superseded):
        CHANGES[name](records(), opened)

    assert world.image("ann", "a.jpg") == before


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("mark_files_withdrawn", "processed"),
        ("refuse_again", "failed"),
        ("reopen", "processing"),
        ("reopen", "processed"),
        ("reopen", "rejected"),
    ],
)
def test_nothing_changes_when_the_version_ended_in_another_way(
    world: World, opened: Upload, name: str, status: str
) -> None:
    change(world, status=status)
    before = item_of(world)
    with pytest.raises(Superseded):
        CHANGES[name](records(), opened)
    assert item_of(world) == before


@pytest.mark.parametrize("name", ["finish_step", "report_progress", "confirm"])
def test_no_step_ends_when_files_were_withdrawn(world: World, opened: Upload, name: str) -> None:
    change(world, status="over_quota")
    records().mark_files_withdrawn(opened)
    with pytest.raises(Superseded):
        CHANGES[name](records(), opened)
    with pytest.raises(Superseded):
        records().open(opened, Heads())


def test_message_comes_again_when_a_step_is_refused_but_wanted(
    world: World, opened: Upload
) -> None:
    records().confirm(opened)
    refused = only("UpdateItem ImagesTable", "refused")
    with pytest.raises(TransientError), world.wire.watch(refused):
        records().finish_step(opened, "thumbnail", StepOutcome())


def test_files_are_listed_no_more_when_they_are_withdrawn(world: World, opened: Upload) -> None:
    change(world, status="over_quota", renditions={"a": {"key": "k"}}, details={"key": "d"})
    records().mark_files_withdrawn(opened)
    item = item_of(world)
    assert (item["withdrawn"], item["renditions"]) == (True, {})
    assert "details" not in item


def test_older_files_are_forgotten_when_they_are_gone(world: World, opened: Upload) -> None:
    records().open(later(opened), Heads())
    records().forget_replaced(later(opened))
    assert "replaces" not in item_of(world)


@pytest.mark.parametrize("status", ["over_quota", "failed"])
def test_all_steps_are_to_do_again_when_a_version_is_reopened(
    world: World, opened: Upload, status: str
) -> None:
    fresh = item_of(world)
    records().finish_step(opened, "quota", StepOutcome(StepState.OVER_QUOTA))
    change(
        world, status=status, renditions={"a": {"key": "k"}}, details={"key": "d"}, reason="full",
        message="Full.", finished_at=NOW, withdrawn=True,
    )  # fmt: skip

    records().reopen(opened, NOW, kind=Kind.PICTURE)
    assert item_of(world) == fresh | {"retried_at": NOW}

    change(world, status=status)
    records().reopen(opened, NOW, kind=Kind.OTHER)
    assert list(item_of(world)["steps"]) == ["quota"]


def test_item_says_when_and_why_when_it_is_refused_again(world: World, opened: Upload) -> None:
    change(world, status="over_quota")
    before = item_of(world)
    refused = records().refuse_again(opened, NOW, reason="full", message="Full.")
    after = {"finished_at": NOW, "retried_at": NOW, "reason": "full", "message": "Full."}
    assert item_of(world) == refused == before | after


def tombstone(world: World) -> Any:
    found = world.item("IdempotencyTable", id="removed#users/ann/a.jpg")
    return found and found["version"]


def test_newer_version_stays_when_an_older_one_is_deleted(world: World, opened: Upload) -> None:
    records().open(later(opened), Heads())
    records().delete_permanently(opened)
    assert item_of(world)["version"] == later(opened).version
    assert tombstone(world) is None


@pytest.mark.parametrize("version", ["its own", "a later one"])
def test_item_goes_and_leaves_a_tombstone_when_it_is_deleted(
    world: World, opened: Upload, version: str
) -> None:
    deleted = opened if version == "its own" else later(opened)
    records().delete_permanently(deleted)
    assert world.image("ann", "a.jpg") is None
    assert tombstone(world) == deleted.version
    with world.wire.watch(lambda *_: "none"):
        records().delete_permanently(opened)
        assert not any("Transact" in sent for sent in world.wire.sent)  # nothing is left to do
    assert tombstone(world) == deleted.version


def test_item_goes_when_a_later_deletion_left_its_tombstone_before(
    world: World, opened: Upload
) -> None:
    client = dynamodb_client()
    marks = Tombstones(client, "IdempotencyTable")
    transact(client, [marks.tombstone(later(opened))])
    records().delete_permanently(opened)
    assert world.image("ann", "a.jpg") is None
    assert tombstone(world) == later(opened).version


def test_item_goes_too_when_it_is_opened_while_its_key_is_deleted(
    world: World, upload: Upload
) -> None:
    def open_it() -> None:
        records().open(upload, Heads())

    with world.wire.watch(meanwhile("TransactWriteItems ImagesTable", open_it)):
        records().delete_permanently(upload)
    assert world.image("ann", "a.jpg") is None


def test_newer_item_stays_when_it_is_opened_while_an_older_one_is_deleted(
    world: World, opened: Upload
) -> None:
    def open_newer() -> None:
        records().open(later(opened), Heads())

    with world.wire.watch(meanwhile("TransactWriteItems ImagesTable", open_newer)):
        records().delete_permanently(opened)
    assert item_of(world)["version"] == later(opened).version


# The same object, processed once more.


@pytest.mark.parametrize(
    ("before", "quiet"),
    [
        ({"status": "processed"}, True),
        ({"status": "processing"}, None),
        ({"status": "processing", "quiet": True}, True),
    ],
)
def test_item_keeps_what_it_shows_when_its_object_is_processed_again(
    world: World, opened: Upload, before: dict[str, Any], quiet: bool | None
) -> None:
    shown = {"renditions": {"a": {"key": "k"}}, "details": {"key": "d"}, "width": 9}
    change(world, replaces="00", refusal={"reason": "old", "message": "Old."}, **before, **shown)
    first = item_of(world)

    records().open(again(opened), Heads(TEXT))

    item = item_of(world)
    assert item["version"] == again(opened).version
    assert item["opened_at"] > first["opened_at"]
    assert (item["kind"], list(item["steps"])) == ("other", ["quota"])
    assert item["refusal"]["reason"] == "unsupported"
    assert {name: item[name] for name in shown} == shown
    assert (item["status"], item["uploaded_at"]) == (first["status"], first["uploaded_at"])
    assert item.get("quiet") is quiet
    assert "replaces" not in item


def test_sequencer_is_the_newer_event_s_when_an_object_is_processed_again(
    world: World, opened: Upload
) -> None:
    change(world, refusal={"reason": "old", "message": "Old."})
    records().open(replace(again(opened), sequencer="FF"), Heads())
    item = item_of(world)
    assert (item["sequencer"], item["kind"]) == ("FF", "picture")
    assert "refusal" not in item


def test_nothing_of_an_other_object_is_kept_when_a_synthetic_version_replaces_it(
    world: World, opened: Upload
) -> None:
    change(world, status="processed", renditions={"a": {"key": "k"}})
    records().open(replace(again(opened), etag="other"), Heads())
    item = item_of(world)
    assert (item["status"], item["renditions"]) == ("processing", {})
    assert item["replaces"] == opened.version


def test_file_is_a_picture_when_its_item_is_older_than_kinds() -> None:
    assert kind_in(cast("Any", {})) == Kind.PICTURE
    assert kind_in(cast("Any", {"kind": "other"})) == Kind.OTHER


def test_function_does_not_start_when_no_file_waits_for_its_step() -> None:
    made = ImageRecords(
        cast("Any", None), images_table="", idempotency_table="",
        steps={"faces": Kind.PICTURE, "count": None}, keeps_other_files=False,
    )  # fmt: skip
    assert (made.kind_of_step("faces"), made.kind_of_step("count")) == (Kind.PICTURE, None)
    with pytest.raises(ConfigError):
        made.kind_of_step("video")


SAID: dict[str, Any] = {
    "favourite": True,
    "albums": {"abcdefghij01": "a"},
    "binned_at": "2026-11-24T09:00:00.000Z",
    "bin_until": "2026-12-24T09:00:00.000Z",
    "bin_day": "2026-12-24",
}


def said(world: World) -> dict[str, Any]:
    """What the item says that its owner has said."""
    return {k: v for k, v in item_of(world).items() if k in SAID}


def test_owner_s_word_stays_but_for_the_bin_when_a_newer_version_is_opened(
    world: World, opened: Upload
) -> None:
    change(world, **SAID)
    records().open(later(opened), Heads())
    assert item_of(world)["version"] == later(opened).version
    assert said(world) == {k: SAID[k] for k in ("favourite", "albums")}


def test_owner_s_word_stays_when_the_same_object_is_processed_again(
    world: World, opened: Upload
) -> None:
    change(world, **SAID)
    records().open(again(opened), Heads())
    assert item_of(world)["version"] == again(opened).version
    assert said(world) == SAID


@pytest.mark.parametrize("seconds", [1, 2])
@pytest.mark.parametrize("newer", [later, again])
def test_file_leaves_the_bin_when_the_same_bytes_are_uploaded_again(
    world: World, opened: Upload, newer: Callable[[Upload], Upload], seconds: int
) -> None:
    """Such an upload is the same object; its event may come, or be lost and another made."""
    records().open(again(opened), Heads())
    change(world, **SAID)
    moment = datetime.fromisoformat(SAID["binned_at"]) + timedelta(seconds=seconds)
    known = replace(opened, version=item_of(world)["version"], uploaded_at=moment)

    if newer is later:
        with pytest.raises(SameObject):
            records().open(replace(known, version=f"{opened.version}1"), Heads())
    else:
        records().open(again(known), Heads())

    is_out = seconds > 1  # less may be the second in which it was put there
    assert said(world) == ({k: SAID[k] for k in ("favourite", "albums")} if is_out else SAID)


def test_file_stays_in_the_bin_when_an_older_version_of_other_bytes_comes_late(
    world: World, opened: Upload
) -> None:
    change(world, **SAID)
    moment = datetime.fromisoformat(SAID["binned_at"]) + timedelta(hours=1)
    with pytest.raises(Superseded):
        records().open(replace(opened, version="0", etag="other", uploaded_at=moment), Heads())
    assert said(world) == SAID


@pytest.mark.parametrize("changed", [{"binned_at": "2026-11-24T09:30:00.000Z"}, {"version": "FF"}])
def test_file_stays_in_the_bin_when_its_item_has_changed_before_it_is_taken_out(
    world: World, opened: Upload, changed: dict[str, Any]
) -> None:
    records().open(again(opened), Heads())
    change(world, **SAID)
    moment = datetime.fromisoformat(SAID["binned_at"]) + timedelta(hours=1)

    def say_something() -> None:
        change(world, **changed)

    with (
        world.wire.watch(meanwhile("UpdateItem ImagesTable", say_something)),
        pytest.raises(SameObject),
    ):
        records().open(replace(opened, version=f"{opened.version}1", uploaded_at=moment), Heads())

    assert said(world) == {k: v for k, v in (SAID | changed).items() if k in SAID}


OF_BIN = {name: SAID[name] for name in ("binned_at", "bin_until", "bin_day")}


@pytest.mark.parametrize("newer", [later, again])
@pytest.mark.parametrize(
    "word",
    [{"favourite": True}, {"albums": SAID["albums"]}, OF_BIN],
    ids=["favourite", "albums", "bin"],
)
def test_owner_s_word_is_kept_when_they_say_it_while_a_version_is_opened(
    world: World, opened: Upload, newer: Callable[[Upload], Upload], word: dict[str, Any]
) -> None:
    class Slow(Heads):
        def head(self, upload: Upload) -> bytes:
            if not self.asked:
                change(world, **word)
            return super().head(upload)

    records().open(newer(opened), Slow())

    assert item_of(world)["version"] == newer(opened).version
    assert said(world) == ({} if word == OF_BIN and newer is later else word)


def test_nothing_is_asked_to_be_null_when_a_version_is_opened(world: World, opened: Upload) -> None:
    """DynamoDB takes no absent attribute for null; the simulation does."""
    bodies: list[str] = []
    world.wire.heard = lambda _, request: bodies.append(request.body.decode())
    with world.wire.watch(lambda *_: "none"):
        records().open(later(opened), Heads())
    assert any("favourite" in body for body in bodies)
    assert not [body for body in bodies if '"NULL"' in body]
