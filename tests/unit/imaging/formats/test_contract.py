"""What every format keeps: scales, halving of large images, and refusals by name."""

from __future__ import annotations

from typing import Any

import piexif
import pytest
from darkroom.errors import PermanentError
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, errors, render
from darkroom.imaging.document import read_metadata
from darkroom.imaging.formats import FORMATS, image_class
from darkroom.imaging.formats.pillow import PillowImage
from darkroom.imaging.source import open_source
from darkroom.kinds import Format
from PIL import ImageFile

from tests.unit.imaging.colours import DISPLAY_P3
from tests.unit.imaging.pictures import (
    differences,
    encoded,
    exif_with,
    opened,
    photo,
    quartered,
    quarters,
)


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if 1,000 pixels were as many as a decoder could be asked for."""
    monkeypatch.setattr("darkroom.imaging.formats.contract.MAX_PIXELS", 1000)


@pytest.mark.parametrize("format_", Format)
def test_every_format_has_a_row_and_a_class_when_it_is_told_from_bytes(format_: Format) -> None:
    data = encoded(quartered(), format_.name)

    image = open_source(data, ImageLimits()).image

    assert FORMATS[format_].content_type.startswith("image/")
    assert type(image) is image_class(format_)
    assert image.format is format_
    assert (image.header.width, image.header.height) == image.size == (96, 64)
    assert image.header.is_complete


@pytest.mark.parametrize("format_", Format)
def test_frames_are_read_when_the_registry_says_that_the_format_animates(format_: Format) -> None:
    """Not the pictures of an MPO, the pages of a TIFF or the images of a HEIC."""
    frames = [quartered(), photo(96, 64)]
    codec = "MPO" if format_ is Format.JPEG else format_.name
    more = {} if format_ is Format.BMP else {"save_all": True, "append_images": frames[1:]}

    image = open_source(encoded(frames[0], codec, **more), ImageLimits()).image

    assert image.frames == (2 if FORMATS[format_].may_animate else 1)


@pytest.mark.parametrize("format_", [key for key in Format if not FORMATS[key].may_animate])
def test_still_is_its_own_only_frame_when_the_format_never_animates(format_: Format) -> None:
    image = open_source(encoded(quartered(), format_.name), ImageLimits()).image

    shown = [(frame.convert("RGB"), ms) for frame, ms in image.whole_frames(1, image.size)]

    assert [ms for _, ms in shown] == [0]
    assert quarters(shown[0][0]) == ["red", "lime", "blue", "white"]


@pytest.mark.parametrize("format_", ["JPEG", "progressive", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize(
    ("size", "wanted", "decoded"),
    [
        pytest.param((199, 96), (100, 48), (100, 48), id="half of an odd side"),
        pytest.param((199, 96), (101, 48), (199, 96), id="a pixel more"),
        pytest.param((400, 301), (50, 38), (50, 38), id="an eighth"),
        pytest.param((400, 305), (50, 40), (100, 77), id="by the side that shrinks less"),
        pytest.param((90, 60), (90, 60), (90, 60), id="whole"),
    ],
)
def test_picture_is_decoded_at_the_smallest_size_that_is_large_enough(
    format_: str, size: tuple[int, int], wanted: tuple[int, int], decoded: tuple[int, int]
) -> None:
    if format_ == "progressive":
        data = encoded(photo(*size), "JPEG", progressive=True)
    else:
        data = encoded(photo(*size), format_)

    assert open_source(data, ImageLimits()).decode(wanted).size == decoded


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF", "HEIF"])
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
        large = render(data, recipe, ImageLimits())
    monkeypatch.undo()
    small = render(data, recipe, ImageLimits())

    assert large.facts == small.facts
    rendition = opened(large.renditions[0].data)
    whole = opened(small.renditions[0].data)
    assert (rendition.size, whole.size) == ((32, 48), (64, 96))
    assert quarters(rendition) == quarters(whole) == ["blue", "red", "white", "lime"]
    assert max(differences(rendition, whole.reduce(2)).mean) < 2.5  # at the quarters' edges


def _refuse(_: Any) -> None:
    raise AssertionError("Pillow decoded pixels")


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF", "HEIF"])
def test_metadata_is_that_of_the_whole_when_a_picture_is_halved(
    format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(photo(), format_, exif=piexif.dump({"0th": {piexif.ImageIFD.Make: "Maker"}}))

    large = read_metadata(data, ImageLimits())
    monkeypatch.undo()

    assert large == read_metadata(data, ImageLimits())
    assert (large.width, large.height, large.exif.make) == (480, 320, "Maker")


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF", "HEIF"])
def test_large_picture_is_refused_by_name_when_it_is_cut_short(format_: str) -> None:
    data = encoded(photo(), format_)
    for end in (len(data) // 2, len(data) - 1):
        with pytest.raises((errors.TruncatedImage, errors.CorruptImage)):
            render(data[:end], Recipe(renditions=(RenditionSpec(name="one"),)), ImageLimits())


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF", "HEIF"])
def test_only_our_errors_leave_when_large_pictures_are_broken(format_: str) -> None:
    data = encoded(photo(96, 64), format_)
    for at in range(0, len(data), 7):
        broken = data[:at] + bytes([data[at] ^ 0x5A]) + data[at + 1 :]
        try:
            render(broken, Recipe(renditions=(RenditionSpec(name="one", width=16),)), ImageLimits())
        except PermanentError:
            continue


def test_copies_of_metadata_are_freed_when_they_are_megabytes() -> None:
    comment = b"\xff\xed\xff\xff" + bytes(65_533)
    jpeg = encoded(photo(), "JPEG")
    jpeg = jpeg[:2] + 20 * comment + jpeg[2:]
    png = encoded(photo(), "PNG", exif=exif_with(0x0131, 2, 4, b"abc\0") + bytes(2_000_000))
    for data in (jpeg, png):
        image = open_source(data, ImageLimits()).image
        assert isinstance(image, PillowImage)
        pillow = image.pillow
        kept = [*pillow.info.values(), *(body for _, body in getattr(pillow, "applist", []))]
        assert sum(len(value) for value in kept if isinstance(value, bytes)) < 100_000
