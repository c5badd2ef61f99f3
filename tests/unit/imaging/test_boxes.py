"""A HEIC or AVIF file that was cut short is told from one that is damaged."""

from __future__ import annotations

import pytest
from darkroom.imaging.boxes import boxes_are_whole


def box(kind: bytes, content: bytes = b"") -> bytes:
    return (8 + len(content)).to_bytes(4, "big") + kind + content


FTYP = box(b"ftyp", b"heic\0\0\0\0mif1")
MDAT = box(b"mdat", bytes(100))


@pytest.mark.parametrize("data", [FTYP + MDAT, FTYP + b"\0\0\0\0mdat" + bytes(9), FTYP + b"\0"])
def test_file_is_whole_when_its_boxes_end_within_it(data: bytes) -> None:
    assert boxes_are_whole(data)


@pytest.mark.parametrize("missing", [1, 50, 100])
def test_file_is_not_whole_when_its_last_box_was_cut(missing: int) -> None:
    assert not boxes_are_whole((FTYP + MDAT)[:-missing])


def test_long_box_is_measured_when_its_length_has_64_bits() -> None:
    long = b"\0\0\0\1mdat" + (116).to_bytes(8, "big") + bytes(100)

    assert boxes_are_whole(FTYP + long)
    assert not boxes_are_whole(FTYP + long[:-1])


def test_junk_is_not_taken_for_a_cut_box_when_it_has_no_type() -> None:
    assert boxes_are_whole(FTYP + b"\0\x74\x61\0" + b"\0\0\0\0" + bytes(9))
