"""WebP: its three kinds of headers, its frames and their durations."""

from __future__ import annotations

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.formats.webp import WebpImage
from PIL import Image

from tests.unit.imaging.pictures import encoded, photo, refusal


@pytest.mark.parametrize(
    ("options", "kind"),
    [({}, b"VP8 "), ({"lossless": True}, b"VP8L"), ({"exif": b"Exif\0\0MM"}, b"VP8X")],
    ids=["lossy", "lossless", "extended"],
)
def test_size_is_read_when_the_header_is(options: dict[str, object], kind: bytes) -> None:
    data = encoded(photo(301, 77), "WEBP", **options)
    assert data[12:16] == kind

    header = WebpImage(data, ImageLimits()).header

    assert (header.width, header.height, header.frames) == (301, 77, 1)


def test_frames_are_counted_to_one_above_the_limit_when_there_are_more() -> None:
    frames = [Image.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue", "white")]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=70)

    assert WebpImage(data, ImageLimits()).header.frames == 4
    assert WebpImage(data, ImageLimits()).header.seconds == 0.28
    assert WebpImage(data, ImageLimits(max_frames=2)).header.frames == 3


@pytest.mark.parametrize(("end", "code"), [(29, "truncated"), (None, "corrupt")])
def test_webp_is_refused_when_its_first_chunk_is_none(end: int | None, code: str) -> None:
    data = encoded(photo(30, 20), "WEBP").replace(b"VP8 ", b"JUNK")
    assert refusal(data[:end]).code == code
