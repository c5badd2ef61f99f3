"""The handler of functions that read uploads whole: fetch the bytes, give them to their work."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from darkroom.aws.clients import dynamodb_client, s3_client, sns_client
from darkroom.config import FileConfig
from darkroom.errors import check_bytes
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.receipts import Receipts
from darkroom.pipeline.records import ImageRecords
from darkroom.pipeline.steps import Result, Step
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.worker import Handler, for_each_image, sqs_handler
from darkroom.repair.failures import Failures


def file_handler(
    name: str,
    config: FileConfig,
    work: Callable[[bytes, Upload], Result],
    filenames: Iterable[str] = (),
) -> Handler:
    """A Lambda handler that runs `work` on the bytes of every upload as the step `name`.

    `filenames` are all files that `work` can ever return.
    """
    s3, dynamodb = s3_client(), dynamodb_client()
    originals = Originals(s3)
    step = Step(
        name,
        records=ImageRecords.of(dynamodb, config),
        processed=ProcessedBucket(s3, config.processed_bucket),
        receipts=Receipts(sns_client, topic=config.processed_topic_arn),
        originals=originals,
        filenames=filenames,
    )

    def process(upload: Upload) -> None:
        def fetch_and_work() -> Result:
            # The size is known from the event: a file that is too large is never downloaded.
            check_bytes(upload.bytes, config.max_upload_bytes)
            return work(originals.read(upload), upload)

        step.run(upload, fetch_and_work)

    return sqs_handler(
        lambda body: for_each_image(body, stored=process),
        Failures(dynamodb, config.idempotency_table),
    )
