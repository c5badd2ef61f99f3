"""The boxes of a HEIC or AVIF file, and whether it is whole by them (ISO/IEC 14496-12, 4.2)."""

from __future__ import annotations

HEAD = 1 << 16
"""Bytes within which whatever describes a picture stands: it comes before the pixels."""


def boxes_are_whole(data: bytes) -> bool:
    """Whether every box of the outermost level ends within the file.

    What has no four printable characters for its type is no box that was cut short: it is junk.
    """
    at = 0
    while at + 8 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        if length == 1:
            length = int.from_bytes(data[at + 8 : at + 16], "big")
        if length == 0:  # to the end of the file
            return True
        kind = data[at + 4 : at + 8]
        if length < 8 or not (kind.isascii() and kind.decode().isprintable()):
            return True
        at += length
        if at > len(data):
            return False
    return True
