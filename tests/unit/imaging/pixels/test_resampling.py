"""The fast resampler against its reference, Pillow's LANCZOS: the same picture, within tolerance.

Both round: exact LANCZOS lies a third of a level from either, so photos agree to half a level on
average. A single pixel beside a hard edge may differ by some ten levels where the size changes
least, for pic-scale leaves out the outermost weights, which are nearly nothing.
"""

from __future__ import annotations

import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from darkroom.imaging import steps
from darkroom.imaging.formats import png
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.pixels import resampling
from darkroom.imaging.pixels.crop import fitted
from darkroom.imaging.pixels.icc import display_p3
from darkroom.imaging.pixels.resampling import averaged, lanczos
from darkroom.imaging.rendering import decoded
from darkroom.imaging.source import open_source
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageStat

from local.paths import LAYERS
from tests.unit.imaging.pictures import encoded, exif_with, opened

MEAN_LEVELS, WORST_LEVELS = 0.6, 16
MODES = ("L", "LA", "RGB", "RGBA", "CMYK", "YCbCr")
SIZES = ((320, 240), (1, 240), (320, 1), (319, 239), (160, 120), (97, 31), (33, 200), (1, 1))


def scene(size: tuple[int, int] = (320, 240), mode: str = "RGB") -> Image.Image:
    """Edges, gradients and grain; with alpha, a soft oval that is opaque in its middle."""
    chance = random.Random(sum(size))
    image = Image.effect_mandelbrot(size, (-2.2, -1.2, 1.0, 1.2), 60).convert("RGB")
    draw = ImageDraw.Draw(image, "RGBA")
    for _ in range(30):
        x, y = chance.randrange(size[0]), chance.randrange(size[1])
        radius = chance.randrange(2, max(3, min(size) // 3))
        colour = tuple(chance.randrange(256) for _ in range(3))
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(*colour, 150))
    grain = Image.merge("RGB", [Image.effect_noise(size, 24) for _ in range(3)])
    image = Image.blend(image.filter(ImageFilter.GaussianBlur(0.8)), grain, 0.15)
    if mode.endswith("A"):
        mask = Image.new("L", size)
        width, height = size
        ImageDraw.Draw(mask).ellipse((width // 8, 0, width, height - height // 8), fill=255)
        image.putalpha(mask.filter(ImageFilter.GaussianBlur(6)))
    return image.convert(mode)


def assert_alike(
    one: Image.Image, other: Image.Image, *, mean: float = MEAN_LEVELS, worst: int = WORST_LEVELS
) -> None:
    """Equal to the eye, on black and on white: colour counts as much as it is visible."""
    assert (one.size, one.mode) == (other.size, other.mode)
    for ground in ("black", "white") if one.mode.endswith("A") else ("black",):
        shown = [_on(ground, picture) for picture in (one, other)]
        difference = ImageChops.difference(*shown)
        statistics = ImageStat.Stat(difference)
        assert max(statistics.mean) <= mean, statistics.mean
        assert max(high for _, high in statistics.extrema) <= worst, statistics.extrema


def _on(ground: str, picture: Image.Image) -> Image.Image:
    if not picture.mode.endswith("A"):
        return picture
    paper = Image.new("RGBA", picture.size, ground)
    return Image.alpha_composite(paper, picture.convert("RGBA")).convert("RGB")


def pillows(image: Image.Image, size: tuple[int, int], **_: object) -> Image.Image:
    return image if image.size == size else image.resize(size, Image.Resampling.LANCZOS)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("size", SIZES)
def test_picture_is_pillows_when_it_is_made_smaller(size: tuple[int, int], mode: str) -> None:
    image = scene(mode=mode)
    mean = 1 if size == (1, 1) else MEAN_LEVELS  # a single pixel may be rounded otherwise
    assert_alike(lanczos(image, size), pillows(image, size), mean=mean)


@pytest.mark.parametrize("mode", MODES)
def test_picture_is_pillows_when_it_goes_through_in_bands(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = scene((401, 299), mode)
    monkeypatch.setattr(resampling, "WHOLE_PIXELS", 1000)
    monkeypatch.setattr(resampling, "_BAND_PIXELS", 5000)
    untouched = image.copy()
    assert_alike(lanczos(image, (190, 141)), pillows(image, (190, 141)))
    assert image == untouched
    assert lanczos(image.copy(), (190, 141), in_place=True) == lanczos(image, (190, 141))


@pytest.mark.parametrize("divisor", [1, 2, 3, 8])
@pytest.mark.parametrize("mode", ["L", "LA", "RGB", "RGBA", "CMYK"])
def test_pixel_is_the_average_of_those_it_stands_for_when_picture_is_divided(
    mode: str, divisor: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resampling, "_BAND_PIXELS", 5000)
    image = scene((401, 299), mode)
    assert averaged(image, divisor) == image.reduce(divisor)


@pytest.mark.parametrize(
    ("mode", "size"),
    [("F", (100, 75)), ("CMYK", (640, 480)), ("RGB", (640, 480)), ("RGB", (640, 10))],
)
def test_pillow_does_it_when_mode_or_direction_is_another(mode: str, size: tuple[int, int]) -> None:
    image = scene().convert(mode if mode != "F" else "L").convert(mode)
    assert lanczos(image, size) == image.resize(size, Image.Resampling.LANCZOS)


def test_grey_stays_grey_when_it_is_in_lab() -> None:
    """Pillow's own resizing takes the byte of -1 for 255: halfway to +1 lies a glaring colour."""
    nearly_grey = Image.frombytes("LAB", (64, 64), bytes([128, 127, 127, 128, 129, 129]) * 2048)
    assert nearly_grey.getpixel((0, 0)) == (128, 255, 255)

    small = lanczos(nearly_grey, (20, 20))

    assert small.mode == "LAB"
    levels = small.tobytes()  # as files have it: 128 is zero
    assert {*levels[1::3], *levels[2::3]} <= {127, 128, 129}


def test_picture_is_itself_when_it_has_that_size_already() -> None:
    image = scene()
    assert lanczos(image, image.size) is image


@settings(max_examples=150, deadline=None)
@given(
    mode=st.sampled_from(MODES),
    width=st.integers(1, 400),
    height=st.integers(1, 400),
    data=st.data(),
)
def test_size_is_as_asked_when_dimensions_are_any(
    mode: str, width: int, height: int, data: st.DataObject
) -> None:
    image = Image.new(mode, (width, height), (200, 90, 30, 255)[: len(mode)])
    size = data.draw(st.tuples(st.integers(1, 400), st.integers(1, 400)))
    result = lanczos(image, size)
    assert (result.size, result.mode) == (size, mode)
    # A flat picture stays flat, to its edges.
    assert ImageStat.Stat(ImageChops.difference(result, pillows(image, size))).sum2[0] <= (
        size[0] * size[1]
    )


def turned(orientation: int) -> bytes:
    return exif_with(0x0112, 3, 1, bytes([0, orientation]))


UPLOADS = {
    "jpeg": encoded(scene((900, 700)), "JPEG", quality=92),
    "jpeg without subsampling": encoded(scene((900, 700)), "JPEG", quality=92, subsampling=0),
    "progressive jpeg": encoded(scene((900, 700)), "JPEG", quality=92, progressive=True),
    "grey jpeg": encoded(scene((900, 700), "L"), "JPEG", quality=92),
    "cmyk jpeg": encoded(scene((900, 700)).convert("CMYK"), "JPEG", quality=92),
    "jpeg in Display P3": encoded(scene((900, 700)), "JPEG", quality=92, icc_profile=display_p3()),
    "png with alpha": encoded(scene((600, 500), "RGBA"), "PNG"),
    "png with alpha in Display P3": encoded(
        scene((600, 500), "RGBA"), "PNG", icc_profile=display_p3()
    ),
    "grey png with alpha": encoded(scene((600, 500), "LA"), "PNG"),
    "16-bit png": encoded(scene((600, 500), "L").convert("I;16"), "PNG"),
    "palette png": encoded(scene((600, 500)).quantize(64), "PNG"),
    "webp": encoded(scene((600, 500)), "WEBP", quality=90),
    **{
        f"jpeg of orientation {n}": encoded(scene((700, 500)), "JPEG", quality=92, exif=turned(n))
        for n in range(2, 9)
    },
}


@pytest.mark.parametrize("edge", [450, 201, 60])
@pytest.mark.parametrize("upload", UPLOADS)
def test_decoded_picture_is_pillows_when_upload_is(
    upload: str, edge: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    fast = decoded(open_source(UPLOADS[upload], ImageLimits()), edge)
    monkeypatch.setattr(steps, "lanczos", pillows)
    reference = decoded(open_source(UPLOADS[upload], ImageLimits()), edge)
    # Converting colours after the resizing stretches what the resizing left of differences.
    factor = 2 if "P3" in upload else 1
    assert_alike(fast, reference, mean=factor * MEAN_LEVELS, worst=factor * WORST_LEVELS)


@pytest.mark.parametrize("edge", [450, 201, 60])
def test_decoding_at_a_fraction_is_as_good_when_picture_is_a_jpeg(edge: int) -> None:
    source = open_source(UPLOADS["jpeg"], ImageLimits())
    whole = opened(UPLOADS["jpeg"]).resize(fitted(900, 700, edge), Image.Resampling.LANCZOS)
    assert_alike(decoded(source, edge), whole, mean=2.5, worst=48)


@pytest.mark.parametrize(
    ("mode", "format_", "options"),
    [
        ("RGB", "PNG", {}),
        ("RGBA", "PNG", {}),
        ("LA", "PNG", {}),
        ("RGB", "TIFF", {"compression": "tiff_lzw"}),
        ("RGBA", "TIFF", {}),
        ("CMYK", "TIFF", {}),
        ("LAB", "TIFF", {}),
        ("L", "GIF", {}),
        ("RGB", "BMP", {}),
    ],
)
@pytest.mark.parametrize("edge", [450, 201, 60])
def test_averaging_first_looks_the_same_when_picture_is_large(
    mode: str, format_: str, options: dict[str, str], edge: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    image = scene((900, 700), mode) if mode != "LAB" else scene((900, 700)).convert("LAB")
    data = encoded(image, format_, **options)
    whole = decoded(open_source(data, ImageLimits()), edge)
    for module in (png, steps):
        monkeypatch.setattr(module, "WHOLE_PIXELS", 100_000)
    given: list[Image.Image] = []

    def watched(image: Image.Image, size: tuple[int, int], **_: object) -> Image.Image:
        given.append(image)
        return lanczos(image, size)

    monkeypatch.setattr(steps, "lanczos", watched)
    shown = decoded(open_source(data, ImageLimits()), edge)

    assert_alike(shown, whole, mean=3, worst=255)  # single pixels beside hard edges are softer
    assert (given[0].size == (900, 700)) == (mode == "LAB")


def test_original_keeps_its_facts_when_nothing_had_to_be_done() -> None:
    source = open_source(encoded(scene((64, 48)), "JPEG", exif=turned(1)), ImageLimits())
    shown = decoded(source, 1000)
    assert source.image.blocks.exif is not None
    assert shown.info == {}


PEAK_OF = """
import re, sys
from pathlib import Path
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.rendering import decoded
from darkroom.imaging.source import open_source
decoded(open_source(Path(sys.argv[1]).read_bytes(), ImageLimits()), 1920)
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc on this system")
@pytest.mark.parametrize("size", [(3839, 3839), (7679, 7679)])
def test_peak_memory_is_bounded_when_jpeg_shrinks_least(
    size: tuple[int, int], tmp_path: Path
) -> None:
    photo = tmp_path / "photo"
    tile = scene((640, 480)).resize(size, Image.Resampling.NEAREST)
    tile.save(photo, "JPEG", quality=85)
    environment = {"PYTHONPATH": LAYERS}
    command = [sys.executable, "-c", PEAK_OF, str(photo)]
    peak = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert int(re.sub(r"\D", "", peak.stdout)) / 1000 <= 130
