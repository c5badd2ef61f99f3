"""WebP and AVIF at a fraction of their size: the same picture, in a fraction of the memory."""

from __future__ import annotations

from typing import Any

import piexif
import pytest
from darkroom.errors import PermanentError
from darkroom.imaging import Limits, Recipe, RenditionSpec, errors, render
from darkroom.imaging.libavif import avif_frames
from darkroom.imaging.libwebp import webp_picture
from darkroom.imaging.metadata import read_metadata
from PIL import Image, ImageChops, ImageFile, ImageStat

from tests.unit.imaging.colours import DISPLAY_P3
from tests.unit.imaging.pictures import encoded, opened, photo, quartered, quarters

ODD = (301, 333)  # several bands of an AVIF, the last one short
EVEN = (300, 332)


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if 1,000 pixels were as many as Pillow could be asked to decode."""
    monkeypatch.setattr("darkroom.imaging.source.MAX_PIXELS", 1000)


def clear(picture: Image.Image) -> Image.Image:
    """The picture, from clear at its left to opaque at its right."""
    picture = picture.convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").rotate(90).resize(picture.size))
    return picture


def differences(one: Image.Image, other: Image.Image) -> ImageStat.Stat:
    """Of each channel, in levels; colours count as far as they can be seen."""
    assert (one.mode, one.size) == (other.mode, other.size)
    if one.mode == "RGBA":
        one, other = one.convert("RGBa"), other.convert("RGBa")
    return ImageStat.Stat(ImageChops.difference(one, other))


def largest(one: Image.Image, other: Image.Image) -> int:
    return max(most for _, most in differences(one, other).extrema)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("part", [1, 2, 4])
def test_webp_is_the_average_of_its_pixels_when_divided(part: int, alpha: bool) -> None:
    picture = clear(photo(*EVEN)) if alpha else photo(*EVEN)
    data = encoded(picture, "WEBP", lossless=True)

    assert largest(webp_picture(data, EVEN, part), picture.reduce(part)) <= 1


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("part", [1, 2, 8])
def test_webp_looks_as_pillow_makes_it_when_divided(part: int, lossless: bool, alpha: bool) -> None:
    picture = clear(photo(*ODD)) if alpha else photo(*ODD)
    data = encoded(picture, "WEBP", lossless=lossless, quality=90)

    divided = webp_picture(data, ODD, part)

    reference = opened(data).resize(divided.size, Image.Resampling.LANCZOS)
    if part == 1:
        assert largest(divided, reference) == 0
    assert max(differences(divided, reference).mean) < 1.5


@pytest.mark.parametrize(
    ("mode", "subsampling"),
    [("RGB", "4:2:0"), ("RGB", "4:2:2"), ("RGB", "4:4:4"), ("RGBA", "4:2:0"), ("L", "4:0:0")],
)
@pytest.mark.parametrize("size", [ODD, EVEN])
@pytest.mark.parametrize("part", [1, 2, 8])
def test_avif_is_the_average_of_its_pixels_when_divided(
    part: int, size: tuple[int, int], mode: str, subsampling: str
) -> None:
    picture = clear(photo(*size)) if mode == "RGBA" else photo(*size).convert(mode)
    data = encoded(picture, "AVIF", subsampling=subsampling, quality=90)

    ((divided, _),) = avif_frames(data, size[0] * size[1], part)

    assert largest(divided, opened(data).reduce(part)) == 0


def test_first_frame_is_on_its_canvas_when_a_webp_moves() -> None:
    """The first frame fills a corner of its canvas; the rest of that is clear."""
    canvas = Image.new("RGBA", (64, 48))
    canvas.paste(quartered(32, 16), (16, 24))
    frames = [canvas, Image.new("RGBA", (64, 48), "blue")]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert data.count(b"ANMF") == 2

    for part in (1, 2):
        assert largest(webp_picture(data, (64, 48), part), canvas.reduce(part)) <= 1


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF"])
def test_large_picture_comes_out_like_a_small_one_when_it_is_halved(
    format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pillow, whose decoding takes too much memory, is not asked for pixels."""
    turned = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    options: dict[str, Any] = {"exif": turned, "icc_profile": DISPLAY_P3.profile(), "quality": 95}
    data = encoded(quartered(96, 64), format_, **options)
    recipe = Recipe(renditions=(RenditionSpec(name="all", width=500, format="png"),), preview=True)

    with monkeypatch.context() as patch:
        patch.setattr(ImageFile.ImageFile, "load", _refuse)
        large = render(data, recipe, Limits())
    monkeypatch.undo()
    small = render(data, recipe, Limits())

    assert large.facts == small.facts
    rendition = opened(large.renditions[0].data)
    whole = opened(small.renditions[0].data)
    assert (rendition.size, whole.size) == ((32, 48), (64, 96))
    assert quarters(rendition) == quarters(whole) == ["blue", "red", "white", "lime"]
    assert max(differences(rendition, whole.reduce(2)).mean) < 2.5  # at the quarters' edges


def _refuse(_: Any) -> None:
    raise AssertionError("Pillow decoded pixels")


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF"])
def test_metadata_is_that_of_the_whole_when_a_picture_is_halved(
    format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(photo(), format_, exif=piexif.dump({"0th": {piexif.ImageIFD.Make: "Maker"}}))

    large = read_metadata(data, Limits())
    monkeypatch.undo()

    assert large == read_metadata(data, Limits())
    assert (large.width, large.height, large.exif.make) == (480, 320, "Maker")


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF"])
def test_large_picture_is_refused_by_name_when_it_is_cut_short(format_: str) -> None:
    data = encoded(photo(), format_)
    for end in (len(data) // 2, len(data) - 1):
        with pytest.raises((errors.TruncatedImage, errors.CorruptImage)):
            render(data[:end], Recipe(renditions=(RenditionSpec(name="one"),)), Limits())


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF"])
def test_only_our_errors_leave_when_large_pictures_are_broken(format_: str) -> None:
    data = encoded(photo(96, 64), format_)
    for at in range(0, len(data), 7):
        broken = data[:at] + bytes([data[at] ^ 0x5A]) + data[at + 1 :]
        try:
            render(broken, Recipe(renditions=(RenditionSpec(name="one", width=16),)), Limits())
        except PermanentError:
            continue
