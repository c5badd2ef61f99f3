"""One answer from several blocks, and the places of each format where they stand."""

from __future__ import annotations

import io
import struct
from typing import Any

import piexif
import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.document import Metadata, read_metadata
from darkroom.imaging.metadata.exif import Exif
from darkroom.imaging.metadata.gps import Gps
from darkroom.imaging.metadata.iptc import Iptc
from darkroom.imaging.metadata.png_text import PngText
from darkroom.imaging.metadata.sources import Sources
from darkroom.imaging.metadata.xmp import Xmp
from PIL import Image, PngImagePlugin, TiffImagePlugin

from tests.unit.imaging.metadata.test_iptc import record
from tests.unit.imaging.pictures import encoded, photo, rendered

EXIF, XMP, IPTC, PNG = "2001-01-01", "2002-02-02", "2003-03-03", "2005-05-05"
ADOBE = b"http://ns.adobe.com/xap/1.0/\0"
EXTENSION = b"http://ns.adobe.com/xmp/extension/\0"


def packet(**fields: str) -> bytes:
    attributes = " ".join(f"{name.replace('_', ':', 1)}='{text}'" for name, text in fields.items())
    return f"<x:xmpmeta><rdf:RDF><rdf:Description {attributes}/></rdf:RDF></x:xmpmeta>".encode()


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(body) + 2) + body


def jpeg(*segments: bytes) -> bytes:
    data = encoded(photo(16, 8), "JPEG")
    return data[:2] + b"".join(segments) + data[2:]


def read(data: bytes) -> Metadata:
    return read_metadata(data, ImageLimits())


@pytest.mark.parametrize(
    ("missing", "expected"),
    [
        ((), EXIF),
        (("exif",), XMP),
        (("exif", "xmp"), IPTC),
        (("exif", "xmp", "iptc"), "2004-04-04"),
        (("exif", "xmp", "iptc", "file"), PNG),
        (("exif", "xmp", "iptc", "file", "png"), None),
    ],
)
def test_time_of_taking_is_from_the_first_that_knows_it(
    missing: tuple[str, ...], expected: str | None
) -> None:
    def known(name: str, value: str) -> str | None:
        return None if name in missing else value

    told = Sources(
        exif=Exif(taken_at=known("exif", EXIF)),
        xmp=Xmp(taken_at=known("xmp", XMP), created_at=known("file", "2004-04-04")),
        iptc=Iptc(created_at=known("iptc", IPTC)),
        png=PngText(created_at=known("png", PNG)),
    )
    assert told.taken_at == expected


@pytest.mark.parametrize(
    ("told", "title"),
    [
        (Sources(xmp=Xmp(title="X"), iptc=Iptc(title="I", headline="H")), "X"),
        (Sources(iptc=Iptc(title="I", headline="H"), exif=Exif(title="W")), "I"),
        (Sources(exif=Exif(title="W"), iptc=Iptc(headline="H")), "W"),
        (Sources(png=PngText(title="P")), "P"),
        (Sources(iptc=Iptc(headline="H"), xmp=Xmp(headline="XH")), "H"),
        (Sources(xmp=Xmp(headline="XH")), "XH"),
        (Sources(), None),
    ],
)
def test_title_is_the_first_of_those_that_are_there(told: Sources, title: str | None) -> None:
    assert told.title == title


def test_the_other_block_answers_when_one_does_not_know() -> None:
    place = Gps(latitude=1.0, longitude=2.0)
    told = Sources(
        exif=Exif(rating=4.0, copyright="© E"),
        xmp=Xmp(
            make="NIKON CORPORATION", model="NIKON D90", lens_model="50mm", gps=place,
            creators=("Zoë", "Max"), rights="© X",
            exposure_seconds=0.008, f_number=5.6, iso=400, focal_length_mm=35.0,
        ),
    )  # fmt: skip
    assert (told.camera, told.lens, told.gps) == ("NIKON D90", "50mm", place)
    assert (told.rating, told.artist, told.copyright) == (4.0, "Zoë; Max", "© E")
    assert (told.exposure, told.f_number, told.iso) == ("1/125", 5.6, 400)
    assert told.focal_length_mm == 35.0
    assert Sources(xmp=Xmp(rating=0.0), exif=Exif(rating=4.0)).rating == 0.0


def test_packets_are_joined_when_a_jpeg_has_several() -> None:
    first = segment(0xE1, ADOBE + packet(dc_title="First"))
    second = segment(0xE1, ADOBE + packet(dc_title="Second", xmp_Rating="3"))
    found = read(jpeg(first, second))
    assert (found.xmp.title, found.xmp.rating) == ("First", 3.0)


def test_packet_is_joined_when_a_jpeg_has_it_in_parts_and_any_order() -> None:
    whole = packet(dc_title="Extended", xmp_Label="x" * 90_000, dc_rights="© Zoë")
    cut = 60_000
    parts = [
        segment(0xE1, EXTENSION + b"A" * 32 + struct.pack(">II", len(whole), at) + whole[at:end])
        for at, end in ((cut, len(whole)), (0, cut))
    ]
    main = segment(0xE1, ADOBE + packet(xmpNote_HasExtendedXMP="A" * 32, xmp_Rating="2"))
    found = read(jpeg(*parts, main)).xmp
    assert (found.title, found.rights, found.rating) == ("Extended", "© Zoë", 2.0)


def resource(iptc: bytes) -> bytes:
    return b"8BIM\x04\x04\0\0" + struct.pack(">I", len(iptc)) + iptc + b"\0" * (len(iptc) % 2)


def test_records_are_read_when_a_jpeg_cuts_their_resource_into_segments() -> None:
    body = resource(record(105, b"H" * 40) + record(120, b"Caption"))
    cut = len(body) - 5
    halves = (segment(0xED, b"Photoshop 3.0\0" + part) for part in (body[:cut], body[cut:]))
    found = read(jpeg(*halves)).iptc
    assert (found.headline, found.caption) == ("H" * 40, "Caption")


def png(*texts: tuple[str, str]) -> bytes:
    info = PngImagePlugin.PngInfo()
    for keyword, text in texts:
        info.add_text(keyword, text)
    return encoded(photo(16, 8), "PNG", pnginfo=info)


def profile(name: str, data: bytes) -> tuple[str, str]:
    """As ImageMagick writes it, lines of 72 digits."""
    digits = data.hex()
    lines = "\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    return f"Raw profile type {name}", f"\n{name}\n{len(data):8}\n{lines}\n"


CAMERA = piexif.dump({"0th": {piexif.ImageIFD.Make: b"Canon", piexif.ImageIFD.Orientation: 6}})


@pytest.mark.parametrize("name", ["exif", "APP1"])
def test_exif_is_read_when_imagemagick_put_it_into_text(name: str) -> None:
    found = read(png(profile(name, CAMERA)))
    assert (found.exif.make, found.width) == ("Canon", 8)


@pytest.mark.parametrize(("name", "head"), [("xmp", b""), ("APP1", ADOBE)])
def test_xmp_is_read_when_imagemagick_put_it_into_text(name: str, head: bytes) -> None:
    assert read(png(profile(name, head + packet(dc_title="Dawn")))).xmp.title == "Dawn"


@pytest.mark.parametrize("name", ["iptc", "8bim", "IPTC"])
@pytest.mark.parametrize("wrapped", [resource, bytes])
def test_iptc_is_read_when_imagemagick_put_it_into_text(name: str, wrapped: Any) -> None:
    assert read(png(profile(name, wrapped(record(5, b"Dawn"))))).iptc.title == "Dawn"


def test_words_are_read_when_a_png_has_them_as_text() -> None:
    found = read(png(("Title", "Dawn"), ("Author", "Zoë"), ("Copyright", "© Zoë")))
    assert found.summary()["title"] == "Dawn"
    assert found.to_dict()["png"] == {"title": "Dawn", "author": "Zoë", "copyright": "© Zoë"}


def gif(block: bytes) -> bytes:
    data = encoded(photo(16, 8), "GIF")
    at = 13 + (3 << (data[10] & 7) + 1)
    return data[:at] + b"!\xff\x0bXMP DataXMP" + block + data[at:]


TRAILER = b"\1" + bytes(range(0xFF, -1, -1)) + b"\0"


def test_xmp_is_read_when_a_gif_has_it() -> None:
    found = read(gif(packet(dc_title="Dawn") + TRAILER))
    assert found.xmp.title == "Dawn"


def test_xmp_is_read_when_a_gif_has_it_in_blocks() -> None:
    text = packet(dc_title="Dawn", dc_rights="© " + "Zoë " * 100)
    blocks = (text[at : at + 255] for at in range(0, len(text), 255))
    found = read(gif(b"".join(bytes([len(part)]) + part for part in blocks) + b"\0"))
    assert (found.xmp.title, found.xmp.rights) == ("Dawn", ("© " + "Zoë " * 100).strip())


def test_xmp_and_iptc_are_read_when_a_tiff_has_them_in_odd_types() -> None:
    iptc = record(5, b"Dawn!!!!") + b"\0\0\0"
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[33723], tags.tagtype[33723] = iptc, 7
    tags[700], tags.tagtype[700] = packet(dc_rights="© Zoë"), 1
    data = encoded(photo(16, 8), "TIFF", tiffinfo=tags)
    as_bytes, as_longs = (
        struct.pack("<HHI", 33723, kind, len(iptc) // size) for kind, size in ((7, 1), (4, 4))
    )
    assert data.count(as_bytes) == 1
    found = read(data.replace(as_bytes, as_longs))
    assert (found.iptc.title, found.xmp.rights) == ("Dawn!!!!", "© Zoë")


def test_iptc_is_read_when_a_tiff_has_it_among_photoshops_resources() -> None:
    tags = TiffImagePlugin.ImageFileDirectory_v2()
    tags[34377], tags.tagtype[34377] = resource(record(5, b"Dawn")), 7
    assert read(encoded(photo(16, 8), "TIFF", tiffinfo=tags)).iptc.title == "Dawn"


def test_exif_is_read_when_a_heic_has_it_without_an_offset() -> None:
    plain = encoded(photo(64, 48), "HEIF", exif=CAMERA)
    # Its item begins with the offset of the header: 6 for `Exif` and two zeros.
    assert plain.count(b"\0\0\0\6Exif\0\0") == 1
    for start in (b"\0\0\0\0Exif\0\0", b"Exif\0\0\0\0\0\0"):
        found = read(plain.replace(b"\0\0\0\6Exif\0\0", start))
        assert found.exif.make == "Canon"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (jpeg(segment(0xE1, ADOBE + packet(dc_rights="© X", dc_creator="Zoë"))), ("© X", "Zoë")),
        (
            jpeg(
                segment(
                    0xED,
                    b"Photoshop 3.0\0" + resource(record(116, b"(c) I") + record(80, b"Max")),
                )
            ),
            ("(c) I", "Max"),
        ),
        (png(("Copyright", "(c) P"), ("Author", "Ann")), ("(c) P", "Ann")),
        (gif(packet(dc_rights="© G") + TRAILER), ("© G", None)),
        (jpeg(segment(0xE1, ADOBE + packet(exif_GPSLatitude="1,0N", dc_title="T"))), (None, None)),
    ],
)  # fmt: skip
@pytest.mark.parametrize("animated", [False, True])
def test_outputs_carry_whose_the_picture_is_when_any_block_says(
    data: bytes, expected: tuple[str | None, str | None], animated: bool
) -> None:
    made = rendered(data, format="webp", animated=animated)
    exif = Image.open(io.BytesIO(made.data)).getexif()
    texts = {tag: str(text).encode("latin-1").decode() for tag, text in exif.items()}
    assert texts == {
        tag: text for tag, text in zip((0x8298, 0x013B), expected, strict=True) if text
    }
