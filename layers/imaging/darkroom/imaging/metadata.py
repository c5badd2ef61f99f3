"""Everything a file says about itself, as one document and as the few facts for its record."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import Any

from darkroom.imaging.av1_header import read_av1_header
from darkroom.imaging.colour_management import profile_name
from darkroom.imaging.exif import Exif, read_exif
from darkroom.imaging.iptc import Iptc, read_iptc
from darkroom.imaging.limits import Limits
from darkroom.imaging.orientation import TURNS
from darkroom.imaging.perceptual import perceptual_hash
from darkroom.imaging.pixels import load
from darkroom.imaging.source import open_source
from darkroom.imaging.xmp import Xmp, read_xmp
from PIL import Image

# Enough for the perceptual hash's 32 x 32; JPEG then decodes an eighth of the pixels.
_HASHED_EDGE = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What is known of a picture; None where the file does not say."""

    format: str
    bytes: int
    sha256: str
    perceptual_hash: str
    width: int
    """Upright, as people see it; `stored_width` is before the orientation is applied."""
    height: int
    stored_width: int
    stored_height: int
    mode: str
    bit_depth: int
    has_alpha: bool
    frames: int
    duration_seconds: float | None
    colour_profile: str | None
    exif: Exif
    xmp: Xmp
    iptc: Iptc

    def to_dict(self) -> dict[str, Any]:
        """The whole document, ready for JSON; what is not known is left out."""
        document: dict[str, Any] = _known(dataclasses.asdict(self))
        return document

    def summary(self) -> dict[str, str | int | float | bool]:
        """The facts for the image's record: flat, no nulls.

        Coordinates are in it: the record is readable by the picture's owner alone.
        """
        exif, gps = self.exif, self.exif.gps
        facts: dict[str, str | int | float | bool | None] = {
            "format": self.format,
            "width": self.width,
            "height": self.height,
            "bytes": self.bytes,
            "sha256": self.sha256,
            "perceptual_hash": self.perceptual_hash,
            "has_alpha": self.has_alpha,
            "bit_depth": self.bit_depth,
            "frames": self.frames,
            "duration_seconds": self.duration_seconds,
            "colour_profile": self.colour_profile,
            "camera": exif.camera,
            "lens": exif.lens_model,
            "taken_at": exif.taken_at,
            "exposure": exif.exposure,
            "f_number": exif.f_number,
            "iso": exif.iso,
            "focal_length_mm": exif.focal_length_mm,
            "flash_fired": exif.flash_fired,
            "title": self.xmp.title or self.iptc.headline,
            "rating": self.xmp.rating,
            "has_gps": gps is not None,
            "latitude": gps.latitude if gps else None,
            "longitude": gps.longitude if gps else None,
            "altitude_m": gps.altitude_m if gps else None,
        }
        return {name: fact for name, fact in facts.items() if fact is not None}


def read_metadata(data: bytes, limits: Limits) -> Metadata:
    """Everything that is known of an uploaded file. Decodes no more pixels than the hash needs.

    Raises `PermanentError` for what is no picture we support, over the limits, or cut short.
    Broken metadata in a good picture is left out, never an error.
    """
    source = open_source(data, limits)
    image = source.image
    stored_width, stored_height = image.size
    mode, depth = image.mode, _bit_depth(source.stored, image)
    with source.reading():
        pixels = load(source, (_HASHED_EDGE, _HASHED_EDGE))
    fingerprint = perceptual_hash(pixels, turn=TURNS.get(source.orientation))
    # After decoding: a PNG may hold its EXIF and XMP behind the pixels.
    return Metadata(
        format=source.format,
        bytes=source.file_size,
        sha256=hashlib.sha256(data).hexdigest(),
        perceptual_hash=fingerprint,
        width=source.width,
        height=source.height,
        stored_width=stored_width,
        stored_height=stored_height,
        mode=mode,
        bit_depth=depth,
        has_alpha=source.has_alpha,
        frames=source.frames,
        duration_seconds=_duration(source.stored) if source.frames > 1 else None,
        colour_profile=profile_name(source.icc) if source.icc else None,
        exif=read_exif(image),
        xmp=_xmp(image),
        iptc=read_iptc(image),
    )


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        pairs = ((name, _known(inner)) for name, inner in value.items())
        return {name: inner for name, inner in pairs if inner not in (None, {}, [])}
    return list(value) if isinstance(value, tuple) else value


def _xmp(image: Image.Image) -> Xmp:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp")
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    return read_xmp(packet) if isinstance(packet, bytes) else Xmp()


def _bit_depth(data: bytes, image: Image.Image) -> int:
    """Bits of a channel as stored; Pillow decodes most deeper formats to 8."""
    if data.startswith(b"\x89PNG"):
        return data[24]  # IHDR
    stored = image.info.get("bit_depth")  # pillow-heif's
    if isinstance(stored, int):
        return stored
    if data[4:11] == b"ftypavi":
        return read_av1_header(data).bit_depth
    return {"1": 1, "I": 32, "F": 32}.get(image.mode, 16 if image.mode.startswith("I;16") else 8)


# How long an animation runs, from its container: asking the decoder would decode every frame.


def _duration(data: bytes) -> float | None:
    """Seconds of one loop, as declared; None where the container has no notion of it."""
    if data.startswith(b"GIF8"):
        seconds: float | None = _gif_hundredths(data) / 100
    elif data.startswith(b"\x89PNG"):
        seconds = _png_seconds(data)
    elif data.startswith(b"RIFF"):
        seconds = _webp_milliseconds(data) / 1000
    else:
        seconds = _movie_seconds(data)
    return None if seconds is None else round(seconds, 3)


def _gif_hundredths(data: bytes) -> int:
    def palette(flags: int) -> int:
        return 3 << (flags & 7) + 1 if flags & 0x80 else 0

    total, at = 0, 13 + palette(data[10])
    while at + 10 <= len(data):
        if data[at] == 0x21:
            if data[at + 1] == 0xF9:  # graphic control
                total += int.from_bytes(data[at + 4 : at + 6], "little")
            at += 2
        elif data[at] == 0x2C:
            at += 11 + palette(data[at + 9])
        else:
            break
        while at < len(data) and data[at]:  # sub-blocks
            at += data[at] + 1
        at += 1
    return total


def _png_seconds(data: bytes) -> float:
    total, at = 0.0, 8
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if data[at + 4 : at + 8] == b"fcTL" and length == 26:
            delay = int.from_bytes(data[at + 28 : at + 30], "big")
            # A denominator of 0 stands for 100 (PNG specification, third edition, 11.3.6.2).
            total += delay / (int.from_bytes(data[at + 30 : at + 32], "big") or 100)
        at += 12 + length
    return total


def _webp_milliseconds(data: bytes) -> int:
    total, at = 0, 12
    while at + 8 <= len(data):
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if data[at : at + 4] == b"ANMF":
            total += int.from_bytes(data[at + 20 : at + 23], "little")
        at += 8 + length + length % 2
    return total


def _movie_seconds(data: bytes) -> float | None:
    """Of the first track of an image sequence in HEIC or AVIF (ISO/IEC 14496-12, 8.4.2).

    Not of the whole movie: for one that loops for ever, that is "unknown".
    """
    at = 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind = data[at + 4 : at + 8]
        if kind in (b"moov", b"trak", b"mdia"):
            at += 8
            continue
        if kind == b"mdhd":
            scale_at, width = (at + 28, 8) if data[at + 8] == 1 else (at + 20, 4)
            scale = int.from_bytes(data[scale_at : scale_at + 4], "big")
            ticks = int.from_bytes(data[scale_at + 4 : scale_at + 4 + width], "big")
            unknown = ticks == (1 << 8 * width) - 1
            return None if unknown or not scale else ticks / scale
        if length < 8:
            return None
        at += length
    return None
