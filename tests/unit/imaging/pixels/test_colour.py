"""Colours mean the same after as before: measured as people see them, with CIEDE2000."""

from __future__ import annotations

import struct
from typing import Any

import piexif
import pytest
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.pixels.icc import adobe_rgb, display_p3
from darkroom.imaging.source import open_source
from PIL import Image, ImageCms

from tests.unit.imaging.colours import (
    ADOBE_RGB,
    DISPLAY_P3,
    SRGB,
    Space,
    difference,
    grey_profile,
)
from tests.unit.imaging.pictures import encoded, png_chunk, shown

# As sRGB pixels, so that sRGB can show them all. The first are what a wrong profile moves most.
PATCHES = [
    (230, 60, 40), (40, 170, 60), (50, 80, 200), (240, 200, 40), (150, 50, 150), (60, 160, 180),
    (224, 172, 138), (110, 75, 60), (90, 110, 60), (250, 250, 250), (128, 128, 128), (60, 62, 66),
]  # fmt: skip
# APP14: version 100, no flags, no transform.
ADOBE_MARKER = b"\xff\xee" + struct.pack(">H5sHHHB", 14, b"Adobe", 100, 0, 0, 0)
# A trained eye sees a difference of 1 side by side.
UNSEEN = 1.0


def in_space(space: Space, pixel: tuple[int, int, int]) -> tuple[int, int, int]:
    """The pixel of a space that is the colour of an sRGB pixel, found by going downhill."""
    wanted = SRGB.lab(pixel)
    best = pixel
    for step in (32, 8, 2, 1):
        while True:
            near = [
                (r, g, b)
                for r in (best[0] - step, best[0], best[0] + step)
                for g in (best[1] - step, best[1], best[1] + step)
                for b in (best[2] - step, best[2], best[2] + step)
                if min(r, g, b) >= 0 and max(r, g, b) <= 255
            ]
            found = min(near, key=lambda p: (difference(space.lab(p), wanted), p))
            if difference(space.lab(found), wanted) >= difference(space.lab(best), wanted):
                break
            best = found
    assert difference(space.lab(best), wanted) < UNSEEN
    return best


def patches(space: Space) -> Image.Image:
    """Every patch as a square of 16 pixels, in the pixels of a space."""
    picture = Image.new("RGB", (16 * len(PATCHES), 16))
    for n, patch in enumerate(PATCHES):
        picture.paste(in_space(space, patch), (16 * n, 0, 16 * n + 16, 16))
    return picture


def worst(picture: Image.Image) -> float:
    """The largest difference of a decoded picture's patches from what they were."""
    assert picture.mode == "RGB"
    middles: list[Any] = [picture.getpixel((16 * n + 8, 8)) for n in range(len(PATCHES))]
    return max(
        difference(SRGB.lab(got), SRGB.lab(wanted))
        for got, wanted in zip(middles, PATCHES, strict=True)
    )


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [  # of the 34 pairs of Sharma, Wu and Dalal: those that common mistakes get wrong
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, -1.3802, -84.2814), (50.0, 0.0, -82.7485), 1.0000),
        ((50.0, 2.4900, -0.0010), (50.0, -2.4900, 0.0011), 7.2195),
        ((50.0, -0.0010, 2.4900), (50.0, 0.0010, -2.4900), 4.8045),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_formula_is_right_when_it_meets_its_published_pairs(
    one: Any, other: Any, published: float
) -> None:
    assert difference(one, other) == pytest.approx(published, abs=0.00005)


@pytest.mark.parametrize("space", [DISPLAY_P3, ADOBE_RGB], ids=lambda space: space.name)
@pytest.mark.parametrize("format_", ["PNG", "TIFF", "WEBP"])
def test_colours_look_the_same_when_the_profile_is(space: Space, format_: str) -> None:
    options = {"lossless": True} if format_ == "WEBP" else {}
    stored = patches(space)
    assert worst(stored) > 3 * UNSEEN  # so that doing nothing fails
    data = encoded(stored, format_, icc_profile=space.profile(), **options)
    assert worst(shown(data)) < UNSEEN


@pytest.mark.parametrize("space", [DISPLAY_P3, ADOBE_RGB], ids=lambda space: space.name)
@pytest.mark.parametrize("format_", ["JPEG", "HEIF", "AVIF"])
def test_colours_look_the_same_when_the_encoder_is_lossy(space: Space, format_: str) -> None:
    options: dict[str, Any] = {"quality": 100, "icc_profile": space.profile()}
    if format_ == "JPEG":
        options["subsampling"] = 0
    data = encoded(patches(space), format_, **options)
    assert worst(shown(data)) < 2.5 * UNSEEN  # of which about 2 are the encoder's, on dark grey


def interoperability(index: bytes) -> bytes:
    index_tag = {piexif.InteropIFD.InteroperabilityIndex: index}
    exif: bytes = piexif.dump({"Exif": {}, "Interop": index_tag})
    return exif


@pytest.mark.parametrize("format_", ["JPEG", "HEIF"])
def test_colours_look_the_same_when_a_camera_only_names_them(format_: str) -> None:
    options: dict[str, Any] = {"quality": 100, "exif": interoperability(b"R03")}
    if format_ == "JPEG":
        options["subsampling"] = 0
    data = encoded(patches(ADOBE_RGB), format_, **options)
    assert worst(shown(data)) < 2.5 * UNSEEN
    assert open_source(data, ImageLimits()).icc == adobe_rgb()


def named(picture: Image.Image, format_: str, primaries: int, transfer: int) -> bytes:
    """A picture that names its colours by code points, and has no profile."""
    if format_ == "PNG":
        data = encoded(picture, "PNG")
        chunk = png_chunk(b"cICP", bytes([primaries, transfer, 0, 1]))
        return data[:33] + chunk + data[33:]
    options = {"subsampling": "4:4:4"} if format_ == "AVIF" else {"chroma": 444}
    data = encoded(picture, format_, quality=100, **options)
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


@pytest.mark.parametrize("format_", ["PNG", "AVIF", "HEIF"])
def test_colours_look_the_same_when_code_points_name_them(format_: str) -> None:
    data = named(patches(DISPLAY_P3), format_, 12, 13)
    assert worst(shown(data)) < 2.5 * UNSEEN
    assert open_source(data, ImageLimits()).icc == display_p3()


@pytest.mark.parametrize("format_", ["PNG", "AVIF", "HEIF"])
def test_colours_are_srgb_when_code_points_say_so(format_: str) -> None:
    data = named(patches(SRGB), format_, 1, 13)
    assert worst(shown(data)) < 2.5 * UNSEEN
    assert open_source(data, ImageLimits()).icc is None


def test_colours_are_the_profile_s_when_a_camera_names_others() -> None:
    data = encoded(
        patches(DISPLAY_P3), "JPEG", quality=100, subsampling=0,
        icc_profile=DISPLAY_P3.profile(), exif=interoperability(b"R03"),
    )  # fmt: skip
    assert worst(shown(data)) < 2.5 * UNSEEN


@pytest.mark.parametrize("exif", [interoperability(b"R98"), b"Exif\0\0II*\0garbage"])
def test_colours_are_srgb_when_nothing_else_is_said(exif: bytes) -> None:
    data = encoded(patches(SRGB), "JPEG", quality=100, subsampling=0, exif=exif)
    assert worst(shown(data)) < 2.5 * UNSEEN
    assert open_source(data, ImageLimits()).icc is None


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_colours_look_the_same_when_the_mode_is(mode: str) -> None:
    stored = patches(DISPLAY_P3)
    picture = (
        stored.convert("RGBA") if mode == "RGBA" else stored.quantize(256, dither=Image.Dither.NONE)
    )
    data = encoded(picture, "PNG", icc_profile=DISPLAY_P3.profile())
    assert worst(shown(data).convert("RGB")) < UNSEEN


def test_grey_is_as_bright_when_its_profile_has_another_curve() -> None:
    data = encoded(Image.new("L", (16, 16), 128), "PNG", icc_profile=grey_profile(1.0))
    # Half the light is sRGB 188 (IEC 61966-2-1).
    assert shown(data).getpixel((8, 8)) == pytest.approx((188, 188, 188), abs=1)


@pytest.mark.parametrize(
    "profile",
    [
        b"garbage" * 40,
        DISPLAY_P3.profile()[:300],
        DISPLAY_P3.profile().replace(b"rXYZ", b"rABC"),
        DISPLAY_P3.profile().replace(b"acsp", b"xxxx"),
        grey_profile(1.0),
        ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes(),
    ],
    ids=["garbage", "cut", "no red", "no signature", "grey's", "Lab's"],
)
def test_pixels_are_taken_as_srgb_when_the_profile_is(profile: bytes) -> None:
    data = encoded(patches(SRGB), "PNG", icc_profile=profile)
    assert worst(shown(data)) == 0


@pytest.mark.parametrize("adobe", [True, False])
def test_inks_are_read_as_meant_when_a_jpeg_is_cmyk(adobe: bool) -> None:
    # Adobe writes 255 for no ink and says so with its marker (technical note 5116); so does Pillow.
    red = (0, 255, 255, 0) if adobe else (255, 0, 0, 255)
    data = encoded(Image.new("CMYK", (16, 16), red), "JPEG", quality=95)
    data = data if adobe else data.replace(ADOBE_MARKER, b"")
    assert (b"Adobe" in data) == adobe
    assert shown(data).getpixel((8, 8)) == pytest.approx((255, 0, 0), abs=3)


def test_inks_are_read_as_meant_when_a_jpeg_is_ycck() -> None:
    # Red has no cyan but all magenta and yellow. As Adobe stores it that is 255, 0, 0, the opposite
    # of which, 0, 255, 255, is Y 179, Cb 171, Cr 1 (JFIF 1.02); Pillow turns what it stores around.
    stored = Image.new("CMYK", (16, 16), (255 - 179, 255 - 171, 255 - 1, 0))
    plain = encoded(stored, "JPEG", quality=95)
    data = plain.replace(ADOBE_MARKER, ADOBE_MARKER[:-1] + b"\2")
    assert data != plain
    assert shown(data).getpixel((8, 8)) == pytest.approx((255, 0, 0), abs=6)


def test_levels_are_kept_when_grey_has_16_bits() -> None:
    ramp = Image.frombytes("I;16", (256, 1), struct.pack("<256H", *(n * 257 for n in range(256))))
    for format_ in ("PNG", "TIFF"):
        picture = shown(encoded(ramp, format_))
        assert [picture.getpixel((n, 0)) for n in (0, 64, 128, 255)] == [
            (n, n, n) for n in (0, 64, 128, 255)
        ]


def test_levels_are_kept_when_colours_have_16_bits() -> None:
    assert shown(_png16(2, (0x8080, 0x4040, 0xFFFF))).getpixel((0, 0)) == (128, 64, 255)
    assert shown(_png16(6, (0x8080, 0x4040, 0xFFFF, 0x4040))).getpixel((0, 0)) == (
        128, 64, 255, 64,
    )  # fmt: skip
    assert shown(_png16(4, (0x8080, 0x4040))).getpixel((0, 0)) == (128, 128, 128, 64)


def test_one_level_is_clear_when_16_bit_grey_says_so() -> None:
    picture = shown(_png16(0, (0x1234,), transparent=0x1234))
    assert picture.getpixel((0, 0)) == (0x12, 0x12, 0x12, 0)
    assert shown(_png16(0, (0x1235,), transparent=0x1234)).getpixel((0, 0))[3] == 255  # type: ignore[index]


@pytest.mark.parametrize(
    ("mode", "value", "grey"),
    [
        ("F", 0.5, 128),
        ("F", 128.0, 128),
        ("F", 32896.0, 128),
        ("I", 32896, 128),
        ("I", 1 << 30, 64),
    ],
)
def test_levels_are_kept_when_a_tiff_is_deep(mode: str, value: float, grey: int) -> None:
    picture = Image.new(mode, (8, 8), value)
    picture.putpixel(
        (0, 0), {0.5: 1.0, 128.0: 255.0}.get(value, 65535 if value < 1e6 else 2**31 - 1)
    )
    assert shown(encoded(picture, "TIFF")).getpixel((4, 4)) == (grey, grey, grey)


def test_colours_are_kept_when_a_tiff_is_cielab() -> None:
    lab = ImageCms.profileToProfile(
        patches(SRGB), ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )  # fmt: skip
    assert lab is not None
    assert worst(shown(encoded(lab, "TIFF"))) < 2 * UNSEEN


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr"])
def test_picture_is_rgb_or_rgba_when_its_mode_is(mode: str) -> None:
    picture = Image.new(mode, (20, 10))
    format_ = "TIFF" if mode in ("CMYK", "YCbCr") else "PNG"
    assert shown(encoded(picture, format_)).mode == ("RGBA" if mode in ("LA", "RGBA") else "RGB")


def test_alpha_is_kept_when_a_palette_has_it() -> None:
    picture = Image.new("P", (4, 1))
    picture.putpalette([255, 0, 0, 0, 255, 0, 0, 0, 255])
    for n in range(3):
        picture.putpixel((n, 0), n)
    data = encoded(picture, "PNG", transparency=bytes([255, 0, 128]))
    got = shown(data)
    assert [got.getpixel((n, 0)) for n in range(3)] == [
        (255, 0, 0, 255), (0, 255, 0, 0), (0, 0, 255, 128),
    ]  # fmt: skip


def test_clear_pixels_do_not_bleed_when_a_picture_is_made_smaller() -> None:
    picture = Image.new("RGBA", (64, 64), (255, 0, 0, 255))
    picture.paste((0, 255, 0, 0), (32, 0, 64, 64))  # green that nobody can see
    small = shown(encoded(picture, "PNG"), 7)
    edge: Any = small.getpixel((3, 3))
    assert 0 < edge[3] < 255
    assert edge[:3] == pytest.approx((255, 0, 0), abs=2)


def _png16(kind: int, pixel: tuple[int, ...], transparent: int | None = None) -> bytes:
    """A PNG of 2 x 2 equal pixels of 16 bits; `kind` is IHDR's colour type."""
    from zlib import compress

    row = b"\0" + struct.pack(f">{len(pixel)}H", *pixel) * 2
    clear = b"" if transparent is None else png_chunk(b"tRNS", struct.pack(">H", transparent))
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 2, 2, 16, kind, 0, 0, 0))
        + clear
        + png_chunk(b"IDAT", compress(row * 2))
        + png_chunk(b"IEND", b"")
    )
