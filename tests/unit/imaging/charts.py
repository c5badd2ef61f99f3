"""A chart of colours in the many ways that files hold colours, written by the specifications."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Sequence

import piexif
from darkroom.imaging.formats.bmff import boxes
from PIL import Image

from tests.unit.imaging.colours import ADOBE_RGB, DISPLAY_P3, Space, grey_profile
from tests.unit.imaging.pictures import encoded, in_scans, photo, png_chunk

_STEPS = (0, 51, 102, 153, 204, 255)
_PATCH = 8  # pixels
LINEAR = Space("sRGB-elle-V2-g10", ((0.64, 0.33), (0.30, 0.60), (0.15, 0.06)), 1.0)


def chart() -> Image.Image:
    """216 colours of the whole cube and a ramp of grey, 144 x 104, mode RGB."""
    colours = [(r, g, b) for r in _STEPS for g in _STEPS for b in _STEPS]
    colours += [(level, level, level) for level in range(7, 255, 14)]
    patches = Image.new("RGB", (18, 13))
    patches.putdata(colours)
    return patches.resize((18 * _PATCH, 13 * _PATCH), Image.Resampling.NEAREST)


def png_of(*chunks: tuple[bytes, bytes], mode: str = "RGB") -> bytes:
    """The chart as a PNG with these chunks before its pixels."""
    data = encoded(chart().convert(mode), "PNG")
    return data[:33] + b"".join(png_chunk(*chunk) for chunk in chunks) + data[33:]


def deep_png(*chunks: tuple[bytes, bytes]) -> bytes:
    """The chart as a PNG of 16 bits."""
    return png_of_rows(chart(), 16, 2, *chunks)


def grey_png(bits: int, clear: int | None = None) -> bytes:
    """The chart as a PNG of grey, all of it opaque but for one level."""
    chunks = [] if clear is None else [(b"tRNS", struct.pack(">H", clear))]
    return png_of_rows(chart().convert("L"), bits, 0, *chunks)


def png_of_rows(
    picture: Image.Image, bits: int, colour: int, *chunks: tuple[bytes, bytes]
) -> bytes:
    """A picture of mode L or RGB as a PNG of so many bits a sample."""
    width, height = picture.size
    rows = []
    for y in range(height):
        line = picture.crop((0, y, width, y + 1)).tobytes()
        together = "".join(f"{level * 0x101 >> 16 - bits:0{bits}b}" for level in line)
        together = together.ljust(-(-len(together) // 8) * 8, "0")
        rows.append(b"\0" + int(together, 2).to_bytes(len(together) // 8, "big"))
    header = struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(b"".join(rows))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(png_chunk(*part) for part in parts)


def gamma(exponent: float) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", round(100_000 / exponent))


def chromaticities(*numbers: int) -> tuple[bytes, bytes]:
    """White, red, green and blue; the unit is a hundred-thousandth."""
    return b"cHRM", struct.pack(">8I", *numbers)


def code_points(primaries: int, transfer: int) -> tuple[bytes, bytes]:
    return b"cICP", bytes([primaries, transfer, 0, 1])


def most_light(nits: float) -> tuple[bytes, bytes]:
    """The brightest light of a PNG; the unit is a ten-thousandth."""
    return b"cLLI", struct.pack(">II", round(nits * 10_000), 0)


def display_of(nits: int) -> tuple[bytes, bytes]:
    """The display that a PNG was made on, of Rec. 2020's colours; units are 0.00002 and 0.0001."""
    colours = (35_400, 14_600, 8_500, 39_850, 6_550, 2_300, 15_635, 16_450)
    return b"mDCV", struct.pack(">8HII", *colours, nits * 10_000, 50)


REC_2020 = chromaticities(31270, 32900, 70800, 29200, 17000, 79700, 13100, 4600)


def avif_of(primaries: int, transfer: int) -> bytes:
    data = encoded(chart(), "AVIF", quality=100, subsampling="4:4:4")
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def heic_of(primaries: int, transfer: int) -> bytes:
    data = encoded(chart(), "HEIF", quality=-1, chroma=444)
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def lit(data: bytes, nits: int) -> bytes:
    """An AVIF or HEIC whose primary image has this as its brightest light, in a `clli` box.

    The boxes are written anew behind the pixels, so that nothing before them moves.
    """
    (meta,) = (box for box in boxes(data, 0, len(data)) if box.kind == b"meta")
    light = struct.pack(">I4sHH", 12, b"clli", nits, 0)

    def with_light(properties: bytes) -> bytes:
        (found,) = (b for b in boxes(properties, 0, len(properties)) if b.kind == b"ipco")
        number = 1 + sum(1 for _ in boxes(properties, found.start, found.end))
        properties = _changed(properties, b"ipco", lambda body: body + light)
        # Version, flags and the number of entries are in front of the primary image's entry.
        return _changed(
            properties,
            b"ipma",
            lambda body: body[:10] + bytes([body[10] + 1, number]) + body[11:],
        )

    body = data[meta.start : meta.start + 4]
    body += _changed(data[meta.start + 4 : meta.end], b"iprp", with_light)
    freed = data[: meta.start - 4] + b"free" + data[meta.start :]
    return freed + struct.pack(">I4s", 8 + len(body), b"meta") + body


def _changed(data: bytes, kind: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """Boxes of one level, with another body in those of a kind."""
    made = b""
    for box in boxes(data, 0, len(data)):
        body = data[box.start : box.end]
        body = change(body) if box.kind == kind else body
        made += struct.pack(">I4s", 8 + len(body), box.kind) + body
    return made


def turned(orientation: int) -> bytes:
    return bytes(piexif.dump({"0th": {piexif.ImageIFD.Orientation: orientation}}))


def bmp_of(
    bits: int,
    header: int = 40,
    masks: Sequence[int] = (),
    *,
    compression: int | None = None,
    top_down: bool = False,
    picture: Image.Image | None = None,
) -> bytes:
    """The chart as a bitmap with this header; with masks, in bit fields."""
    picture = picture or chart()
    width, height = picture.size
    palette, rows = b"", []
    if bits <= 8:
        indexed = picture.quantize(1 << bits)
        colours = indexed.getpalette("RGB") or []
        colours += [0] * (3 * (1 << bits) - len(colours))
        for n in range(0, 3 << bits, 3):
            palette += bytes(colours[n : n + 3][::-1]) + (b"" if header == 12 else b"\0")
    for y in range(height):
        if bits <= 8:
            line = indexed.crop((0, y, width, y + 1)).tobytes()
            together = "".join(f"{value:0{bits}b}" for value in line)
            together = together.ljust(-(-len(together) // 32) * 32, "0")
            row = int(together, 2).to_bytes(len(together) // 8, "big")
        else:
            fields = masks or {16: (0x7C00, 0x3E0, 0x1F), 24: (0xFF0000, 0xFF00, 0xFF)}.get(
                bits, (0xFF0000, 0xFF00, 0xFF)
            )
            row = b""
            for pixel in picture.convert("RGBA").crop((0, y, width, y + 1)).get_flattened_data():
                assert isinstance(pixel, tuple)
                value = sum(
                    _placed(level, mask) for level, mask in zip(pixel, fields, strict=False)
                )
                row += value.to_bytes(bits // 8, "little")
        rows.append(row + bytes(-len(row) % 4))
    pixels = b"".join(rows if top_down else reversed(rows))
    kind = (3 if masks else 0) if compression is None else compression
    high = -height if top_down else height
    if header == 12:
        fields_of_header = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        full = struct.pack("<IiiHHIIiiII", header, width, high, 1, bits, kind, len(pixels), 0, 0,
                           1 << bits if bits <= 8 else 0, 0)  # fmt: skip
        if masks:
            full += struct.pack("<4I", *masks, *(0,) * (4 - len(masks)))
        fields_of_header = full.ljust(header, b"\0")[:header]
        if masks and header == 40:
            fields_of_header += struct.pack(f"<{len(masks)}I", *masks)
    start = 14 + len(fields_of_header) + len(palette)
    file = b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start)
    return file + fields_of_header + palette + pixels


def _placed(level: int, mask: int) -> int:
    shift = (mask & -mask).bit_length() - 1
    return round(level * (mask >> shift) / 255) << shift if mask else 0


def clear_chart() -> Image.Image:
    """The chart, from clear at its left to opaque at its right, mode RGBA."""
    picture = chart().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").rotate(90).resize(picture.size))
    return picture


def bmp_of_runs(bits: int, *, jumps: bool = False) -> bytes:
    """Red, green, blue and white bands as RLE8 or RLE4, with runs, single pixels and jumps."""
    width, height = 40, 12
    palette = bytes([255, 255, 255, 0, 255, 0, 0, 0, 0, 255, 0, 0, 0, 0, 255, 0])
    palette += bytes(4 * ((1 << bits) - 4))
    body = b""
    for y in range(height):
        index = y // 3
        pair = index * 17 if bits == 4 else index
        body += bytes([10, pair])  # a run
        singles = bytes([pair] * (6 if bits == 4 else 12))
        body += bytes([0, 12]) + singles  # pixels one by one
        body += bytes([0, 2, 8, 0]) if jumps else bytes([8, pair])
        body += bytes([10, pair, 0, 0])
    body += b"\0\1"
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 1 if bits == 8 else 2,
                         len(body), 0, 0, 1 << bits, 0)  # fmt: skip
    start = 54 + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(body), 0, 0, start) + header + palette + body


def gif_of_part() -> bytes:
    data = bytearray(encoded(chart().quantize(64), "GIF"))
    width, height = chart().size
    data[6:10] = struct.pack("<HH", width + 30, height + 20)
    at = data.index(b",\0\0\0\0")
    data[at + 1 : at + 5] = struct.pack("<HH", 10, 15)
    return bytes(data)


def webp_of_part() -> bytes:
    canvas = Image.new("RGBA", (180, 140))
    canvas.paste(chart(), (20, 10))
    frames = [canvas, canvas.rotate(180)]
    return encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], duration=10_000,
                   background=(0, 255, 0, 255), lossless=True)  # fmt: skip


def tagged_jpeg(mode: str = "RGB", **options: object) -> bytes:
    return encoded(chart().convert(mode), "JPEG", quality=97, subsampling=0, **options)


def shown_by_browsers() -> dict[str, tuple[str, bytes]]:
    """Every way that Chromium shows: a name, its media type and the file."""
    p3, adobe = DISPLAY_P3.profile(), ADOBE_RGB.profile()
    jpegs = {
        "plain": tagged_jpeg(),
        "grey": tagged_jpeg("L"),
        "progressive": tagged_jpeg(progressive=True),
        "in scans": in_scans(photo(96, 64)),
        "P3": tagged_jpeg(icc_profile=p3),
        "Adobe RGB": tagged_jpeg(icc_profile=adobe),
        "linear, named sRGB": tagged_jpeg(icc_profile=LINEAR.profile()),
        "grey profile": tagged_jpeg("L", icc_profile=grey_profile(1.0)),
        "inks": tagged_jpeg("CMYK"),
        "turned": tagged_jpeg(exif=turned(6)),
    }
    pngs = {
        "plain": png_of(),
        "grey": png_of(mode="L"),
        "two colours": png_of(mode="1"),
        "palette": png_of(mode="P"),
        "P3": encoded(chart(), "PNG", icc_profile=p3),
        "16 bits": deep_png(),
        "16 bits, linear, named sRGB": deep_png(
            (b"iCCP", b"sRGB\0\0" + zlib.compress(LINEAR.profile()))
        ),
        "gamma 1": png_of(gamma(1)),
        "gamma 1.8": png_of(gamma(1.8)),
        "gamma 2.2": png_of(gamma(2.2)),
        "grey of gamma 1": png_of(gamma(1), mode="L"),
        "gamma and chromaticities": png_of(gamma(2.2), REC_2020),
        "chromaticities alone": png_of(REC_2020),
        "sRGB before gamma": png_of((b"sRGB", b"\0"), gamma(1)),
        **{
            f"code points {primaries}, {transfer}": png_of(code_points(primaries, transfer))
            for primaries, transfer in [
                (1, 1), (1, 4), (5, 5), (6, 6), (7, 7), (1, 8), (1, 13), (9, 1), (9, 13), (9, 14),
                (9, 16), (9, 18), (11, 17), (12, 13), (12, 16), (2, 2),
            ]
        },
        **{f"code points 9, {transfer}, light of {nits}": png_of(
               code_points(9, transfer), most_light(nits))
           for transfer, nits in [(16, 0), (16, 100), (16, 600), (16, 4_000), (18, 600)]},
        **{f"code points 9, 16, display of {nits}": png_of(code_points(9, 16), display_of(nits))
           for nits in (400, 4_000)},
        "light of 600, display of 4000": png_of(
            code_points(9, 16), display_of(4_000), most_light(600)
        ),
        "code points before a profile": encoded(chart(), "PNG", icc_profile=p3)[:33]
        + png_chunk(*code_points(1, 13))
        + encoded(chart(), "PNG", icc_profile=p3)[33:],
        "grey of PQ": png_of(code_points(9, 16), mode="L"),
        "turned": encoded(chart(), "PNG", exif=turned(6)),
        **{f"grey of {bits} bits": grey_png(bits) for bits in (1, 2, 4, 8, 16)},
        **{f"grey of {bits} bits, one of them clear": grey_png(bits, clear)
           for bits, clear in [(1, 0), (1, 1), (2, 2), (4, 9), (8, 150), (16, 150 * 0x101)]},
        "one colour clear": png_of((b"tRNS", struct.pack(">3H", 51, 255, 153))),
        "16 bits, one colour clear": deep_png(
            (b"tRNS", struct.pack(">3H", 0x3333, 0xFFFF, 0x9999))
        ),
        "with a bad checksum": png_of()[:-16] + bytes(4) + png_of()[-12:],
    }  # fmt: skip
    avifs = {
        f"code points {primaries}, {transfer}": avif_of(primaries, transfer)
        for primaries, transfer in [
            (1, 13), (1, 1), (2, 2), (6, 6), (9, 14), (9, 16), (9, 18), (12, 13), (12, 16),
        ]
    } | {
        **{f"code points 9, {transfer}, light of {nits}": lit(avif_of(9, transfer), nits)
           for transfer, nits in [(16, 0), (16, 100), (16, 600), (16, 4_000), (18, 600)]},
        "turned": encoded(chart(), "AVIF", quality=100, subsampling="4:4:4", exif=turned(6)),
        "P3": encoded(chart(), "AVIF", quality=100, subsampling="4:4:4", icc_profile=p3),
    }  # fmt: skip
    webps = {
        "plain": encoded(chart(), "WEBP", quality=100),
        "lossless": encoded(chart(), "WEBP", lossless=True),
        "clear": encoded(clear_chart(), "WEBP", lossless=True),
        "P3": encoded(chart(), "WEBP", lossless=True, icc_profile=p3),
        "one pixel": encoded(Image.new("RGB", (1, 1), "teal"), "WEBP", lossless=True),
        "a part of its canvas": webp_of_part(),
    }
    gifs = {
        "plain": encoded(chart().quantize(256), "GIF"),
        "a part of its canvas": gif_of_part(),
    }
    bmps = {
        **{f"{bits} bits, header of {size}": bmp_of(bits, size)
           for bits in (1, 4, 8, 24) for size in (12, 16, 24, 40, 64, 108, 124)},
        **{f"{bits} bits": bmp_of(bits) for bits in (16, 32)},
        **{f"{bits} bits, from the top": bmp_of(bits, top_down=True) for bits in (8, 16, 24, 32)},
        **{f"{name}, header of {size}": bmp_of(bits, size, masks)
           for size in (40, 52, 56, 108, 124)
           for name, bits, masks in [
               ("565", 16, (0xF800, 0x7E0, 0x1F)), ("444", 16, (0xF00, 0xF0, 0xF)),
               ("BGR", 32, (0xFF, 0xFF00, 0xFF0000)), ("10 bits", 32, (0x3FF00000, 0xFFC00, 0x3FF)),
               ("6, 6, 6", 32, (0x3F000, 0xFC0, 0x3F)),
           ]},
        **{f"alpha {name}, header of {size}":
           bmp_of(bits, size, masks, picture=clear_chart())
           for size in (108, 124)
           for name, bits, masks in [
               ("8888", 32, (0xFF0000, 0xFF00, 0xFF, 0xFF000000)),
               ("4444", 16, (0xF00, 0xF0, 0xF, 0xF000)),
               ("1555", 16, (0x7C00, 0x3E0, 0x1F, 0x8000)),
           ]},
        **{f"runs of {bits} bits": bmp_of_runs(bits) for bits in (4, 8)},
        **{f"runs of {bits} bits with jumps": bmp_of_runs(bits, jumps=True) for bits in (4, 8)},
    }  # fmt: skip
    return {
        f"{kind}: {name}": (f"image/{kind}", data)
        for kind, files in [("jpeg", jpegs), ("png", pngs), ("avif", avifs), ("webp", webps),
                            ("gif", gifs), ("bmp", bmps)]
        for name, data in files.items()
    }  # fmt: skip
