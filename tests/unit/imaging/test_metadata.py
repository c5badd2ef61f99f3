from __future__ import annotations

import hashlib
import io
import json
import struct
import zlib
from typing import Any

import piexif
import pillow_heif
import pytest
from darkroom.errors import PermanentError
from darkroom.imaging.limits import Limits
from darkroom.imaging.metadata import Metadata, read_metadata
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

LIMITS = Limits()
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


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def heic(image: Image.Image, **options: Any) -> bytes:
    stream = io.BytesIO()
    pillow_heif.from_pillow(image).save(stream, quality=60, **options)
    return stream.getvalue()


def animation(kind: str, durations: list[int], **options: Any) -> bytes:
    first, *others = [picture().rotate(20 * n) for n in range(len(durations))]
    options |= {"save_all": True, "append_images": others, "duration": durations}
    return encoded(first, kind, **options)


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


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "AVIF", "HEIC"])
def test_place_and_camera_are_read_when_the_format_is(kind: str) -> None:
    exif = piexif.dump(EXIF)
    data = heic(picture(), exif=exif) if kind == "HEIC" else encoded(picture(), kind, exif=exif)
    metadata = read_metadata(data, LIMITS)
    assert metadata.format == kind.lower()
    assert metadata.exif.camera == "Apple iPhone 17"
    assert metadata.exif.gps is not None
    assert (metadata.width, metadata.height) == (80, 120)
    assert_document(metadata)


def test_exif_is_read_when_a_png_holds_it_behind_the_pixels() -> None:
    data = encoded(picture(), "PNG", exif=piexif.dump(EXIF))
    start = data.index(b"eXIf") - 4
    end = start + 12 + int.from_bytes(data[start : start + 4], "big")
    tail = data.index(b"IEND") - 4
    moved = data[:start] + data[end:tail] + data[start:end] + data[tail:]
    assert read_metadata(moved, LIMITS).exif.camera == "Apple iPhone 17"


def test_xmp_is_read_when_a_png_holds_it_as_text() -> None:
    text = PngImagePlugin.PngInfo()
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    assert read_metadata(encoded(picture(), "PNG", pnginfo=text), LIMITS).xmp.title == "Dawn"


@pytest.mark.parametrize(
    ("mode", "depth", "alpha"),
    [("1", 1, False), ("L", 8, False), ("I;16", 16, False), ("RGB", 8, False), ("RGBA", 8, True)],
)
def test_depth_and_alpha_are_told_when_a_png_has_mode(mode: str, depth: int, alpha: bool) -> None:
    image = picture(mode=mode) if mode != "I;16" else picture(mode="I").convert("I;16")
    metadata = read_metadata(encoded(image, "PNG"), LIMITS)
    assert (metadata.mode, metadata.bit_depth, metadata.has_alpha) == (mode, depth, alpha)


def test_bit_depth_is_16_when_pillow_decodes_a_png_to_8() -> None:
    # The header of a 16-bit RGB picture over its own pixels, which Pillow cannot write.
    rows = b"".join(b"\0" + bytes(6 * 4) for _ in range(4))
    stream = io.BytesIO(b"\x89PNG\r\n\x1a\n")
    stream.seek(0, io.SEEK_END)
    header = struct.pack(">IIBBBBB", 4, 4, 16, 2, 0, 0, 0)
    for kind, body in ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")):
        PngImagePlugin.putchunk(stream, kind, body)
    assert read_metadata(stream.getvalue(), LIMITS).bit_depth == 16


@pytest.mark.parametrize(
    ("kind", "durations", "seconds"),
    [
        ("GIF", [100, 250, 40], 0.39),
        ("PNG", [100, 250, 40], 0.39),
        ("WEBP", [100, 250, 40], 0.39),
        ("AVIF", [100, 100, 100], 0.3),
    ],
)
def test_duration_is_the_sum_when_the_picture_is_animated(
    kind: str, durations: list[int], seconds: float
) -> None:
    metadata = read_metadata(animation(kind, durations), LIMITS)
    assert metadata.frames == len(durations)
    assert metadata.duration_seconds == pytest.approx(seconds)
    assert_document(metadata)


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "AVIF"])
def test_duration_is_absent_when_the_picture_is_still(kind: str) -> None:
    assert "duration_seconds" not in read_metadata(encoded(picture(), kind), LIMITS).to_dict()


def test_hash_is_near_when_the_same_picture_comes_in_another_format() -> None:
    hashes = [
        int(read_metadata(data, LIMITS).perceptual_hash, 16)
        for data in (
            encoded(picture(), "JPEG"),
            encoded(picture((960, 640)), "JPEG"),
            encoded(picture(), "WEBP"),
            heic(picture()),
        )
    ]
    assert max((hashes[0] ^ other).bit_count() for other in hashes[1:]) <= 6


def test_hash_is_near_when_the_same_picture_is_stored_turned() -> None:
    turned = picture().transpose(Image.Transpose.ROTATE_90)
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    upright = read_metadata(encoded(picture(), "JPEG"), LIMITS)
    stored = read_metadata(encoded(turned, "JPEG", exif=exif), LIMITS)
    distance = int(upright.perceptual_hash, 16) ^ int(stored.perceptual_hash, 16)
    assert distance.bit_count() <= 6


@pytest.mark.parametrize("data", [b"", b"\xff", b"not a picture", FULL[:100]])
def test_error_is_permanent_when_the_file_is_no_picture(data: bytes) -> None:
    with pytest.raises(PermanentError):
        read_metadata(data, LIMITS)


def test_error_is_permanent_when_the_pixels_are_cut_short() -> None:
    with pytest.raises(PermanentError):
        read_metadata(encoded(Image.effect_noise((300, 300), 80), "PNG")[:-9_000], LIMITS)


def outcome(data: bytes) -> None:
    try:
        metadata = read_metadata(data, LIMITS)
    except PermanentError:
        return
    assert_document(metadata)


SEEDS = [
    FULL,
    encoded(picture((40, 30)), "PNG", exif=piexif.dump(EXIF), icc_profile=SRGB),
    encoded(picture((40, 30)), "WEBP", exif=piexif.dump(EXIF), xmp=XMP),
    animation("GIF", [100, 40]),
    animation("PNG", [100, 40]),
    animation("WEBP", [100, 40]),
    heic(picture((64, 64)), exif=piexif.dump(EXIF), xmp=XMP),
]


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(SEEDS),
    st.lists(st.tuples(st.floats(0, 1), st.binary(min_size=1, max_size=4)), max_size=10),
    st.floats(0, 1),
)
def test_only_permanent_errors_leave_when_bytes_are_mutated(
    seed: bytes, edits: list[tuple[float, bytes]], keep: float
) -> None:
    raw = bytearray(seed)
    for at, new in edits:
        # Squared: metadata sits at the front.
        place = int(at * at * (len(raw) - len(new)))
        raw[place : place + len(new)] = new
    outcome(bytes(raw[: len(raw) if keep > 0.2 else int(keep * 5 * len(raw))]))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 300), st.binary(min_size=1, max_size=4)), max_size=12))
def test_the_picture_is_read_when_only_its_exif_is_broken(edits: list[tuple[int, bytes]]) -> None:
    raw = bytearray(piexif.dump(EXIF))
    for at, new in edits:
        at = 6 + at % (len(raw) - 10)
        raw[at : at + len(new)] = new
    metadata = read_metadata(encoded(picture((16, 8)), "JPEG", exif=bytes(raw)), LIMITS)
    assert {metadata.width, metadata.height} == {16, 8}
    assert_document(metadata)


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
