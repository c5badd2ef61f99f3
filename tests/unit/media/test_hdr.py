"""HDR is shown as photos in HDR are: white is not lost, and nothing looks washed out."""

from __future__ import annotations

from pathlib import Path

import pytest
from darkroom.imaging.pixels.colour import to_srgb
from darkroom.imaging.pixels.named import by_code_points, profile_of
from PIL import Image

from tests.unit.media.clips import X265, encoded
from tests.unit.media.reading import facts_of, is_close, played, transcoded

PQ, HLG = 16, 18
COLOURS = ((120, 120, 120), (190, 190, 190), (150, 90, 60), (60, 110, 160))


@pytest.mark.parametrize(("transfer", "name"), [(PQ, "pq"), (HLG, "hlg")])
@pytest.mark.parametrize("colour", COLOURS, ids=str)
def test_video_in_hdr_looks_like_a_photo_in_hdr(
    transfer: int, name: str, colour: tuple[int, int, int], tmp_path: Path
) -> None:
    photo = Image.new("RGB", (64, 64), colour)
    colours = by_code_points(9, transfer)
    assert colours is not None
    expected = to_srgb(photo.copy(), profile_of(colours)).getpixel((32, 32))
    data = encoded(
        "mov", "libx265", [photo] * 4, options=X265, pixels="yuv420p10le",
        colours=(9, transfer), audio=None, seconds=0.4,
    )  # fmt: skip

    facts = facts_of(data, tmp_path)
    transcoded(data, tmp_path, short_edge=32)

    version = played(tmp_path / "web.mp4")
    assert facts["hdr"] == name
    assert isinstance(expected, tuple)
    for image in (Image.open(tmp_path / "poster.png"), version.image(1)):
        found = image.convert("RGB").getpixel((image.width // 2, image.height // 2))
        assert isinstance(found, tuple)
        assert is_close(found, expected, 10), (found, expected)
    frame = version.frames[0]
    assert (frame.color_primaries, frame.color_trc, frame.colorspace) == (1, 1, 1)
