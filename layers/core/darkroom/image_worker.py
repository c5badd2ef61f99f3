"""What the processors that read pixels share: fetch the upload, hand its bytes to one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from darkroom.aws import dynamodb_client, s3_client
from darkroom.config import ImageConfig
from darkroom.events import ObjectEvent
from darkroom.imaging.errors import ImageTooLarge
from darkroom.imaging.limits import Limits
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
    s3 = s3_client()
    records = ImageRecords(
        dynamodb_client(),
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

    return sqs_handler(lambda body: for_each_upload(body, process))


def rendition_output(name: str, format_name: str, width: int, height: int, body: bytes) -> Output:
    """An output file for a rendition, listed in the image's item under its file name's stem."""
    return Output(
        filename=f"{name}.{EXTENSIONS[format_name]}",
        body=body,
        content_type=f"image/{format_name}",
        rendition=name,
        format=format_name,
        width=width,
        height=height,
    )
