"""In a stack that marks videos, an MP4 carries the operator's picture; every video has one."""

from __future__ import annotations

import io
from collections.abc import Iterator

import av
import pytest
from darkroom.imaging.pixels.watermark import layer_of, watermarked
from darkroom.imaging.recipe import ImageMark, Watermark
from PIL import Image

from local.cloud import LocalCloud
from tests.e2e.conftest import PARAMETERS
from tests.e2e.test_isolation import as_function, refused
from tests.unit.media.clips import mp4
from tests.unit.media.reading import strays

KEY = "assets/logo.png"
MARKED = {
    "VideoWatermark": "true",
    "WatermarkImageKey": KEY,
    "WatermarkPosition": "bottom-left",
    "WatermarkOpacityPercent": "80",
}


def logo() -> bytes:
    out = io.BytesIO()
    Image.new("RGBA", (60, 40), (250, 220, 20, 255)).save(out, "PNG")
    return out.getvalue()


@pytest.fixture(scope="module")
def cloud(built: None) -> Iterator[LocalCloud]:
    """A cloud of its own, whose videos are marked."""
    with LocalCloud("video-watermark") as deployed:
        deployed.deploy({**PARAMETERS, **MARKED})
        deployed.client("s3").put_object(
            Bucket=deployed.outputs["ProcessedBucketName"], Key=KEY, Body=logo()
        )
        yield deployed


def test_video_that_browsers_play_has_an_mp4_with_the_operator_s_picture(cloud: LocalCloud) -> None:
    ann = cloud.new_user()
    image = ann.wait_for_end(ann.upload("film.mp4", mp4(), "video/mp4"))

    assert (image["status"], image["steps"]["convert"]["state"]) == ("processed", "done")
    with av.open(io.BytesIO(ann.output(image["video"]["key"])), "r") as version:
        found = next(version.decode(video=0)).to_image()
    assert found.size == (320, 240)
    watermark = Watermark(mark=ImageMark(logo()), position="bottom-left", opacity=0.8)
    box = layer_of(watermark, found.size).getbbox()
    assert box is not None
    ground = Image.new("RGB", found.size, found.getpixel((box[2] + 8, box[1] - 8)))  # one quarter's
    expected = watermarked(ground, watermark).crop(box)
    assert strays(ground.crop(box), expected) > 60
    assert strays(found.crop(box), expected) < 8


def test_convert_reads_the_picture_and_writes_none(cloud: LocalCloud) -> None:
    s3 = as_function(cloud, "ConvertFunction", "s3")
    bucket = cloud.outputs["ProcessedBucketName"]

    assert s3.get_object(Bucket=bucket, Key=KEY)["Body"].read() == logo()
    assert refused(lambda: s3.put_object(Bucket=bucket, Key=KEY, Body=b""))
