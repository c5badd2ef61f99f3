"""A step writes its files, then the item, then its receipt; or nothing, where it is not wanted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import pytest
from aws_lambda_powertools.metrics import MetricUnit
from darkroom.aws.clients import s3_client
from darkroom.errors import PermanentError
from darkroom.observability import metrics
from darkroom.pipeline.originals import SourceVanished
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.records import StepOutcome
from darkroom.pipeline.steps import Output, Result, Step
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.versions import synthetic_after
from darkroom.states import StepState

from tests.functional.conftest import PROCESSED, STEPS, World
from tests.functional.pipeline import TEXT, receipts
from tests.functional.test_join import Pictures, records, upload_of
from tests.functional.test_records import Heads, item_of

FILE = Output("a.bin", b"12345", "image/jpeg")


@pytest.fixture
def upload(world: World) -> Upload:
    return upload_of("ann", "a.jpg", world.put("ann", "a.jpg"))


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the metrics that count one more."""
    names: list[str] = []

    def count(name: str, unit: MetricUnit, value: float) -> None:
        names.extend([name] if (unit, value) == (MetricUnit.Count, 1) else [])

    monkeypatch.setattr(metrics, "add_metric", count)
    return names


def run(
    upload: Upload,
    work: Callable[[], Result] = lambda: Result(outputs=(FILE,)),
    *,
    name: str = "thumbnail",
    filenames: Iterable[str] = ("a.bin",),
) -> None:
    step = Step(
        name,
        records=records(),
        processed=ProcessedBucket(s3_client(), PROCESSED),
        receipts=receipts(),
        originals=Pictures(s3_client()),
        filenames=filenames,
    )
    step.run(upload, work)


def end_others(upload: Upload) -> None:
    """Let all steps but this one end: the receipt is left by the last."""
    records().open(upload, Heads())
    for step in STEPS:
        if step != "thumbnail":
            records().finish_step(upload, step, StepOutcome())


def stored(upload: Upload, *names: str) -> set[str]:
    return {f"users/ann/a.jpg/{upload.version}/{name}" for name in names}


def test_receipt_comes_last_and_the_item_before_it_when_a_step_ends(
    world: World, upload: Upload, counted: list[str]
) -> None:
    end_others(upload)
    with world.wire.watch(lambda *_: "none"):
        run(upload)
        assert [sent for sent in world.wire.sent if not sent.startswith("Get")] == [
            "PutObject a.bin",
            "UpdateItem ImagesTable",
            "Publish ",
        ]
    assert counted == ["StepDone"]


def test_receipt_says_how_the_step_ended_when_it_is_read(world: World, upload: Upload) -> None:
    end_others(upload)
    run(upload, lambda: Result(StepOutcome(StepState.SKIPPED, "web-ready", "Fine.")))
    receipt = json.loads(*world.receipts())
    assert receipt.pop("finished_at") == item_of(world)["steps"]["thumbnail"]["finished_at"]
    assert receipt == {
        "identity_id": "ann",
        "image": "users/ann/a.jpg",
        "version": upload.version,
        "step": "thumbnail",
        "state": "skipped",
        "reason": "web-ready",
        "message": "Fine.",
    }


def test_receipt_names_its_image_when_a_queue_does_not_keep_all_characters(
    world: World,
) -> None:
    name = "Gr\u00f6\u00dfe \U0001f600 \ufffe\uffff.jpg"  # SQS takes no U+FFFE and no U+FFFF
    upload = upload_of("ann", name, world.put("ann", name))
    end_others(upload)
    run(upload)
    (body,) = world.receipts()
    assert body.isascii()
    assert json.loads(body)["image"] == f"users/ann/{name}"


def test_item_lists_files_as_the_step_asks_when_it_ends(world: World, upload: Upload) -> None:
    small = replace(FILE, rendition="small", width=3, height=2, format="jpeg")
    bare = replace(FILE, filename="b.bin", rendition="bare")
    details = replace(FILE, filename="d.bin", attribute="details", content_type="text/plain")
    outcome = StepOutcome(attributes={"width": 9})

    end_others(upload)
    run(upload, lambda: Result(outcome, (small, bare, details, replace(FILE, filename="e.bin"))))

    item = item_of(world)
    folder = f"users/ann/a.jpg/{upload.version}"
    made = {"key": f"{folder}/a.bin", "format": "jpeg", "width": 3, "height": 2, "bytes": 5}
    plain = {"key": f"{folder}/b.bin", "format": "", "width": 0, "height": 0, "bytes": 5}
    assert item["renditions"] == {"small": made, "bare": plain}
    assert item["details"] == {"key": f"{folder}/d.bin", "bytes": 5}
    assert item["width"] == 9
    names = ("a.bin", "b.bin", "d.bin", "e.bin")
    assert world.outputs() == stored(upload, *names)
    answer = world.s3.get_object(Bucket=PROCESSED, Key=f"{folder}/d.bin")
    assert (answer["ContentType"], answer["Body"].read()) == ("text/plain", b"12345")


def test_step_is_rejected_when_it_is_the_file_s_fault(
    world: World, upload: Upload, counted: list[str]
) -> None:
    class Blurred(PermanentError):
        code = "blurred"

    def work() -> Result:
        raise Blurred("Too blurred.")

    run(upload, work)
    step = item_of(world)["steps"]["thumbnail"]
    assert (step["state"], step["reason"]) == ("rejected", "blurred")
    assert step["message"] == "Too blurred."
    assert counted == ["StepRejected"]


def test_step_stays_pending_when_it_is_nobody_s_fault(world: World, upload: Upload) -> None:
    def work() -> Result:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(upload, work)
    assert item_of(world)["steps"]["thumbnail"] == {"state": "pending"}
    assert world.outputs() == set()


def test_nothing_is_done_when_the_file_is_of_another_kind(
    world: World, upload: Upload, counted: list[str]
) -> None:
    records().open(upload, Heads(TEXT))
    before = item_of(world)
    run(upload, lambda: Result(outputs=(1 / 0,)))  # type: ignore[arg-type]
    assert (item_of(world), world.outputs()) == (before, set())
    assert counted == ["StepOtherKind"]


def test_file_of_any_kind_is_worked_on_when_the_step_is_for_all(
    world: World, upload: Upload, counted: list[str]
) -> None:
    records().open(upload, Heads(TEXT))
    run(upload, lambda: Result(StepOutcome(StepState.OVER_QUOTA)), name="quota")
    assert item_of(world)["steps"]["quota"]["state"] == "over_quota"
    assert counted == ["StepOverQuota"]


def test_all_files_of_a_step_go_when_its_version_was_overwritten_while_it_worked(
    world: World, upload: Upload, counted: list[str]
) -> None:
    newer = replace(upload, version=f"{upload.version}1", etag="other")
    end_others(newer)
    run(newer)

    def work() -> Result:
        records().open(newer, Heads())
        return Result(outputs=(FILE,))

    run(upload, work)
    assert world.outputs() == stored(newer, "a.bin")
    assert counted == ["StepDone", "StepSuperseded"]


@pytest.mark.parametrize("request_", ["Publish ", "GetItem ImagesTable"])
def test_files_go_when_the_version_was_overwritten_after_they_were_written(
    world: World, upload: Upload, request_: str
) -> None:
    newer = replace(upload, version=f"{upload.version}1", etag="other")
    written = False

    def plan(_: int, sent: str) -> Any:
        nonlocal written
        if written and sent == request_:
            written = False
            records().open(newer, Heads())
        written = written or sent.startswith("UpdateItem")
        return "none"

    end_others(upload)
    with world.wire.watch(plan):
        run(upload)
    assert item_of(world)["version"] == newer.version
    assert world.outputs() == set()


def test_no_file_goes_when_a_step_makes_none(world: World, upload: Upload) -> None:
    end_others(upload)
    run(upload)
    newer = replace(upload, version=f"{upload.version}1", etag="other")
    records().open(newer, Heads())
    run(upload, filenames=())
    assert world.outputs() == stored(upload, "a.bin")


def test_item_and_files_go_when_the_upload_vanished(
    world: World, upload: Upload, counted: list[str]
) -> None:
    run(upload)

    def work() -> Result:
        raise SourceVanished("gone")

    run(upload, work)
    assert world.image("ann", "a.jpg") is None
    assert world.outputs() == set()
    assert counted == ["StepDone", "StepSuperseded"]


def test_files_stay_when_their_object_is_recorded_under_a_synthetic_version(
    world: World, upload: Upload
) -> None:
    end_others(upload)
    run(upload)
    records().open(replace(upload, version=synthetic_after(upload.version)), Heads())
    before = world.outputs()
    run(upload)
    assert world.outputs() == before == stored(upload, "a.bin")
