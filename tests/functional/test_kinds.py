"""A file's kind is told once, from its head, and only functions of its kind work on it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from darkroom.aws.attribute_values import to_item
from darkroom.pipeline.versions import synthetic_after

from tests.functional.conftest import STEPS, UPLOADS, World
from tests.functional.pipeline import TEXT, Pipeline, broken, photo
from tests.functional.test_fail import Letters
from tests.functional.test_retry import answer
from tests.functional.wire import meanwhile

PICTURE_STEPS = [step for step in STEPS if step != "quota"]
HEAD = "bytes=0-1023"
UNSUPPORTED = (
    "This file is none that we can read. Please upload a picture (JPEG, PNG, WebP, GIF, HEIC, "
    "AVIF, TIFF or BMP), a video (MP4, MOV, 3GP, WebM, MKV or AVI) or a table (CSV, JSON lines or "
    "Excel's .xlsx)."
)


@contextmanager
def requests(world: World) -> Iterator[list[tuple[str, str]]]:
    """What is asked of AWS in here: each operation, with the range that it asks for, if any."""
    heard: list[tuple[str, str]] = []

    def hear(operation: str, request: Any) -> None:
        part = request.headers.get("Range", "")
        heard.append((operation, part.decode() if isinstance(part, bytes) else part))

    world.monkeypatch.setattr(world.wire, "heard", hear)
    with world.wire.watch(lambda *_: "none"):
        yield heard


def image_of(world: World, name: str = "a.jpg") -> dict[str, Any]:
    image = world.image("ann", name)
    assert image is not None
    return image


def end_of(world: World, name: str = "a.jpg") -> tuple[Any, ...]:
    image = image_of(world, name)
    return image["kind"], image["status"], image.get("reason"), image.get("message")


@pytest.mark.parametrize("first", [*STEPS, "cleanup"])
def test_text_file_is_rejected_once_whoever_comes_first(pipeline: Pipeline, first: str) -> None:
    world = pipeline.world
    created = world.put("ann", "a.jpg", TEXT)
    with requests(world) as asked:
        world.deliver(pipeline.apps[first], created)
        pipeline.deliver(created)

    assert end_of(world) == ("other", "rejected", "unsupported", UNSUPPORTED)
    assert list(image_of(world)["steps"]) == ["quota"]
    assert [told["kind"] for told in world.notifications("ann")] == ["rejected"]
    assert [told["message"] for told in world.published()] == [UNSUPPORTED]
    assert world.outputs() == set()
    assert {json.loads(receipt)["step"] for receipt in world.receipts()} == {"quota"}
    heads = [part for operation, part in asked if operation == "GetObject" and part]
    assert heads == [HEAD, HEAD]  # twice by the first to come, for no checksum covers a head


def test_function_of_another_kind_only_looks_into_the_item_when_the_kind_is_told(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    created = world.put("ann", "a.jpg", TEXT)
    world.deliver(pipeline.apps["quota"], created)

    for step in PICTURE_STEPS:
        with requests(world) as asked:
            assert world.deliver(pipeline.apps[step], created) == []
        assert asked == [("GetItem", "")]


def test_head_of_a_picture_is_read_once_when_all_functions_process_it(pipeline: Pipeline) -> None:
    world = pipeline.world
    with requests(world) as asked:
        pipeline.deliver(world.put("ann", "a.jpg", photo()))

    assert end_of(world) == ("picture", "processed", None, None)
    assert set(image_of(world)["steps"]) == set(STEPS)
    parts = [part for operation, part in asked if operation == "GetObject"]
    assert parts.count(HEAD) == 1


def test_file_keeps_its_own_reason_when_it_is_empty(pipeline: Pipeline) -> None:
    world = pipeline.world
    created = world.put("ann", "a.jpg", b"")
    with requests(world) as asked:
        for step in PICTURE_STEPS:
            assert world.deliver(pipeline.apps[step], created) == []
    pipeline.deliver(created)

    assert "GetObject" not in {operation for operation, _ in asked}
    assert end_of(world)[:3] == ("other", "rejected", "empty")
    assert [told["reason"] for told in world.notifications("ann")] == ["empty"]


@pytest.mark.parametrize(
    ("data", "kind", "reason"),
    [
        (b"\xff", "other", "unsupported"),
        (b"\xff\xd8\xff", "picture", "corrupt"),
        (b"GIF89a", "picture", "truncated"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "other", "unsupported"),
    ],
)
def test_file_shorter_than_a_head_is_told_as_any_other(
    pipeline: Pipeline, data: bytes, kind: str, reason: str
) -> None:
    pipeline.deliver(pipeline.world.put("ann", "a.jpg", data))

    assert end_of(pipeline.world)[:3] == (kind, "rejected", reason)


@pytest.mark.parametrize("data", [TEXT, photo()], ids=["text", "photo"])
def test_item_is_opened_once_when_two_functions_come_first(pipeline: Pipeline, data: bytes) -> None:
    world, apps = pipeline.world, pipeline.apps
    created = world.put("ann", "a.jpg", data)

    def other_opens() -> None:
        assert world.deliver(apps["quota"], created) == []

    with world.wire.watch(meanwhile("TransactWriteItems ImagesTable", other_opens)):
        assert world.deliver(apps["thumbnail"], created) == []
    quota = image_of(world)["steps"]["quota"]
    pipeline.deliver(created)

    assert quota["state"] == "done"
    status = "processed" if data == photo() else "rejected"
    assert image_of(world)["status"] == status
    assert [told["kind"] for told in world.notifications("ann")] == [status]


@pytest.mark.parametrize("happens", ["overwritten", "deleted"])
def test_nothing_is_opened_but_all_is_counted_when_the_file_is_gone_before_its_head_is_read(
    pipeline: Pipeline, happens: str
) -> None:
    world = pipeline.world
    created = world.put("ann", "a.jpg", broken(300))
    later = (
        world.put("ann", "a.jpg", photo())
        if happens == "overwritten"
        else world.delete("ann", "a.jpg")
    )

    for name in (*STEPS, "cleanup"):
        assert world.deliver(pipeline.apps[name], created) == []

    assert world.image("ann", "a.jpg") is None
    assert world.outputs() == set()
    assert world.usage("ann", "2026-11")["uploaded_bytes"] == 300
    if happens == "overwritten":
        pipeline.deliver(later)
        assert end_of(world)[:2] == ("picture", "processed")
        assert world.usage("ann")["stored_bytes"] == len(photo())
    else:
        pipeline.remove(later)
        assert world.usage("ann")["stored_bytes"] == 0


def put_over_quota(pipeline: Pipeline, name: str) -> None:
    """Have ann upload a text that is larger than her storage."""
    world = pipeline.world
    world.monkeypatch.setenv("QUOTA_MODE", "enforce")
    pipeline.apps["quota"] = world.load("quota")
    pipeline.deliver(world.put("ann", name, TEXT * 100))
    assert world.usage("ann")["held_bytes"] == len(TEXT) * 100


def test_file_of_no_known_kind_is_rejected_and_held_when_it_is_over_quota_too(
    pipeline: Pipeline,
) -> None:
    put_over_quota(pipeline, "a.txt")

    assert end_of(pipeline.world, "a.txt") == ("other", "rejected", "unsupported", UNSUPPORTED)
    assert image_of(pipeline.world, "a.txt")["steps"]["quota"]["state"] == "over_quota"


def once_more(world: World, name: str) -> Any:
    """The event by which `make reprocess` has a file of ann's processed again."""
    key = f"users/ann/{name}"
    stored = world.s3.head_object(Bucket=UPLOADS, Key=key)
    facts = {"size": stored["ContentLength"], "eTag": stored["ETag"].strip('"')}
    again = world.record("ObjectCreated:Republished", key, facts)
    again["s3"]["object"]["sequencer"] = synthetic_after(image_of(world, name)["version"])
    return again


def forget_kind(world: World) -> None:
    """Make the item one of a release before kinds, opened for all steps that there were."""
    image = image_of(world)
    for name in ("kind", "refusal"):
        image.pop(name, None)
    image["steps"] = {step: {"state": "pending"} for step in STEPS} | {
        step: done for step, done in image["steps"].items() if done["state"] != "pending"
    }
    world.dynamodb.put_item(TableName="ImagesTable", Item=to_item(image))


@pytest.mark.parametrize(
    ("data", "status"), [(photo(), "processed"), (TEXT, "rejected")], ids=["photo", "text"]
)
def test_file_ends_as_it_did_when_its_item_is_of_a_release_before_kinds(
    pipeline: Pipeline, data: bytes, status: str
) -> None:
    world = pipeline.world
    created = world.put("ann", "a.jpg", data)
    world.deliver(pipeline.apps["quota"], created)
    forget_kind(world)

    with requests(world) as asked:
        pipeline.deliver(created)

    image = image_of(world)
    assert "kind" not in image
    assert image["status"] == status
    assert "pending" not in {step["state"] for step in image["steps"].values()}
    assert [told["kind"] for told in world.notifications("ann")] == [status]
    assert HEAD not in {part for _, part in asked}


def test_file_waits_for_the_steps_of_its_kind_alone_when_its_owner_asks_again(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = pipeline.world
    created = world.put("ann", "a.jpg", TEXT)
    letters = Letters(world)
    letters.leave("quota", created)
    letters.look()
    assert end_of(world)[:2] == ("other", "failed")
    (told,) = world.notifications("ann")

    answer(world, world.load("retry"), told)

    image = image_of(world)
    assert (image["status"], image["steps"]) == ("processing", {"quota": {"state": "pending"}})
    [event] = pipeline.republished()
    pipeline.deliver(event)
    assert end_of(world) == ("other", "rejected", "unsupported", UNSUPPORTED)
    kinds = sorted(told["kind"] for told in world.notifications("ann"))
    assert kinds == ["failed", "rejected"]


def test_letter_of_another_kind_s_step_changes_nothing_when_it_is_looked_at(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    created = world.put("ann", "a.jpg", TEXT)
    letters = Letters(world)
    world.deliver(pipeline.apps["cleanup"], created)
    letters.leave("thumbnail", created)

    letters.look()

    assert end_of(world)[:2] == ("other", "processing")
    assert world.notifications("ann") == []


def test_reconcile_sends_a_text_file_to_its_end_when_its_only_message_was_lost(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", TEXT), without="quota")
    assert end_of(world)[:2] == ("other", "processing")

    assert pipeline.heal()["Uncharged"] == 1

    assert end_of(world)[:2] == ("other", "rejected")
    assert set(pipeline.sweep()) == {"Examined", "Sweeps"}


def test_file_is_told_anew_when_it_is_processed_once_more(pipeline: Pipeline) -> None:
    """As after a release that knows more kinds: what was none is one."""
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()))
    image = image_of(world)
    refusal = {"reason": "unsupported", "message": UNSUPPORTED}
    before = {**image, **refusal, "kind": "other", "status": "rejected", "refusal": refusal}
    before |= {"steps": {"quota": image["steps"]["quota"]}, "renditions": {}}
    world.dynamodb.put_item(TableName="ImagesTable", Item=to_item(before))

    pipeline.deliver(once_more(world, "a.jpg"))

    assert end_of(world) == ("picture", "processed", None, None)
    assert "refusal" not in image_of(world)
    assert set(image_of(world)["steps"]) == set(STEPS)


def test_kind_goes_out_beside_how_it_ended_when_its_owner_is_told(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "a.jpg", photo()), world.put("ann", "b.jpg", TEXT))

    told = {each["image"]: each for each in world.notifications("ann")}
    assert {key: (each["kind"], each["file_kind"]) for key, each in told.items()} == {
        "users/ann/a.jpg": ("processed", "picture"),
        "users/ann/b.jpg": ("rejected", "other"),
    }
    assert {each["file_kind"] for each in world.published()} == {"picture", "other"}


def test_function_does_not_start_when_no_file_would_wait_for_its_step(
    world: World,
) -> None:
    from darkroom.config import ConfigError

    with pytest.raises(ConfigError, match="STEPS has no thumbnail"):
        world.load("thumbnail", STEPS="quota:any")
