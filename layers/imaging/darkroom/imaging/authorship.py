"""The only metadata that outputs carry: whose the picture is."""

from __future__ import annotations

import piexif
from darkroom.imaging.exif import read_exif
from PIL import Image


def authorship_of(image: Image.Image) -> bytes:
    """New EXIF with the picture's copyright and artist, as bytes; empty if it has neither.

    Read with Pillow and written anew with piexif: nothing else of the original's can come along.
    """
    exif = read_exif(image)
    fields = {
        piexif.ImageIFD.Copyright: exif.copyright,
        piexif.ImageIFD.Artist: exif.artist,
    }
    known = {tag: text.encode() for tag, text in fields.items() if text}
    return bytes(piexif.dump({"0th": known})) if known else b""
