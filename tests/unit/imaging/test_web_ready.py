"""An original is its own web version only where every browser shows it right."""

from __future__ import annotations

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.source import open_source

from tests.unit.imaging.charts import (
    REC_2020,
    avif_of,
    chart,
    code_points,
    gamma,
    png_of,
    tagged_jpeg,
    turned,
)
from tests.unit.imaging.colours import ADOBE_RGB, DISPLAY_P3
from tests.unit.imaging.pictures import encoded, png_chunk

_XMP = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6"/></x:xmpmeta>'
_NAMED_ADOBE = (  # the interoperability index R03 (EXIF 2.32, 4.6.7), by three directories
    b"Exif\0\0MM\0*\0\0\0\x08\0\1\x87\x69\0\4\0\0\0\1\0\0\0\x1a\0\0\0\0"
    b"\0\1\xa0\x05\0\4\0\0\0\1\0\0\0\x2c\0\0\0\0\0\1\0\1\0\2\0\0\0\4R03\0\0\0\0\0"
)


def behind_pixels(data: bytes, kind: bytes, body: bytes) -> bytes:
    return data[:-12] + png_chunk(kind, body) + data[-12:]


def arithmetic(data: bytes) -> bytes:
    """As if the codes were arithmetic ones, which its marker says."""
    return data.replace(b"\xff\xc0", b"\xff\xc9")


READY = {
    "plain JPEG": tagged_jpeg(),
    "JPEG, turned by EXIF": tagged_jpeg(exif=turned(6)),
    "JPEG in P3": tagged_jpeg(icc_profile=DISPLAY_P3.profile()),
    "JPEG in Adobe RGB": tagged_jpeg(icc_profile=ADOBE_RGB.profile()),
    "PNG, turned by eXIf": encoded(chart(), "PNG", exif=turned(6)),
    "PNG with gamma": png_of(gamma(1)),
    "PNG with chromaticities": png_of(gamma(2.2), REC_2020),
    "PNG whose code points say sRGB": png_of(code_points(1, 13)),
    "WebP": encoded(chart(), "WEBP"),
    "AVIF, turned by its boxes": encoded(chart(), "AVIF", exif=turned(6)),
    "AVIF in P3": avif_of(12, 13),
    "GIF": encoded(chart().quantize(16), "GIF"),
}
NOT_READY = {
    "JPEG, turned by XMP": tagged_jpeg(xmp=_XMP),
    "JPEG in Adobe RGB by EXIF alone": tagged_jpeg(exif=_NAMED_ADOBE),
    "JPEG of arithmetic codes": arithmetic(tagged_jpeg()),
    "JPEG without its end": tagged_jpeg()[:-2],
    "PNG, turned by XMP": behind_pixels(png_of(), b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0" + _XMP),
    "PNG, turned behind its pixels": behind_pixels(png_of(), b"eXIf", turned(6)[6:]),
    "PNG in PQ": png_of(code_points(9, 16)),
    "PNG in P3 by code points": png_of(code_points(12, 13)),
    "WebP, turned by EXIF": encoded(chart(), "WEBP", exif=turned(6)),
    "WebP, turned by XMP": encoded(chart(), "WEBP", xmp=_XMP),
    "AVIF in PQ": avif_of(9, 16),
    "AVIF in HLG": avif_of(9, 18),
    "BMP": encoded(chart(), "BMP"),
}


@pytest.mark.parametrize("name", [*READY, *NOT_READY])
def test_original_is_ready_for_the_web_when_every_browser_shows_it_right(name: str) -> None:
    data = (READY | NOT_READY)[name]
    assert open_source(data, ImageLimits()).is_web_ready == (name in READY)


@pytest.mark.parametrize("other", [3, 6])
def test_avif_is_turned_by_its_boxes_alone(other: int) -> None:
    """EXIF and XMP only note what the boxes do, or what they once did."""
    boxes = encoded(chart(), "AVIF", exif=turned(6), xmp=_XMP)
    said = turned(6)[6:]
    assert open_source(boxes, ImageLimits()).orientation == 6
    upright = encoded(chart(), "AVIF", xmp=_XMP)
    assert open_source(upright, ImageLimits()).orientation == 1
    changed = boxes.replace(said, turned(other)[6:])
    assert open_source(changed, ImageLimits()).orientation == 6
