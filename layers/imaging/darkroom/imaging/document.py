"""Everything a file says about itself, as one document and as the few facts for its record."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass
from typing import Any

from darkroom.imaging.hashes.perceptual import perceptual_hash
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.metadata.exif import Exif
from darkroom.imaging.metadata.iptc import Iptc
from darkroom.imaging.metadata.png_text import PngText
from darkroom.imaging.metadata.sources import Sources, read_sources
from darkroom.imaging.metadata.xmp import Xmp
from darkroom.imaging.pixels.colour_management import profile_name
from darkroom.imaging.pixels.orientation import TURNS
from darkroom.imaging.source import open_source

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
    png: PngText

    def to_dict(self) -> dict[str, Any]:
        """The whole document, ready for JSON; what is not known is left out."""
        document: dict[str, Any] = _known(dataclasses.asdict(self))
        return document

    def summary(self) -> dict[str, str | int | float | bool]:
        """The facts for the image's record: flat, no nulls.

        Coordinates are in it: the record is readable by the picture's owner alone.
        """
        told = Sources(exif=self.exif, xmp=self.xmp, iptc=self.iptc, png=self.png)
        gps = told.gps
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
            "camera": told.camera,
            "lens": told.lens,
            "taken_at": told.taken_at,
            "exposure": told.exposure,
            "f_number": told.f_number,
            "iso": told.iso,
            "focal_length_mm": told.focal_length_mm,
            "flash_fired": self.exif.flash_fired,
            "title": told.title,
            "rating": told.rating,
            "has_gps": gps is not None,
            "latitude": gps.latitude if gps else None,
            "longitude": gps.longitude if gps else None,
            "altitude_m": gps.altitude_m if gps else None,
        }
        return {name: fact for name, fact in facts.items() if fact is not None}


def read_metadata(data: bytes, limits: ImageLimits) -> Metadata:
    """Everything that is known of an uploaded file. Decodes no more pixels than the hash needs.

    Raises `PermanentError` for what is no picture we support, over the limits, or cut short.
    Broken metadata in a good picture is left out, never an error.
    """
    source = open_source(data, limits)
    image, header = source.image, source.image.header
    # Before decoding, which may change them.
    (stored_width, stored_height), mode, bit_depth = image.size, image.mode, image.bit_depth
    with image.reading():
        pixels = source.decode((_HASHED_EDGE, _HASHED_EDGE))
    fingerprint = perceptual_hash(pixels, turn=TURNS.get(source.orientation))
    told = read_sources(image)
    return Metadata(
        format=image.format,
        bytes=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        perceptual_hash=fingerprint,
        width=source.width,
        height=source.height,
        stored_width=stored_width,
        stored_height=stored_height,
        mode=mode,
        bit_depth=bit_depth,
        has_alpha=source.has_alpha,
        frames=image.frames,
        duration_seconds=header.seconds if image.frames > 1 else None,
        colour_profile=profile_name(source.icc) if source.icc else None,
        exif=told.exif,
        xmp=told.xmp,
        iptc=told.iptc,
        png=told.png,
    )


def _known(value: Any) -> Any:
    if isinstance(value, dict):
        pairs = ((name, _known(inner)) for name, inner in value.items())
        return {name: inner for name, inner in pairs if inner not in (None, {}, [])}
    return list(value) if isinstance(value, tuple) else value
