"""A poster shows something: it is neither black nor blurred where any frame is not."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageFilter, ImageStat

from tests.unit.media import clips
from tests.unit.media.clips import X264, encoded
from tests.unit.media.reading import inspected

BLACK = Image.new("RGB", (clips.WIDTH, clips.HEIGHT))
ONE_KEY = {**X264, "g": "1000"}


def contrast(folder: Path) -> float:
    return ImageStat.Stat(Image.open(folder / "poster.png").convert("L")).stddev[0]


@pytest.mark.parametrize("options", [X264, ONE_KEY], ids=["many key frames", "one key frame"])
def test_poster_is_not_black_when_the_video_begins_so(
    options: dict[str, str], tmp_path: Path
) -> None:
    images = [BLACK] * 12 + list(clips.scenes(8))
    data = encoded("mp4", "libx264", images, options=options, audio=None)

    found = inspected(data, tmp_path)

    assert contrast(tmp_path) > 40
    assert found["poster_seconds"] >= 1.2


def test_poster_is_sharp_when_most_of_the_video_is_not(tmp_path: Path) -> None:
    blurred = [image.filter(ImageFilter.GaussianBlur(12)) for image in clips.scenes(20)]
    blurred[10] = clips.scene(10)
    data = encoded("mp4", "libx264", blurred, options=X264, audio=None)

    found = inspected(data, tmp_path)

    assert found["poster_seconds"] == 1.0


def test_poster_is_black_when_all_of_the_video_is(tmp_path: Path) -> None:
    inspected(encoded("mp4", "libx264", [BLACK] * 5, options=X264, audio=None), tmp_path)

    assert contrast(tmp_path) < 1


def test_there_is_a_poster_and_no_preview_when_the_video_is_one_frame(tmp_path: Path) -> None:
    data = encoded("mp4", "libx264", [clips.scene(1)], options=X264, audio=None)

    found = inspected(data, tmp_path)

    assert found["preview"] is None
    assert not (tmp_path / "preview.webp").exists()
    assert contrast(tmp_path) > 40


def test_preview_has_three_seconds_of_a_longer_video(tmp_path: Path) -> None:
    data = encoded("mp4", "libx264", clips.scenes(50, (64, 48)), options=X264, seconds=5)

    found = inspected(data, tmp_path)

    with Image.open(tmp_path / "preview.webp") as preview:
        assert found["preview"]["frames"] == getattr(preview, "n_frames", 1) == 24
        milliseconds = 0
        for number in range(24):
            preview.seek(number)
            preview.load()
            milliseconds += preview.info["duration"]
        assert milliseconds == 3000
        assert preview.info["loop"] == 0
