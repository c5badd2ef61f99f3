"""What the processors that read pixels share: fetch the upload, hand its bytes to one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from darkroom.aws import dynamodb_client, s3_client
from darkroom.config import ImageConfig
from darkroom.events import ObjectEvent
from darkroom.failures import Failures
from darkroom.imaging.errors import ImageTooLarge
from darkroom.imaging.limits import Limits
from darkroom.imaging.renditions import Rendition
from darkroom.originals import read_original
from darkroom.processed import ProcessedBucket
from darkroom.records import ImageRecords
from darkroom.steps import Output, Result, Step
from darkroom.uploads import Upload
from darkroom.worker import Handler, for_each_upload, sqs_handler

EXTENSIONS = {"jpeg": "jpg", "webp": "webp", "avif": "avif", "png": "png"}


def limits_of(config: ImageConfig) -> Limits:
    """The imaging limits that the environment sets."""
    return Limits(
        max_bytes=config.max_upload_bytes,
        max_jpeg_pixels=config.max_jpeg_pixels,
        max_pixels=config.max_pixels,
        max_frames=config.max_frames,
    )


def image_handler(
    name: str,
    config: ImageConfig,
    work: Callable[[bytes], Result],
    filenames: Iterable[str],
) -> Handler:
    """A Lambda handler that runs `work` on the bytes of every upload as the step `name`.

    `filenames` are all files that `work` can ever return.
    """
    s3, dynamodb = s3_client(), dynamodb_client()
    records = ImageRecords(
        dynamodb,
        images_table=config.images_table,
        idempotency_table=config.idempotency_table,
        steps=config.steps,
    )
    processed = ProcessedBucket(s3, config.processed_bucket)
    step = Step(name, records=records, processed=processed, filenames=filenames)

    def process(_: ObjectEvent, upload: Upload) -> None:
        def fetch_and_work() -> Result:
            if upload.bytes > config.max_upload_bytes:  # known from the event: never downloaded
                raise ImageTooLarge(
                    f"This file has {upload.bytes / 1e6:,.1f} MB; at most "
                    f"{config.max_upload_bytes / 1e6:,.0f} MB can be processed."
                )
            return work(read_original(s3, upload))

        step.run(upload, fetch_and_work)

    return sqs_handler(
        lambda body: for_each_upload(body, process), Failures(dynamodb, config.idempotency_table)
    )


def filename_of(stem: str, format_: str) -> str:
    """The name of an output file: `thumbnail-240` in format jpeg is `thumbnail-240.jpg`."""
    return f"{stem}.{EXTENSIONS[format_]}"


def output_of(rendition: Rendition, *, name: str | None = None) -> Output:
    """The file of a rendition, listed in the image's item; `name` is its stem if not the same."""
    return Output(
        filename=filename_of(name or rendition.name, rendition.format),
        body=rendition.data,
        content_type=f"image/{rendition.format}",
        rendition=rendition.name,
        format=rendition.format,
        width=rendition.width,
        height=rendition.height,
    )
