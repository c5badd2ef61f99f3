"""The only metadata that outputs carry: whose the picture is."""

from __future__ import annotations

import piexif
from darkroom.imaging.metadata.exif import read_exif


def authorship_of(block: bytes | None) -> bytes:
    """New EXIF with the copyright and artist of an EXIF block; empty if it has neither.

    Read with Pillow and written anew with piexif: nothing else of the original's can come along.
    """
    exif = read_exif(block)
    fields = {
        piexif.ImageIFD.Copyright: exif.copyright,
        piexif.ImageIFD.Artist: exif.artist,
    }
    known = {tag: text.encode() for tag, text in fields.items() if text}
    return bytes(piexif.dump({"0th": known})) if known else b""
