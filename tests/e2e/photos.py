"""Small generated pictures: what a stranger's clone can test with."""

from __future__ import annotations

import io
import random

import piexif
from PIL import Image


def photo(
    seed: int = 0,
    size: tuple[int, int] = (1200, 800),
    *,
    file_format: str = "JPEG",
    place: tuple[float, float] | None = None,
) -> bytes:
    """A smooth picture that no other seed gives, encoded; its bytes differ by seed.

    `place` is where it says that it was taken: its latitude and longitude.
    """
    chance = random.Random(seed)
    small = Image.new("RGB", (8, 6))
    small.putdata([tuple(chance.randrange(256) for _ in range(3)) for _ in range(48)])
    out = io.BytesIO()
    told = {} if place is None else {"exif": piexif.dump({"GPS": _gps(*place)})}
    small.resize(size, Image.Resampling.BICUBIC).save(out, file_format, quality=85, **told)
    return out.getvalue()


def _gps(latitude: float, longitude: float) -> dict[int, object]:
    def degrees(value: float) -> tuple[tuple[int, int], ...]:
        return (round(abs(value) * 1_000_000), 1_000_000), (0, 1), (0, 1)

    return {
        piexif.GPSIFD.GPSLatitudeRef: "N" if latitude >= 0 else "S",
        piexif.GPSIFD.GPSLatitude: degrees(latitude),
        piexif.GPSIFD.GPSLongitudeRef: "E" if longitude >= 0 else "W",
        piexif.GPSIFD.GPSLongitude: degrees(longitude),
    }
