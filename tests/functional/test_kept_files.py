"""A file of no known kind is kept as it is, where the stack keeps these: `KeepOtherFiles`."""

from __future__ import annotations

import pytest

from local.template import steps_of
from tests.functional.conftest import STEPS, World
from tests.functional.pipeline import TEXT, Pipeline, photo
from tests.functional.test_fail import Letters
from tests.functional.test_kinds import end_of, image_of, once_more, put_over_quota
from tests.functional.test_retry import answer

KEPT = ("other", "processed", None, None)
VIDEO = b"\0\0\0\x18ftypisom\0\0\2\0isommp41" + bytes(100)


@pytest.fixture
def keeping(world: World, request: pytest.FixtureRequest) -> Pipeline:
    """A stack that keeps them."""
    world.monkeypatch.setenv("KEEP_OTHER_FILES", "true")
    pipeline: Pipeline = request.getfixturevalue("pipeline")
    return pipeline


@pytest.mark.parametrize("first", [*STEPS, "cleanup"])
def test_file_is_kept_and_counted_whoever_comes_first(keeping: Pipeline, first: str) -> None:
    world = keeping.world
    created = world.put("ann", "letter.txt", TEXT)
    world.deliver(keeping.apps[first], created)
    keeping.deliver(created)

    assert end_of(world, "letter.txt") == KEPT
    assert list(image_of(world, "letter.txt")["steps"]) == steps_of("other") == ["quota"]
    assert world.usage("ann")["stored_bytes"] == len(TEXT)
    assert world.outputs() == set()
    [told] = world.notifications("ann")
    assert (told["kind"], told["file_kind"]) == ("processed", "other")
    assert [sent["message"] for sent in world.published()] == ["Your file is ready."]


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7\n", b"<svg></svg>", b"PK\x03\x04", b"\xff"], ids=["pdf", "svg", "zip", "?"]
)
def test_file_is_kept_whatever_it_is(keeping: Pipeline, data: bytes) -> None:
    keeping.deliver(keeping.world.put("ann", "a.jpg", data))
    assert end_of(keeping.world) == KEPT


def test_file_is_kept_when_its_kind_is_off(
    keeping: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = keeping.world
    monkeypatch.setenv("STEPS", "thumbnail:picture,quota:any")
    for name in ("thumbnail", "quota", "notify"):
        keeping.apps[name] = world.load(name)
    created = world.put("ann", "a.mp4", VIDEO)
    assert world.deliver(keeping.apps["quota"], created) == []
    keeping.notify()

    assert end_of(world, "a.mp4") == KEPT


def test_photo_is_processed_as_ever_when_other_files_are_kept(keeping: Pipeline) -> None:
    keeping.deliver(keeping.world.put("ann", "a.jpg", photo()))
    assert end_of(keeping.world)[:2] == ("picture", "processed")
    assert set(image_of(keeping.world)["steps"]) == set(STEPS)


def test_file_is_rejected_all_the_same_when_it_is_empty(keeping: Pipeline) -> None:
    keeping.deliver(keeping.world.put("ann", "a.txt", b""))
    assert end_of(keeping.world, "a.txt")[:3] == ("other", "rejected", "empty")


def test_file_is_over_quota_when_there_is_no_room_to_keep_it(keeping: Pipeline) -> None:
    put_over_quota(keeping, "a.txt")
    assert end_of(keeping.world, "a.txt")[:3] == ("other", "over_quota", "storage-full")


def test_file_is_kept_when_its_owner_asks_again_after_it_failed(keeping: Pipeline) -> None:
    world = keeping.world
    letters = Letters(world)
    letters.leave("quota", world.put("ann", "a.txt", TEXT))
    letters.look()
    (told,) = world.notifications("ann")
    assert end_of(world, "a.txt")[:2] == ("other", "failed")

    answer(world, world.load("retry"), told)
    keeping.deliver(*keeping.republished())

    assert end_of(world, "a.txt") == KEPT


def test_reconcile_has_a_file_kept_when_its_only_message_was_lost(keeping: Pipeline) -> None:
    keeping.deliver(keeping.world.put("ann", "a.txt", TEXT), without="quota")

    assert keeping.heal()["Uncharged"] == 1

    assert end_of(keeping.world, "a.txt") == KEPT
    assert set(keeping.sweep()) == {"Examined", "Sweeps"}


def test_room_is_free_again_when_a_kept_file_is_deleted(keeping: Pipeline) -> None:
    world = keeping.world
    keeping.deliver(world.put("ann", "a.txt", TEXT))
    keeping.remove(world.delete("ann", "a.txt"))

    assert world.image("ann", "a.txt") is None
    assert world.usage("ann")["stored_bytes"] == 0


def test_rejected_file_is_kept_from_now_on_when_it_is_processed_once_more(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `make reprocess` does after `KeepOtherFiles` was set."""
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.txt", TEXT))
    assert end_of(world, "a.txt")[:3] == ("other", "rejected", "unsupported")

    monkeypatch.setenv("KEEP_OTHER_FILES", "true")
    pipeline.apps = {name: world.load(name) for name in pipeline.apps}
    pipeline.deliver(once_more(world, "a.txt"))

    assert end_of(world, "a.txt") == KEPT
    assert "refusal" not in image_of(world, "a.txt")
    assert world.usage("ann")["stored_bytes"] == len(TEXT)
    assert len(world.notifications("ann")) == 1  # of its first end: they asked for nothing
