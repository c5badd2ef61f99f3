"""The handlers of functions that read uploads: fetch the bytes, give them to their work.

A file is read into memory whole, or it goes through in parts, with a folder for what is made of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.config import FileConfig, StepConfig
from darkroom.errors import PermanentError, check_bytes
from darkroom.people.once import Once
from darkroom.pipeline.hiding import Hiding
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.receipts import Receipts
from darkroom.pipeline.records import ImageRecords
from darkroom.pipeline.steps import Result, Step
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.worker import Handler, for_each_image, sqs_handler
from darkroom.repair.failures import Failures
from darkroom.work_folders import WorkFolder


def file_handler(
    name: str,
    config: FileConfig,
    work: Callable[[bytes, Upload], Result],
    filenames: Iterable[str] = (),
) -> Handler:
    """A Lambda handler that runs `work` on the bytes of every upload as the step `name`.

    `filenames` are all files that `work` can ever return.
    """

    def run(step: Step, originals: Originals, upload: Upload) -> None:
        def fetch_and_work() -> Result:
            # The size is known from the event: a file that is too large is never downloaded.
            check_bytes(upload.bytes, config.max_upload_bytes)
            return work(originals.read(upload), upload)

        step.run(upload, fetch_and_work)

    return step_handler(name, config, run, filenames)


def streaming_handler(
    name: str,
    config: StepConfig,
    work: Callable[[Iterator[bytes], Path], Result],
    filenames: Iterable[str],
    *,
    max_bytes: int,
) -> Handler:
    """A Lambda handler that runs `work` on every upload as the step `name`, a part at a time.

    `work` is also given a folder, which is there until the files that it returns are stored.
    """

    def run(step: Step, originals: Originals, upload: Upload) -> None:
        with WorkFolder() as folder:

            def fetch_and_work() -> Result:
                check_bytes(upload.bytes, max_bytes)
                chunks = originals.chunks(upload)
                try:
                    return work(chunks, folder)
                except PermanentError:
                    for _ in chunks:  # a body that was damaged on the way says so at its end
                        pass
                    raise

            step.run(upload, fetch_and_work)

    return step_handler(name, config, run, filenames)


def step_handler(
    name: str,
    config: StepConfig,
    run: Callable[[Step, Originals, Upload], None],
    filenames: Iterable[str],
    *,
    hiding: Hiding | None = None,
    once: bool = False,
) -> Handler:
    """A Lambda handler that calls `run` on every upload, with the step `name` and the uploads.

    `filenames` are those of the step, `hiding` is of its queue. With `once` it is work of minutes,
    which no two runs do at a time.
    """
    s3, dynamodb = s3_client(), dynamodb_client()
    claims = Once(dynamodb, config.idempotency_table) if once else None
    originals = Originals(s3)
    step = Step(
        name,
        records=ImageRecords.of(dynamodb, config),
        processed=ProcessedBucket(s3, config.processed_bucket),
        receipts=Receipts(sns_client, topic=config.processed_topic_arn),
        originals=originals,
        filenames=filenames,
        once=claims,
    )
    return sqs_handler(
        lambda body: for_each_image(body, stored=lambda upload: run(step, originals, upload)),
        Failures(dynamodb, config.idempotency_table),
        prepare=claims.begin if claims else None,
        hiding=hiding,
    )
