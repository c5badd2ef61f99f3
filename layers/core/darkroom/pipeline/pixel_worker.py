"""What the processors that read pixels share: fetch the upload, hand its bytes to one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from darkroom.aws.clients import dynamodb_client, s3_client
from darkroom.config import ImageConfig
from darkroom.imaging.formats import FORMATS
from darkroom.imaging.limits import ImageLimits, check_bytes
from darkroom.imaging.recipe import Recipe
from darkroom.kinds import Format
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.processed import ProcessedBucket
from darkroom.pipeline.records import ImageRecords
from darkroom.pipeline.steps import Output, Result, Step
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.worker import Handler, for_each_image, sqs_handler
from darkroom.repair.failures import Failures

if TYPE_CHECKING:
    from darkroom.imaging.renditions import Rendition


def limits_of(config: ImageConfig) -> ImageLimits:
    """The imaging limits that the environment sets."""
    return ImageLimits(
        max_bytes=config.max_upload_bytes,
        max_jpeg_pixels=config.max_jpeg_pixels,
        max_pixels=config.max_pixels,
        max_frames=config.max_frames,
        max_total_frame_pixels=config.max_total_frame_pixels,
        max_edge=config.max_edge_pixels,
        max_memory=config.max_decoding_bytes,
    )


def image_handler(
    name: str,
    config: ImageConfig,
    work: Callable[[bytes, Upload], Result],
    filenames: Iterable[str],
) -> Handler:
    """A Lambda handler that runs `work` on the bytes of every upload as the step `name`.

    `filenames` are all files that `work` can ever return.
    """
    s3, dynamodb, limits = s3_client(), dynamodb_client(), limits_of(config)
    records = ImageRecords.of(dynamodb, config)
    processed = ProcessedBucket(s3, config.processed_bucket)
    originals = Originals(s3)
    step = Step(
        name, records=records, processed=processed, originals=originals, filenames=filenames
    )

    def process(upload: Upload) -> None:
        def fetch_and_work() -> Result:
            check_bytes(upload.bytes, limits)  # known from the event: never downloaded
            return work(originals.read(upload), upload)

        step.run(upload, fetch_and_work)

    return sqs_handler(
        lambda body: for_each_image(body, stored=process),
        Failures(dynamodb, config.idempotency_table),
    )


def filenames_of(recipe: Recipe, *, prefix: str = "") -> list[str]:
    """Every file that a recipe can make; `prefix` is the one given to `output_of`."""
    return [
        _filename(f"{prefix}{spec.name}", format_)
        for spec in recipe.renditions
        for format_ in spec.formats
    ]


def output_of(rendition: Rendition, *, prefix: str = "") -> Output:
    """A rendition as a file, listed in the image's item.

    Without a prefix it is listed under its own name, as there is one of it; with one, under both
    and its format: the file `thumbnail-240.jpg` is `thumbnail-240-jpeg`.
    """
    stem = f"{prefix}{rendition.name}"
    return Output(
        filename=_filename(stem, rendition.format),
        body=rendition.data,
        content_type=FORMATS[Format(rendition.format)].content_type,
        rendition=f"{stem}-{rendition.format}" if prefix else stem,
        format=rendition.format,
        width=rendition.width,
        height=rendition.height,
    )


def _filename(stem: str, format_: str) -> str:
    return f"{stem}.{FORMATS[Format(format_)].extension}"
