"""PNG: metadata behind the pixels, and animations that Pillow does not write."""

from __future__ import annotations

import struct
import zlib

import piexif
import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.codecs import libspng
from darkroom.imaging.document import read_metadata
from darkroom.imaging.formats import png
from darkroom.imaging.formats.png import PngImage
from darkroom.imaging.source import open_source
from PIL import Image, PngImagePlugin

from tests.unit.imaging.charts import png_of_rows
from tests.unit.imaging.pictures import (
    encoded,
    largest_difference,
    opened,
    photo,
    png_chunk,
    quartered,
    quarters,
    refusal,
    rendered,
    shown,
)

SIGNATURE = b"\x89PNG\r\n\x1a\n"
CAMERA = piexif.dump({"0th": {piexif.ImageIFD.Model: b"iPhone 17"}})
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="Dawn"/>'
    b"</rdf:RDF></x:xmpmeta>"
)


@pytest.mark.parametrize(
    ("bits", "clear"), [(1, 1), (2, 3), (4, 15), (8, 255), (16, 65_535), (4, 0xF0 + 15)]
)
def test_one_level_of_grey_is_clear_at_every_depth(bits: int, clear: int) -> None:
    """Of what tRNS says only the lowest bits count (11.3.1.1)."""
    picture = Image.linear_gradient("L")
    data = png_of_rows(picture, bits, 0, (b"tRNS", struct.pack(">H", clear)))
    alpha = shown(data).getchannel("A")
    is_clear = [alpha.getpixel((9, y)) == 0 for y in range(256)]
    assert is_clear == [level * 0x101 >> 16 - bits == (1 << bits) - 1 for level in range(256)]


def behind_pixels(data: bytes, chunk: bytes) -> bytes:
    end = data.rindex(b"IEND") - 4
    return data[:end] + chunk + data[end:]


def test_exif_is_read_when_it_stands_behind_the_pixels() -> None:
    data = behind_pixels(
        encoded(photo(), "PNG"), png_chunk(b"eXIf", CAMERA.removeprefix(b"Exif\0\0"))
    )
    assert read_metadata(data, ImageLimits()).exif.camera == "iPhone 17"


def test_exif_is_read_when_it_is_text_in_hexadecimal() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Raw profile type exif", f"\nexif\n{len(CAMERA):8}\n{CAMERA.hex()}\n", zip=True)
    assert (
        read_metadata(encoded(photo(), "PNG", pnginfo=text), ImageLimits()).exif.camera
        == "iPhone 17"
    )


def test_exif_is_absent_when_its_text_is_not_hexadecimal() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_text("Raw profile type exif", "\nexif\n 4\nnone\n")
    assert read_metadata(encoded(photo(), "PNG", pnginfo=text), ImageLimits()).exif.camera is None


@pytest.mark.parametrize("is_behind", [False, True])
def test_xmp_is_read_when_it_is_text(is_behind: bool) -> None:
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=not is_behind)
    data = encoded(photo(), "PNG", pnginfo=text)
    if is_behind:
        chunk = png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + XMP)
        data = behind_pixels(encoded(photo(), "PNG"), chunk)
    assert read_metadata(data, ImageLimits()).xmp.title == "Dawn"


def test_metadata_are_counted_without_pixels_when_they_stand_anywhere() -> None:
    plain = encoded(photo(), "PNG")
    more = behind_pixels(plain, png_chunk(b"prIv", bytes(1000)))
    plain_bytes, more_bytes = (
        PngImage(data, ImageLimits()).header.metadata_bytes for data in (plain, more)
    )
    assert plain_bytes < 100
    assert more_bytes == plain_bytes + 1000


@pytest.mark.parametrize(
    ("mode", "depth", "alpha"),
    [("1", 1, False), ("L", 8, False), ("I;16", 16, False), ("RGB", 8, False), ("RGBA", 8, True)],
)
def test_depth_and_alpha_are_told_when_the_mode_is(mode: str, depth: int, alpha: bool) -> None:
    image = photo().convert(mode) if mode != "I;16" else photo().convert("I").convert("I;16")
    metadata = read_metadata(encoded(image, "PNG"), ImageLimits())
    assert (metadata.mode, metadata.bit_depth, metadata.has_alpha) == (mode, depth, alpha)


@pytest.mark.parametrize("scale", [1, 2, 8])
def test_rows_are_shown_when_their_checksum_is_wrong(
    scale: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """libspng is satisfied with the rows; where it is not, Pillow decodes all of the picture."""
    monkeypatch.setattr(png, "WHOLE_PIXELS", 1000)
    monkeypatch.setattr(libspng, "png_picture", refusing)
    data = bytearray(encoded(photo(), "PNG"))
    end = data.rindex(b"IEND") - 8  # where the checksum of the last rows' data begins
    data[end - 4 : end] = bytes(4)

    shown = opened_png(bytes(data))

    assert largest_difference(shown.decode_at(scale), photo().reduce(scale)) == 0


def refusing(*_: object) -> Image.Image:
    raise OSError("libspng cannot")


def test_a_half_is_decoded_when_it_is_enough_and_the_picture_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = encoded(photo(400, 300), "PNG")
    assert opened_png(data).decode((200, 150)).size == (400, 300)
    monkeypatch.setattr(png, "WHOLE_PIXELS", 1000)
    assert opened_png(data).decode((200, 150)).size == (200, 150)
    assert opened_png(data).decode((201, 150)).size == (400, 300)


@pytest.mark.parametrize("mode", ["P", "1", "I;16"])
def test_pillow_decodes_it_whole_when_its_pixels_are_no_bytes_of_channels(
    mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(png, "WHOLE_PIXELS", 1000)
    image = Image.effect_noise((400, 300), 50).convert(mode)
    found = opened_png(encoded(image, "PNG")).decode((100, 75))
    assert (found.size, found.mode) == ((400, 300), mode)
    assert found.convert("L") == image.convert("L")


def opened_png(data: bytes) -> PngImage:
    image = PngImage(data, ImageLimits())
    image.open()
    return image


def deep(kind: int, pixels: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of 4 x 4 pixels of 16 bits, which Pillow does not write in colour."""
    header = struct.pack(">IIBBBBB", 4, 4, 16, kind, 0, 0, 0)
    rows = zlib.compress(4 * (b"\0" + 4 * pixels))
    parts = [(b"IHDR", header), *chunks, (b"IDAT", rows), (b"IEND", b"")]
    return SIGNATURE + b"".join(png_chunk(*part) for part in parts)


def test_depth_is_16_when_pillow_decodes_it_to_8() -> None:
    data = deep(2, bytes(6))
    metadata = read_metadata(data, ImageLimits())
    assert (metadata.mode, metadata.bit_depth) == ("RGB", 16)
    assert not open_source(data, ImageLimits()).is_web_ready


@pytest.mark.parametrize(("clear", "alpha"), [(0x1234, 0), (0x3412, 255)])
def test_one_colour_of_16_bits_is_clear(clear: int, alpha: int) -> None:
    pixel = struct.pack(">3H", 0, 0x00FF, 0x1234)
    said = (b"tRNS", struct.pack(">3H", 0, 0x00FF, clear))
    assert shown(deep(2, pixel, said)).convert("RGBA").getpixel((1, 1))[3] == alpha  # type: ignore[index]


def test_animation_stays_one_when_its_grey_has_16_bits() -> None:
    """Written here (third edition, 11.3.6): Pillow writes no frames of such grey."""
    header = struct.pack(">IIBBBBB", 30, 20, 16, 0, 0, 0, 0)
    data = SIGNATURE + png_chunk(b"IHDR", header) + png_chunk(b"acTL", struct.pack(">II", 2, 0))
    for number, level in enumerate((0x20, 0xA0)):
        frame = struct.pack(">IIIIIHHBB", number, 30, 20, 0, 0, 50, 1000, 0, 0)
        pixels = zlib.compress(20 * (b"\0" + 30 * bytes([level, 0])))
        data += png_chunk(b"fcTL", frame)
        data += png_chunk(b"fdAT", b"\0\0\0\2" + pixels) if number else png_chunk(b"IDAT", pixels)
    data += png_chunk(b"IEND", b"")

    made = opened(rendered(data, width=30, animated=True, format="webp", quality=100).data)

    for index, level in enumerate((0x20, 0xA0)):
        made.seek(index)
        assert made.convert("RGB").getpixel((9, 9)) == pytest.approx((level, level, level), abs=2)
    assert PngImage(data, ImageLimits()).header.seconds == 0.1


def test_picture_for_others_is_left_out_when_an_animation_begins_with_one() -> None:
    frames = [
        quartered(90, 60),
        Image.new("RGB", (90, 60), "lime"),
        Image.new("RGB", (90, 60), "blue"),
    ]
    data = encoded(
        frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100, default_image=True
    )

    made = rendered(data, width=90, animated=True, format="webp")

    first = opened(made.data)
    assert (made.frames, quarters(first)) == (2, ["lime"] * 4)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SIGNATURE, "truncated"),
        (SIGNATURE + png_chunk(b"tEXt", bytes(30)), "corrupt"),
        (SIGNATURE + png_chunk(b"IHDR", bytes(13)) + png_chunk(b"IEND", b""), "corrupt"),
        (
            encoded(Image.new("L", (1, 1)), "PNG")[:33] + 300_000 * png_chunk(b"prIv", b""),
            "corrupt",
        ),
    ],
    ids=["signature alone", "no header", "no size", "too many chunks"],
)
def test_png_is_refused_when_its_chunks_are_nonsense(data: bytes, code: str) -> None:
    assert refusal(data).code == code
