"""No location leaves by accident: of all that a file says, only whose it is comes through."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import piexif
import pytest
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from darkroom.imaging.recipe import TextMark, Watermark
from PIL import Image, PngImagePlugin

from tests.privacy import EXIFTOOL, told_by_exiftool, told_by_libraries
from tests.unit.imaging.colours import DISPLAY_P3
from tests.unit.imaging.pictures import encoded, photo

ARTIST, COPYRIGHT = "Ann Author", "(c) 2026 Ann"
SECRET = b"SECRET"
XMP = b"""<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-
syntax-ns#"><rdf:Description exif:GPSLatitude="49,51.5N" dc:creator="SECRET xmp"/></rdf:RDF>
</x:xmpmeta>"""
IPTC = b"".join(
    b"\x1c\x02" + bytes([field]) + struct.pack(">H", len(text)) + text
    for field, text in ((90, b"SECRET city"), (25, b"SECRET keyword"), (55, b"20260102"))
)
PHOTOSHOP = b"8BIM\x04\x04\0\0" + struct.pack(">I", len(IPTC)) + IPTC + b"\0" * (len(IPTC) % 2)


def exif() -> bytes:
    """Everything that a camera and its owner's programs write."""
    written: bytes = piexif.dump(
        {
            "0th": {
                piexif.ImageIFD.Make: b"SECRET make",
                piexif.ImageIFD.Model: b"SECRET model",
                piexif.ImageIFD.Software: b"SECRET software",
                piexif.ImageIFD.ImageDescription: b"SECRET description",
                piexif.ImageIFD.CameraSerialNumber: b"SECRET serial",
                piexif.ImageIFD.XPComment: "SECRET".encode("utf-16-le"),
                piexif.ImageIFD.Artist: ARTIST.encode(),
                piexif.ImageIFD.Copyright: COPYRIGHT.encode(),
                piexif.ImageIFD.Orientation: 6,
            },
            "Exif": {
                piexif.ExifIFD.MakerNote: b"SECRET maker note " * 20,
                piexif.ExifIFD.BodySerialNumber: b"SECRET body",
                piexif.ExifIFD.LensSerialNumber: b"SECRET lens",
                piexif.ExifIFD.CameraOwnerName: b"SECRET owner",
                piexif.ExifIFD.UserComment: b"ASCII\0\0\0SECRET comment",
                piexif.ExifIFD.ImageUniqueID: b"SECRET id",
            },
            "GPS": {
                piexif.GPSIFD.GPSLatitudeRef: b"N",
                piexif.GPSIFD.GPSLatitude: ((49, 1), (51, 1), (305, 10)),
                piexif.GPSIFD.GPSLongitudeRef: b"E",
                piexif.GPSIFD.GPSLongitude: ((2, 1), (17, 1), (4025, 100)),
                piexif.GPSIFD.GPSAreaInformation: b"ASCII\0\0\0SECRET area",
            },
            "1st": {piexif.ImageIFD.Compression: 6},
            "thumbnail": encoded(photo(80, 60), "JPEG", comment=SECRET),
        }
    )
    return written


def _with_iptc(jpeg: bytes) -> bytes:
    body = b"Photoshop 3.0\0" + PHOTOSHOP
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(body) + 2) + body + jpeg[2:]


def _png_text() -> PngImagePlugin.PngInfo:
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", "SECRET text")
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    text.add_text("Raw profile type iptc", f"\niptc\n{len(IPTC):8}\n{IPTC.hex()}\n", zip=True)
    return text


def _moving(format_: str, **options: Any) -> bytes:
    frames = [photo(120, 80), photo(120, 80).rotate(180)]
    return encoded(frames[0], format_, save_all=True, append_images=frames[1:], **options)


def _tiff() -> bytes:
    tags = {
        270: "SECRET description", 271: "SECRET make", 305: "SECRET software", 315: ARTIST,
        33432: COPYRIGHT, 700: XMP, 33723: IPTC, 34377: PHOTOSHOP, 50735: "SECRET serial",
    }  # fmt: skip
    return encoded(photo(120, 80), "TIFF", tiffinfo=tags)


ICC = DISPLAY_P3.profile()
UPLOADS: dict[str, Callable[[], bytes]] = {
    "jpeg": lambda: _with_iptc(
        encoded(photo(), "JPEG", exif=exif(), xmp=XMP, comment=b"SECRET", icc_profile=ICC)
    ),
    "png": lambda: encoded(
        photo(120, 80), "PNG", exif=exif(), pnginfo=_png_text(), icc_profile=ICC
    ),
    "webp": lambda: encoded(photo(120, 80), "WEBP", exif=exif(), xmp=XMP, icc_profile=ICC),
    "heic": lambda: encoded(photo(120, 80), "HEIF", exif=exif(), xmp=XMP, icc_profile=ICC),
    "avif": lambda: encoded(photo(120, 80), "AVIF", exif=exif(), xmp=XMP, icc_profile=ICC),
    "tiff": _tiff,
    "gif": lambda: encoded(photo(120, 80), "GIF", comment=b"SECRET"),
    "animated gif": lambda: _moving("GIF", comment=b"SECRET"),
    "animated webp": lambda: _moving("WEBP", exif=exif(), xmp=XMP, icc_profile=ICC),
    "apng": lambda: _moving("PNG", exif=exif(), pnginfo=_png_text()),
}
SPECS = (
    *(RenditionSpec(name="plain", width=60, format=f) for f in ("jpeg", "webp", "avif", "png")),
    RenditionSpec(name="moving", width=60, format="webp", animated=True),
    RenditionSpec(name="full", width=16_383, progressive=True),
    RenditionSpec(name="marked", width=100, watermark=Watermark(mark=TextMark("Ann"))),
)  # fmt: skip


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every rendition of every upload, in a folder for each."""
    root = tmp_path_factory.mktemp("outputs")
    for name, upload in UPLOADS.items():
        data = upload()
        assert SECRET in data, name
        folder = root / name
        folder.mkdir()
        for made in render(data, Recipe(renditions=SPECS), ImageLimits()).renditions:
            (folder / f"{made.name}.{made.format}").write_bytes(made.data)
    return root


def test_no_secret_is_in_the_bytes_when_every_output_is_searched(outputs: Path) -> None:
    files = [path for path in outputs.rglob("*") if path.is_file()]
    assert len(files) == len(UPLOADS) * len(SPECS)
    assert [path for path in files if SECRET in path.read_bytes()] == []


def test_nothing_but_authorship_is_told_when_libraries_read_every_output(outputs: Path) -> None:
    assert told_by_libraries(path for path in outputs.rglob("*") if path.is_file()) == []


@pytest.mark.skipif(EXIFTOOL is None, reason="no exiftool: apt install libimage-exiftool-perl")
def test_nothing_but_authorship_is_told_when_exiftool_reads_every_output(outputs: Path) -> None:
    assert told_by_exiftool(outputs) == []


@pytest.mark.parametrize("name", [name for name in UPLOADS if "gif" not in name])
def test_authorship_is_kept_when_anything_is_made_of(name: str, outputs: Path) -> None:
    for path in (outputs / name).iterdir():
        kept = Image.open(io.BytesIO(path.read_bytes())).getexif()
        assert dict(kept) == {0x013B: ARTIST, 0x8298: COPYRIGHT}, path.name


def test_readers_find_it_when_something_is_told(tmp_path: Path) -> None:
    """The tests above can fail."""
    for format_ in ("JPEG", "PNG", "WEBP", "AVIF"):
        path = tmp_path / f"told.{format_.lower()}"
        path.write_bytes(encoded(photo(60, 40), format_, exif=exif(), xmp=XMP))
        assert any("EXIF GPS" in told for told in told_by_libraries([path])), format_
    if EXIFTOOL is not None:
        told = " ".join(told_by_exiftool(tmp_path))
        for tag in ("GPS:GPSLatitude", "ExifIFD:SerialNumber", "XMP-"):
            assert tag in told
