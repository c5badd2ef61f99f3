"""An end is written into the very item that it was found in, and what is not its own leaves it."""

from __future__ import annotations

from typing import Any, cast

import pytest
from darkroom.errors import TransientError
from darkroom.pipeline.join import End, conclude, end_by_steps, has_ended, outdated
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.uploads import Upload
from darkroom.states import Status, StepState

from tests.functional.conftest import STEPS, World
from tests.functional.test_join import records, upload_of
from tests.functional.test_records import NOW, Heads, change, item_of
from tests.functional.wire import Plan, meanwhile


@pytest.fixture
def upload(world: World) -> Upload:
    opened = upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))
    records().open(opened, Heads())
    return opened


def steps(*states: str, **fields: Any) -> Any:
    """An item whose steps are in these states; the second says why."""
    each = {str(n): {"state": state} for n, state in enumerate(states)}
    if len(states) > 1:
        each["1"] |= {"reason": "why", "message": "Why."}
    return {"steps": each, **fields}


REFUSAL = {"reason": "unsupported", "message": "No."}


@pytest.mark.parametrize(
    ("item", "end"),
    [
        (steps("done", "done"), End(Status.PROCESSED)),
        (steps("done", "skipped", "done"), End(Status.PROCESSED)),
        (steps("done", "rejected", "done"), End(Status.REJECTED, "why", "Why.")),
        (steps("done", "over_quota"), End(Status.OVER_QUOTA, "why", "Why.")),
        (steps("over_quota", "rejected"), End(Status.REJECTED, "why", "Why.")),
        (steps("rejected"), End(Status.REJECTED)),
        (steps("rejected", "pending"), None),
        (steps("done", refusal=REFUSAL), End(Status.REJECTED, "unsupported", "No.")),
        (steps("over_quota", refusal=REFUSAL), End(Status.REJECTED, "unsupported", "No.")),
        (steps("pending", refusal=REFUSAL), None),
    ],
)
def test_end_is_the_worst_of_the_steps_when_none_is_pending(item: Any, end: End | None) -> None:
    assert end_by_steps(item) == end


def test_no_end_is_made_up_when_a_step_is_in_an_unknown_state() -> None:
    with pytest.raises(ValueError, match="state"):
        end_by_steps(steps("done", "lost"))


@pytest.mark.parametrize(
    ("details", "places"),
    [
        ({}, [("renditions", "old")]),
        ({"details": {"key": "k/0066/d"}}, [("renditions", "old")]),
        ({"details": {"key": "k/0065/d"}}, [("renditions", "old"), "details"]),
    ],
)
def test_files_are_outdated_when_another_version_made_them(details: Any, places: Any) -> None:
    renditions = {"new": {"key": "k/0066/a"}, "old": {"key": "k/0065/a"}}
    item = {"version": "0066", "renditions": renditions, **details}
    assert outdated(cast("Any", item)) == places


OWN, OLD = ({"small": {"key": f"users/ann/a.jpg/{version}/a"}} for version in ("0066", "0065"))


@pytest.mark.parametrize(
    ("states", "status", "renditions", "ended"),
    [
        (["done", "done"], "processed", OWN, True),
        (["done", "rejected"], "rejected", {}, True),
        (["done", "done"], "processed", OLD, False),  # notify has not taken it out yet
        (["done", "done"], "processing", OWN, False),
        (["done", "rejected"], "processed", OWN, False),  # it was processed again
        (["pending", "done"], "processing", OWN, False),
        (["pending", "done"], "processed", OWN, False),
        (["pending", "done"], "failed", OLD, True),
        (["done", "done"], "failed", OLD, True),
    ],
)
def test_version_has_ended_when_its_item_says_the_end_of_its_steps(
    states: list[str], status: str, renditions: Any, ended: bool
) -> None:
    item = steps(*states, version="0066", status=status, renditions=renditions)
    assert has_ended(item) is ended


def test_item_says_how_and_when_it_ended_when_it_is_concluded(world: World, upload: Upload) -> None:
    end = End(Status.REJECTED, "why", "Why.")
    item = conclude(records(), upload, lambda _: end)
    assert item == item_of(world)
    assert (item["status"], item["reason"], item["message"]) == ("rejected", "why", "Why.")
    assert item["finished_at"] > NOW


def test_reason_of_an_earlier_end_goes_when_a_version_is_processed_after_all(
    world: World, upload: Upload
) -> None:
    change(world, status="failed", reason="why", message="Why.", finished_at=NOW)
    item = conclude(records(), upload, lambda _: End(Status.PROCESSED))
    assert item is not None
    assert item["finished_at"] > NOW
    assert not {"reason", "message"} & item_of(world).keys()


def test_nothing_is_concluded_when_there_is_no_end_or_no_such_version(
    world: World, upload: Upload
) -> None:
    before = item_of(world)
    other = Upload(**{**vars(upload), "version": f"{upload.version}1"})
    end = End(Status.PROCESSED)
    assert conclude(records(), upload, lambda _: None) is None
    assert conclude(records(), other, lambda _: end) is None
    assert item_of(world) == before
    records().delete_permanently(upload)
    assert conclude(records(), upload, lambda _: end) is None


def test_item_is_written_once_when_it_has_ended_so_before(world: World, upload: Upload) -> None:
    first = conclude(records(), upload, lambda _: End(Status.PROCESSED))
    assert conclude(records(), upload, lambda _: End(Status.PROCESSED)) == first


def test_item_shows_its_own_files_alone_when_it_has_ended(world: World, upload: Upload) -> None:
    own = f"users/ann/a.jpg/{upload.version}/x"
    files: Any = {"new": {"key": own}, "old": {"key": "users/ann/a.jpg/00/x"}}
    for status in ("processing", "processed"):
        change(world, status=status, renditions=files, details={"key": "users/ann/a.jpg/00/d"})
        conclude(records(), upload, lambda _: End(Status.PROCESSED))
        assert item_of(world)["renditions"] == {"new": {"key": own}}
        assert "details" not in item_of(world)
    change(world, renditions=files, details={"key": own})
    conclude(records(), upload, lambda _: End(Status.OVER_QUOTA, "full", "Full."))
    assert item_of(world)["renditions"] == {}
    assert "details" not in item_of(world)


@pytest.mark.parametrize("happens", ["a step ends", "it fails"])
def test_end_is_looked_for_again_when_the_item_changes_meanwhile(
    world: World, upload: Upload, happens: str
) -> None:
    for step in STEPS:
        records().finish_step(upload, step, StepOutcome())

    def change_it() -> None:
        if happens == "it fails":
            change(world, status="failed")
        else:
            records().finish_step(upload, "quota", StepOutcome(StepState.OVER_QUOTA))

    seen: list[Any] = []

    def find_end(item: Any) -> End | None:
        seen.append((item["status"], item["steps"]["quota"]["state"]))
        return end_by_steps(item)

    with world.wire.watch(meanwhile("UpdateItem ImagesTable", change_it)):
        conclude(records(), upload, find_end)

    if happens == "it fails":
        assert seen == [("processing", "done"), ("failed", "done")]
        assert item_of(world)["status"] == "processed"
    else:
        assert seen == [("processing", "done"), ("processing", "over_quota")]
        assert item_of(world)["status"] == "over_quota"


def refused(times: int) -> Plan:
    seen = 0

    def plan(_: int, sent: str) -> Any:
        nonlocal seen
        seen += sent.startswith("UpdateItem")
        return "refused" if sent.startswith("UpdateItem") and seen <= times else "none"

    return plan


def test_message_comes_again_when_the_item_changes_each_of_five_times(
    world: World, upload: Upload
) -> None:
    end = End(Status.PROCESSED)
    with pytest.raises(TransientError), world.wire.watch(refused(5)):
        conclude(records(), upload, lambda _: end)
    with world.wire.watch(refused(4)):
        assert conclude(records(), upload, lambda _: end) is not None
