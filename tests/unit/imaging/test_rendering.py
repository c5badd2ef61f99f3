"""What a recipe asks for is what comes out: sizes, crops, colours, formats, frames."""

from __future__ import annotations

from typing import Any

import piexif
import pytest
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from darkroom.imaging.pixels.crop import plan_crop
from darkroom.imaging.recipe import Gravity, OutputFormat, Resize
from darkroom.imaging.rendering import Rendered
from PIL import Image, ImageChops, ImageDraw

from tests.unit.imaging.colours import DISPLAY_P3
from tests.unit.imaging.pictures import (
    QUARTERS,
    differences,
    encoded,
    opened,
    photo,
    quartered,
    quarters,
    rendered,
)


def made(data: bytes, *specs: RenditionSpec, preview: bool = False) -> Rendered:
    return render(data, Recipe(renditions=specs, preview=preview), ImageLimits())


def one(data: bytes, **wanted: Any) -> Image.Image:
    """The only rendition of a spec, decoded; PNG unless it says otherwise."""
    rendition = rendered(data, **{"width": None, "format": "png"} | wanted)
    picture = opened(rendition.data)
    assert picture.size == (rendition.width, rendition.height)
    return picture


@pytest.mark.parametrize(
    ("resize", "enlarge", "original", "box", "size"),
    [
        ("fit", False, (480, 320), (240, 240), (240, 160)),
        ("fit", False, (480, 320), (240, None), (240, 160)),
        ("fit", False, (480, 320), (None, 80), (120, 80)),
        ("fit", False, (48, 32), (240, 240), (48, 32)),
        ("fit", True, (48, 32), (240, 240), (240, 160)),
        ("fit", False, (3000, 2), (240, 240), (240, 1)),
        ("cover", False, (480, 320), (100, 100), (100, 100)),
        ("cover", False, (480, 320), (100, 200), (100, 200)),
        ("cover", False, (90, 60), (100, 100), (60, 60)),
        ("cover", True, (90, 60), (100, 100), (100, 100)),
        ("cover", False, (3000, 2), (240, 240), (2, 2)),
        ("cover", True, (3000, 2), (240, 240), (240, 240)),
        ("contain", False, (480, 320), (240, 240), (240, 240)),
        ("contain", False, (48, 32), (240, 200), (240, 200)),
        ("contain", True, (48, 32), (240, 200), (240, 200)),
        ("fill", False, (480, 320), (100, 100), (100, 100)),
        ("fill", False, (480, 50), (100, 100), (100, 50)),
        ("fill", True, (480, 50), (100, 100), (100, 100)),
        ("fill", False, (1, 1), (100, 100), (1, 1)),
    ],
)
def test_size_is_as_the_mode_says_when_the_box_is(
    resize: Resize,
    enlarge: bool,
    original: tuple[int, int],
    box: tuple[int | None, int | None],
    size: tuple[int, int],
) -> None:
    data = encoded(Image.new("RGB", original, "red"), "PNG")
    got = one(data, resize=resize, enlarge=enlarge, width=box[0], height=box[1])
    assert got.size == size


def test_picture_is_made_smaller_than_asked_when_it_would_be_enormous() -> None:
    """No recipe writes more than 24 megapixels, whatever is uploaded."""
    spec = RenditionSpec(name="one", width=16_383, height=16_383, enlarge=True)
    for original in ((14_000, 14_000), (40, 20), (20_000, 3)):
        width, height = plan_crop(*original, spec).size
        assert width * height <= 24_010_000
        assert width / height == pytest.approx(original[0] / original[1], rel=0.001) or height < 5


@pytest.mark.parametrize(
    ("mode", "options", "format_", "most"),
    [
        ("RGB", {"format_": "PNG"}, "webp", 6000),
        ("RGB", {"format_": "PNG"}, "avif", 3000),
        ("RGBA", {"format_": "PNG"}, "webp", 2000),
        ("RGB", {"format_": "JPEG"}, "webp", 6000),
        ("RGB", {"format_": "JPEG", "progressive": True}, "webp", 2000),
        ("RGB", {"format_": "WEBP"}, "webp", 2000),
        ("RGB", {"format_": "AVIF"}, "webp", 2000),
    ],
)
def test_picture_is_smaller_than_asked_when_making_it_takes_much_memory(
    mode: str,
    options: dict[str, Any],
    format_: OutputFormat,
    most: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in ("rendering", "formats.contract"):
        monkeypatch.setattr(f"darkroom.imaging.{module}.MAX_PIXELS", 6000)
    data = encoded(photo(100, 80).convert(mode), **options)  # 8,000 pixels

    got = made(data, RenditionSpec(name="web", width=5000, format=format_)).renditions[0]

    assert 0.9 * most < got.width * got.height <= 1.02 * most
    assert got.width / got.height == pytest.approx(1.25, abs=0.03)


@pytest.mark.parametrize("original", [(97, 61), (61, 97), (101, 100), (64, 64), (333, 10)])
@pytest.mark.parametrize("box", [(40, 40), (40, 9), (9, 40), (61, 61)])
def test_cover_is_exact_when_sizes_do_not_divide(
    original: tuple[int, int], box: tuple[int, int]
) -> None:
    got = one(encoded(photo(*original), "PNG"), resize="cover", width=box[0], height=box[1])
    shrink = min(1.0, original[0] / box[0], original[1] / box[1])
    assert got.size == (round(box[0] * shrink), round(box[1] * shrink))


def test_whole_picture_is_shown_when_it_is_stretched() -> None:
    got = one(encoded(quartered(960, 640), "PNG"), resize="fill", width=60, height=120)
    assert quarters(got) == QUARTERS


@pytest.mark.parametrize(
    ("gravity", "original", "colours"),
    [
        ("left", (640, 160), ["red", "red", "blue", "blue"]),
        ("right", (640, 160), ["lime", "lime", "white", "white"]),
        ("center", (640, 160), QUARTERS),
        ("top", (640, 160), QUARTERS),  # nothing is cut off there
        ("top", (160, 640), ["red", "lime", "red", "lime"]),
        ("bottom-left", (160, 640), ["blue", "white", "blue", "white"]),
        ("top-right", (640, 160), ["lime", "lime", "white", "white"]),
    ],
)
def test_part_is_kept_when_gravity_is(
    gravity: Gravity, original: tuple[int, int], colours: list[str]
) -> None:
    data = encoded(quartered(*original), "PNG")
    got = one(data, resize="cover", gravity=gravity, width=80, height=80)
    assert quarters(got) == colours


@pytest.mark.parametrize("at", [40, 300, 560])
@pytest.mark.parametrize("upright", [False, True])
def test_subject_is_kept_when_gravity_is_attention(at: int, upright: bool) -> None:
    """A face-coloured, detailed subject on an even ground, wherever it is."""
    picture = Image.new("RGB", (640, 160), (90, 110, 130))
    draw = ImageDraw.Draw(picture)
    draw.ellipse((at - 35, 40, at + 35, 130), fill=(224, 172, 138))
    for eye in (at - 15, at + 15):
        draw.ellipse((eye - 5, 70, eye + 5, 80), fill="black")
    if upright:
        picture = picture.transpose(Image.Transpose.TRANSPOSE)
    got = one(
        encoded(picture, "PNG"), resize="cover", gravity="attention", width=80, height=80
    ).convert("RGB")
    skin = ImageChops.difference(got, Image.new("RGB", got.size, (224, 172, 138)))
    seen = sum(pixel < 20 for pixel in skin.convert("L").tobytes())
    # At half size the ellipse has 35 x 45 pixels: pi/4 of that, less the eyes.
    assert seen > 0.85 * (3.14159 / 4 * 35 * 45 - 2 * 20)


def test_middle_is_kept_when_nothing_draws_attention() -> None:
    picture = Image.new("RGB", (300, 100), (90, 110, 130))
    picture.paste((90, 110, 131), (100, 0, 200, 100))  # hardly to be seen
    got = one(encoded(picture, "PNG"), resize="cover", gravity="attention", width=100, height=100)
    assert got.getpixel((50, 50)) == (90, 110, 131)


def test_ground_is_white_when_a_jpeg_is_contained() -> None:
    data = encoded(Image.new("RGB", (100, 50), "red"), "PNG")
    got = one(data, resize="contain", width=100, height=100, format="jpeg")
    assert got.getpixel((50, 5)) == pytest.approx((255, 255, 255), abs=2)
    assert got.getpixel((50, 50)) == pytest.approx((255, 0, 0), abs=3)


@pytest.mark.parametrize(("gravity", "top"), [("top", 0), ("center", 25), ("bottom", 50)])
def test_ground_is_clear_when_a_png_is_contained(gravity: Gravity, top: int) -> None:
    data = encoded(Image.new("RGB", (100, 50), "red"), "PNG")
    got = one(data, resize="contain", width=100, height=100, gravity=gravity)
    assert got.mode == "RGBA"
    assert got.getchannel("A").getbbox() == (0, top, 100, top + 50)


@pytest.mark.parametrize("format_", ["jpeg", "png", "webp", "avif"])
def test_clear_pixels_are_coloured_when_a_background_is_asked_for(format_: OutputFormat) -> None:
    data = encoded(Image.new("RGBA", (32, 32), (255, 0, 0, 0)), "PNG")
    got = one(data, width=32, format=format_, background="#204060")
    assert not got.has_transparency_data
    assert got.convert("RGB").getpixel((16, 16)) == pytest.approx((0x20, 0x40, 0x60), abs=3)


@pytest.mark.parametrize("format_", ["png", "webp", "avif"])
def test_alpha_is_kept_when_the_format_has_it(format_: OutputFormat) -> None:
    picture = Image.new("RGBA", (64, 64), (255, 0, 0, 255))
    picture.paste((255, 0, 0, 0), (32, 0, 64, 64))
    got = one(encoded(picture, "WEBP", lossless=True), width=64, format=format_)
    alpha = got.getchannel("A")
    assert [alpha.getpixel(point) for point in ((8, 32), (56, 32))] == [255, 0]


def test_jpeg_is_progressive_when_asked() -> None:
    data = encoded(photo(), "PNG")
    for progressive in (True, False):
        spec = RenditionSpec(name="one", width=200, progressive=progressive)
        (rendition,) = made(data, spec).renditions
        assert (b"\xff\xc2" in rendition.data) == progressive


def test_edges_are_steeper_when_sharpened() -> None:
    picture = Image.new("RGBA", (400, 400), (60, 60, 60, 128))
    picture.paste((190, 190, 190, 128), (0, 0, 200, 400))
    data = encoded(picture, "PNG")
    plain, sharp = (one(data, width=100, sharpen=percent) for percent in (0, 150))
    assert sharp.getchannel("A").getextrema() == (128, 128)
    assert sharp.getextrema()[0][1] > plain.getextrema()[0][1] + 10  # type: ignore[index]
    assert sharp.getpixel((10, 50)) == plain.getpixel((10, 50))


def test_file_is_smaller_when_quality_is_lower() -> None:
    data = encoded(photo(), "PNG")
    for format_ in ("jpeg", "webp", "avif"):
        specs = [RenditionSpec(name=str(q), width=300, format=format_, quality=q) for q in (40, 90)]
        low, high = made(data, *specs).renditions
        assert len(low.data) < 0.7 * len(high.data)


def test_rendition_is_the_same_when_others_are_made_too() -> None:
    """The cascade: each size is made from the larger one, and looks as if made by itself."""
    data = encoded(photo(1200, 800), "JPEG", quality=95)
    small = RenditionSpec(name="small", width=150, height=150, format="png")
    crop = RenditionSpec(name="crop", width=99, height=77, resize="cover", format="png")
    large = RenditionSpec(name="large", width=1000, format="png")
    alone = [made(data, spec).renditions[0] for spec in (small, crop)]
    together = made(data, small, large, crop).renditions
    assert [rendition.name for rendition in together] == ["small", "large", "crop"]
    for by_itself, among_others in zip(alone, (together[0], together[2]), strict=True):
        difference = differences(opened(by_itself.data), opened(among_others.data))
        assert max(difference.mean) < 1.2


def test_facts_are_the_originals_when_it_is_rendered() -> None:
    data = encoded(
        Image.new("RGBA", (64, 96)), "PNG", icc_profile=DISPLAY_P3.profile(),
        exif=piexif.dump({"0th": {0x0112: 6}}),
    )  # fmt: skip
    facts = made(data, RenditionSpec(name="one", width=16)).facts
    assert (facts.format, facts.width, facts.height, facts.orientation) == ("png", 96, 64, 6)
    assert (facts.frames, facts.has_alpha, facts.bytes) == (1, True, len(data))


def test_preview_is_small_when_asked_for_alone_or_beside_others() -> None:
    data = encoded(photo(), "JPEG")
    for specs in ((), (RenditionSpec(name="tiny", width=40),)):
        preview = made(data, *specs, preview=True).preview
        assert preview is not None
        assert (preview.mode, max(preview.size)) == ("RGBA", 40 if specs else 100)
    assert made(data).preview is None


@pytest.mark.parametrize(
    ("format_", "mode", "skipped"),
    [
        ("JPEG", "RGB", True),
        ("JPEG", "CMYK", False),
        ("PNG", "RGBA", True),
        ("PNG", "I;16", False),
        ("WEBP", "RGB", True),
        ("AVIF", "RGB", True),
        ("TIFF", "RGB", False),
        ("BMP", "RGB", False),
        ("HEIF", "RGB", False),
    ],
)
def test_picture_is_skipped_when_browsers_show_it_well(
    format_: str, mode: str, skipped: bool
) -> None:
    spec = RenditionSpec(name="web", width=100, format="webp", unless_web_ready=True)
    picture = photo(120, 80).convert("I" if mode == "I;16" else mode).convert(mode)
    got = made(encoded(picture, format_), spec)
    assert got.skipped == ({"web": "web-ready"} if skipped else {})
    assert len(got.renditions) == (0 if skipped else 1)


@pytest.mark.parametrize(("more", "skipped"), [(0, True), (1, False)])
def test_picture_is_skipped_unless_its_file_is_heavy(
    more: int, skipped: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(photo(120, 80), "JPEG")
    monkeypatch.setattr("darkroom.imaging.source.HEAVY_BYTES", len(data))
    spec = RenditionSpec(name="web", width=100, format="webp", unless_web_ready=True)
    assert bool(made(data + bytes(more), spec).skipped) == skipped


@pytest.mark.parametrize(
    ("mode", "format_", "options"),
    [
        ("RGB", "JPEG", {"progressive": True, "quality": 95}),
        ("RGB", "JPEG", {"quality": 95, "subsampling": 0}),
        ("RGB", "GIF", {}),
        ("RGB", "BMP", {}),
        ("P", "BMP", {}),
        ("P", "PNG", {}),
        ("RGBA", "PNG", {}),
        ("RGB", "TIFF", {"compression": "tiff_adobe_deflate"}),
        ("RGB", "AVIF", {"quality": 95}),
        ("RGB", "HEIF", {"quality": 95}),
        ("RGB", "WEBP", {"quality": 95}),
    ],
)
def test_picture_is_read_when_it_is_a(mode: str, format_: str, options: dict[str, Any]) -> None:
    got = one(encoded(quartered(128, 96, mode), format_, **options), width=64)
    assert quarters(got) == QUARTERS
