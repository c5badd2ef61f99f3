"""Which way is up: EXIF orientation 1 to 8, wherever a format keeps it.

What each number means: EXIF 2.32, tag 0x0112. Broken data means 1: as stored.
"""

from __future__ import annotations

import re

from darkroom.imaging.exif import read_exif
from PIL import Image

_XMP = re.compile(rb"tiff:Orientation(?:\s*=\s*[\"']|>)\s*([1-8])")
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def orientation_of(image: Image.Image, late: bytes = b"") -> int:
    """The orientation of an opened picture. `late` are PNG chunks that stand behind the pixels."""
    if exif := _late_exif(late):
        image.info.setdefault("exif", exif)
    return read_exif(image).orientation or _xmp_orientation(image, late) or 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture, any mode, as it is meant to be seen."""
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def _late_exif(late: bytes) -> bytes | None:
    at = late.find(b"eXIf")
    if at < 4:
        return None
    return b"Exif\0\0" + late[at + 4 : at + 4 + int.from_bytes(late[at - 4 : at], "big")]


def _xmp_orientation(image: Image.Image, late: bytes) -> int | None:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or late
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    found = _XMP.search(packet) if isinstance(packet, bytes) else None
    return int(found[1]) if found else None
