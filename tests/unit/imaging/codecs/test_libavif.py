"""libavif by ctypes: the picture that Pillow makes, at a fraction of its size."""

from __future__ import annotations

from typing import Any

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.codecs.libavif import avif_frames
from PIL import Image

from tests.unit.imaging.pictures import (
    EVEN,
    ODD,
    clear,
    differences,
    encoded,
    largest_difference,
    opened,
    photo,
    rendered,
)


@pytest.mark.parametrize(
    ("mode", "subsampling"),
    [("RGB", "4:2:0"), ("RGB", "4:2:2"), ("RGB", "4:4:4"), ("RGBA", "4:2:0"), ("L", "4:0:0")],
)
@pytest.mark.parametrize("size", [ODD, EVEN])
@pytest.mark.parametrize("scale", [1, 2, 8])
def test_avif_is_the_average_of_its_pixels_when_divided(
    scale: int, size: tuple[int, int], mode: str, subsampling: str
) -> None:
    picture = clear(photo(*size)) if mode == "RGBA" else photo(*size).convert(mode)
    data = encoded(picture, "AVIF", subsampling=subsampling, quality=90)

    ((divided, _),) = avif_frames(data, ImageLimits(), scale)

    assert largest_difference(divided, opened(data).reduce(scale)) == 0


def test_avif_that_moves_comes_at_a_half_when_no_more_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = [photo(*EVEN), photo(*EVEN).transpose(Image.Transpose.ROTATE_180)]
    data = encoded(frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=70)
    asked: list[int] = []

    def watched(*arguments: Any) -> Any:
        asked.append(arguments[-1])
        return avif_frames(*arguments)

    monkeypatch.setattr("darkroom.imaging.codecs.libavif.avif_frames", watched)
    made = rendered(data, width=140, format="webp", animated=True, quality=100)

    assert (asked, made.frames, made.width) == ([2], 2, 140)
    for index, (frame, _) in enumerate(avif_frames(data, ImageLimits())):
        shown = opened(made.data)
        shown.seek(index)
        expected = frame.resize(shown.size, Image.Resampling.LANCZOS)
        assert max(differences(shown.convert("RGB"), expected).mean) < 2.5
