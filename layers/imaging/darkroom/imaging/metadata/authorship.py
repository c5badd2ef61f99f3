"""The only metadata that outputs carry: whose the picture is."""

from __future__ import annotations

import piexif
from darkroom.imaging.formats.contract import EncodedImage
from darkroom.imaging.metadata.sources import read_sources


def authorship_of(image: EncodedImage) -> bytes:
    """New EXIF with the copyright and artist of an upload; empty if it has neither.

    They are read as text and written anew with piexif: nothing else of the original's can come
    along.
    """
    sources = read_sources(image)
    fields = {
        piexif.ImageIFD.Copyright: sources.copyright,
        piexif.ImageIFD.Artist: sources.artist,
    }
    known = {tag: text.encode() for tag, text in fields.items() if text}
    return bytes(piexif.dump({"0th": known})) if known else b""
