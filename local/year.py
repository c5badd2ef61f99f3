"""Photos that somebody takes in the course of a year: parts of photographs without copyright.

They are from the package of which the demo's photos are made (`local/photos.py`), in colour.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import piexif
from PIL import Image

from local.paths import STATE

_SOURCE = STATE / "photos-package" / "skimage" / "data"
_NAMES = ("coffee.png", "chelsea.png", "rocket.jpg", "hubble_deep_field.jpg", "astronaut.png")
# Parts of a picture: left, top and side as shares of its shorter side, which begin at its middle.
_PARTS = ((0.0, 0.0, 1.0), (-0.1, 0.05, 0.7), (0.15, 0.1, 0.6), (0.05, 0.3, 0.5), (-0.2, 0.2, 0.55))
_LAST = datetime(2026, 11, 28, 17, 40, tzinfo=UTC)
_PHOTOS = 60
_STEP = timedelta(days=6)
_EDGE = 1200


def photos_of_a_year() -> Iterator[tuple[str, bytes]]:
    """Names and JPEG bodies of 60 photos, one for every sixth day; the newest comes first."""
    for number in range(_PHOTOS):
        row, column = divmod(number, len(_NAMES))
        name = _NAMES[(column + 2 * row) % len(_NAMES)]
        part = _PARTS[row % len(_PARTS)]
        yield f"IMG_{4060 - number}.jpg", _photo(name, part, _LAST - number * _STEP)


def _photo(name: str, part: tuple[float, float, float], at: datetime) -> bytes:
    with Image.open(_SOURCE / name) as opened:
        whole = opened.convert("RGB")
    shorter = min(whole.size)
    left, top, side = (round(shorter * share) for share in part)
    x = max(0, min(whole.width - side, (whole.width - side) // 2 + left))
    y = max(0, min(whole.height - side, top))
    picture = whole.resize((_EDGE, _EDGE), Image.Resampling.LANCZOS, (x, y, x + side, y + side))
    taken = f"{at:%Y:%m:%d %H:%M:%S}".encode()
    exif = piexif.dump({"Exif": {piexif.ExifIFD.DateTimeOriginal: taken}})
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=88, exif=exif)
    return file.getvalue()
