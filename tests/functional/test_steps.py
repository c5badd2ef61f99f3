"""A step writes its files, then the item, then its receipt; or nothing, where it is not wanted."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.metrics import MetricUnit
from darkroom.aws.attribute_values import to_item
from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.errors import PermanentError
from darkroom.observability import metrics
from darkroom.people.once import AlreadyInProgress, Once
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
from tests.functional.wire import meanwhile

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


def step(name: str = "thumbnail", **options: Any) -> Step:
    return Step(
        name,
        records=records(),
        processed=ProcessedBucket(s3_client(), PROCESSED),
        receipts=receipts(),
        originals=Pictures(s3_client()),
        **options,
    )


def run(
    upload: Upload,
    work: Callable[[], Result] = lambda: Result(outputs=(FILE,)),
    *,
    name: str = "thumbnail",
    filenames: Iterable[str] = ("a.bin",),
) -> None:
    step(name, filenames=filenames).run(upload, work)


def end_others(upload: Upload) -> None:
    """Let all steps but this one end: the receipt is left by the last."""
    records().open(upload, Heads())
    for other in STEPS:
        if other != "thumbnail":
            records().finish_step(upload, other, StepOutcome())


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


def test_receipt_is_left_to_the_last_step_when_another_is_pending(
    world: World, upload: Upload
) -> None:
    run(upload)
    assert world.receipts() == []


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


def test_file_is_stored_when_it_is_on_disk(world: World, upload: Upload, tmp_path: Path) -> None:
    body = tmp_path / "made"
    body.write_bytes(b"123456789")
    run(upload, lambda: Result(outputs=(replace(FILE, body=body, attribute="video"),)))
    assert item_of(world)["video"]["bytes"] == 9
    answer = world.s3.get_object(Bucket=PROCESSED, Key=item_of(world)["video"]["key"])
    assert answer["Body"].read() == b"123456789"


def test_owner_sees_how_far_the_work_is_while_it_goes_on(world: World, upload: Upload) -> None:
    thumbnail = step()

    def work() -> Result:
        thumbnail.report_progress(upload, 40)
        assert item_of(world)["steps"]["thumbnail"] == {"state": "pending", "percent": 40}
        return Result()

    thumbnail.run(upload, work)
    assert item_of(world)["steps"]["thumbnail"]["state"] == "done"


def test_step_is_rejected_when_it_is_the_file_s_fault(
    world: World, upload: Upload, counted: list[str]
) -> None:
    class Blurred(PermanentError):
        code = "blurred"

    def work() -> Result:
        raise Blurred("Too blurred.")

    run(upload, work)
    ended = item_of(world)["steps"]["thumbnail"]
    assert (ended["state"], ended["reason"]) == ("rejected", "blurred")
    assert ended["message"] == "Too blurred."
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


# Work of minutes.


@dataclass
class Long:
    """A step whose work is done by one run at a time, and once as long as its file is there."""

    world: World
    upload: Upload
    works: int = 0

    def run(self, happens: Callable[[], object] = lambda: None) -> None:
        def work() -> Result:
            self.works += 1
            happens()
            return Result(outputs=(replace(FILE, rendition="small"),))

        step(filenames=("a.bin",), once=claims()).run(self.upload, work)

    def lose(self, name: str) -> None:
        """Delete an output."""
        [key] = stored(self.upload, name)
        self.world.s3.delete_object(Bucket=PROCESSED, Key=key)


def claims() -> Once:
    """Those of a run that may take a minute."""
    once = Once(dynamodb_client(), "IdempotencyTable")
    context: Any = SimpleNamespace(get_remaining_time_in_millis=lambda: 60_000)
    once.begin(context)
    return once


@pytest.fixture
def long(world: World, upload: Upload) -> Long:
    end_others(upload)
    return Long(world, upload)


def test_receipt_alone_is_sent_when_work_of_minutes_is_finished(world: World, long: Long) -> None:
    long.run()
    assert len(world.receipts()) == 1
    with world.wire.watch(lambda *_: "none"):
        long.run()
        assert "UpdateItem IdempotencyTable" not in world.wire.sent  # it holds up no other run
    assert (long.works, len(world.receipts())) == (1, 2)  # the first may be lost
    assert world.outputs() == stored(long.upload, "a.bin")


def test_work_of_minutes_is_done_again_when_its_file_is_gone_and_not_for_another_s(
    world: World, long: Long
) -> None:
    other = replace(FILE, filename="b.bin", rendition="marked")
    step("watermark", filenames=("b.bin",)).run(long.upload, lambda: Result(outputs=(other,)))
    long.run()

    long.lose("b.bin")
    long.run()
    assert long.works == 1

    long.lose("a.bin")
    long.run()
    assert (long.works, world.outputs()) == (2, stored(long.upload, "a.bin"))


def test_work_of_minutes_is_done_when_the_item_is_older_than_the_step(
    world: World, long: Long
) -> None:
    world.dynamodb.update_item(
        TableName="ImagesTable",
        Key=to_item({"identity_id": "ann", "image": long.upload.key}),
        UpdateExpression="REMOVE steps.thumbnail",
    )
    long.run()
    assert (long.works, item_of(world)["steps"]["thumbnail"]["state"]) == (1, "done")


def test_message_comes_again_when_another_run_is_at_this_work(world: World, long: Long) -> None:
    def meet() -> None:
        name = f"thumbnail#{long.upload.key}#{long.upload.version}"
        with pytest.raises(AlreadyInProgress, match=f"^{name} is claimed"):
            long.run()

    long.run(meet)
    assert (long.works, len(world.receipts())) == (1, 1)

    newer = replace(long.upload, version=f"{long.upload.version}1", etag="other")
    with claims().alone(f"thumbnail#{long.upload.key}#{long.upload.version}"):
        Long(world, newer).run()  # is another's work
    assert item_of(world)["version"] == newer.version
    assert world.outputs() == stored(newer, "a.bin") | stored(long.upload, "a.bin")


def test_work_of_minutes_is_left_when_who_was_at_it_until_now_has_done_it(
    world: World, long: Long
) -> None:
    finishes = meanwhile("UpdateItem IdempotencyTable", lambda: run(long.upload))
    with world.wire.watch(finishes):
        long.run()
    assert (long.works, len(world.receipts())) == (0, 2)
