from __future__ import annotations

import hashlib
import json
from typing import Any

import piexif
import pytest
from darkroom.imaging.document import Metadata, read_metadata
from darkroom.imaging.limits import ImageLimits
from darkroom.kinds import Format
from PIL import Image, ImageCms, ImageDraw

from tests.unit.imaging.pictures import encoded
from tests.unit.imaging.test_animation import coloured

LIMITS = ImageLimits()
EXIF = {
    "0th": {
        piexif.ImageIFD.Make: b"Apple",
        piexif.ImageIFD.Model: b"iPhone 17",
        piexif.ImageIFD.Orientation: 6,
    },
    "Exif": {
        piexif.ExifIFD.LensModel: b"iPhone 17 back camera",
        piexif.ExifIFD.DateTimeOriginal: b"2026:07:31 05:06:07",
        piexif.ExifIFD.OffsetTimeOriginal: b"+02:00",
        piexif.ExifIFD.ExposureTime: (1, 125),
        piexif.ExifIFD.ISOSpeedRatings: 64,
    },
    "GPS": {
        piexif.GPSIFD.GPSLatitudeRef: b"S",
        piexif.GPSIFD.GPSLatitude: ((33, 1), (51, 1), (31, 1)),
        piexif.GPSIFD.GPSLongitudeRef: b"E",
        piexif.GPSIFD.GPSLongitude: ((151, 1), (12, 1), (51, 1)),
        piexif.GPSIFD.GPSAltitude: (125, 10),
        piexif.GPSIFD.GPSAltitudeRef: 0,
    },
}
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/" dc:title="Dawn"/>'
    b"</rdf:RDF></x:xmpmeta>"
)
SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def picture(size: tuple[int, int] = (120, 80), mode: str = "RGB") -> Image.Image:
    """Gradients, with an off-centre frame and a spot: turned, it is another picture."""
    gradient = Image.linear_gradient("L").resize((120, 80))
    image = Image.merge("RGB", (gradient, Image.radial_gradient("L").resize((120, 80)), gradient))
    draw = ImageDraw.Draw(image)
    draw.rectangle((6, 10, 50, 70), outline="white", width=9)
    draw.ellipse((70, 6, 100, 30), fill="black")
    return image.resize(size).convert(mode)


FULL = encoded(picture(), "JPEG", quality=90, exif=piexif.dump(EXIF), xmp=XMP, icc_profile=SRGB)


def assert_document(metadata: Metadata) -> None:
    """Both shapes survive a round trip through strict JSON; the summary is flat and has no null."""
    for shape in (metadata.to_dict(), metadata.summary()):
        assert json.loads(json.dumps(shape, allow_nan=False)) == shape
    assert all(isinstance(v, str | int | float | bool) for v in metadata.summary().values())


def test_document_is_complete_when_the_file_says_everything() -> None:
    document = read_metadata(FULL, LIMITS).to_dict()
    hashed = document.pop("perceptual_hash")
    assert document == {
        "format": "jpeg",
        "bytes": len(FULL),
        "sha256": hashlib.sha256(FULL).hexdigest(),
        "width": 80,
        "height": 120,
        "stored_width": 120,
        "stored_height": 80,
        "mode": "RGB",
        "bit_depth": 8,
        "has_alpha": False,
        "frames": 1,
        "colour_profile": "sRGB built-in",
        "exif": {
            "make": "Apple",
            "model": "iPhone 17",
            "lens_model": "iPhone 17 back camera",
            "exposure_seconds": 0.008,
            "exposure": "1/125",
            "iso": 64,
            "taken_at": "2026-07-31T05:06:07+02:00",
            "gps": {"latitude": -33.8586111, "longitude": 151.2141667, "altitude_m": 12.5},
            "orientation": 6,
        },
        "xmp": {"title": "Dawn"},
    }
    assert len(hashed) == 16


def test_summary_is_flat_when_the_file_says_everything() -> None:
    metadata = read_metadata(FULL, LIMITS)
    assert metadata.summary() == {
        "format": "jpeg",
        "width": 80,
        "height": 120,
        "bytes": len(FULL),
        "sha256": metadata.sha256,
        "perceptual_hash": metadata.perceptual_hash,
        "has_alpha": False,
        "bit_depth": 8,
        "frames": 1,
        "colour_profile": "sRGB built-in",
        "camera": "Apple iPhone 17",
        "lens": "iPhone 17 back camera",
        "taken_at": "2026-07-31T05:06:07+02:00",
        "exposure": "1/125",
        "iso": 64,
        "title": "Dawn",
        "has_gps": True,
        "latitude": -33.8586111,
        "longitude": 151.2141667,
        "altitude_m": 12.5,
    }


def test_summary_says_no_gps_when_there_is_none() -> None:
    summary = read_metadata(encoded(picture(), "JPEG"), LIMITS).summary()
    assert summary["has_gps"] is False
    assert "latitude" not in summary


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIF"])
def test_place_and_camera_are_read_when_the_format_is(kind: str) -> None:
    exif = piexif.dump(EXIF)
    metadata = read_metadata(encoded(picture(), kind, exif=exif), LIMITS)
    assert metadata.format == Format[kind]
    assert metadata.exif.camera == "Apple iPhone 17"
    assert metadata.exif.gps is not None
    assert (metadata.width, metadata.height) == (80, 120)
    assert_document(metadata)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_duration_is_the_sum_when_the_picture_is_animated(kind: str) -> None:
    durations = [100, 100, 100] if kind == "AVIF" else [100, 250, 40]
    metadata = read_metadata(coloured(kind, durations), LIMITS)
    assert metadata.frames == 3
    assert metadata.duration_seconds == pytest.approx(sum(durations) / 1000)
    assert_document(metadata)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_duration_is_absent_when_the_picture_is_still(kind: str) -> None:
    assert "duration_seconds" not in read_metadata(encoded(picture(), kind), LIMITS).to_dict()


def test_hash_is_near_when_the_same_picture_is_another_file() -> None:
    turned = picture().transpose(Image.Transpose.ROTATE_90)
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    files = [
        encoded(picture(), "JPEG"),
        encoded(picture((960, 640)), "JPEG"),
        encoded(picture(), "WEBP"),
        encoded(picture(), "HEIF"),
        encoded(turned, "JPEG", exif=exif),
    ]
    hashes = [int(read_metadata(data, LIMITS).perceptual_hash, 16) for data in files]
    assert max((hashes[0] ^ other).bit_count() for other in hashes[1:]) <= 6


def test_nothing_in_the_document_is_bytes_or_unbounded() -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            assert len(value) <= 100
            for inner in value:
                walk(inner)
        else:
            assert isinstance(value, str | int | float | bool)
            assert not isinstance(value, str) or len(value) <= 500

    long = {"0th": {piexif.ImageIFD.ImageDescription: b"x" * 9_000}}
    walk(read_metadata(encoded(picture(), "JPEG", exif=piexif.dump(long)), LIMITS).to_dict())
