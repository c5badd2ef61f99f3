"""GIF: its canvas, frames and durations, read as decoders read on over what is no block."""

from __future__ import annotations

import struct

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.formats.gif import GifImage

from tests.unit.imaging.pictures import refusal

SCREEN = b"GIF89a" + struct.pack("<HH", 10, 10) + b"\0\0\0"
CLEARED = b"!\xf9\x04\x08\0\0\0\0"  # what is cleared afterwards, Pillow allocates at once
TIMED = b"!\xf9\x04\0\x0a\0\0\0"  # a tenth of a second
JUNK = b"\x99" * 5


def image(width: int, height: int, body: bytes = b"", left: int = 0, top: int = 0) -> bytes:
    """An image of these pixels, with one sub-block, which may hold more than it should."""
    descriptor = b"," + struct.pack("<HHHH", left, top, width, height) + b"\0"
    return descriptor + b"\x02" + bytes([len(body)]) + body + (b"\0" if body else b"")


def test_canvas_holds_every_frame_when_one_reaches_beyond_the_screen() -> None:
    header = GifImage(
        SCREEN + image(4, 4) + image(20, 5, left=3, top=30) + b";", ImageLimits()
    ).header
    assert (header.width, header.height, header.frames, header.is_complete) == (23, 35, 2, True)


def test_durations_are_summed_when_junk_stands_between_frames() -> None:
    data = SCREEN + TIMED + image(10, 10) + JUNK + TIMED + image(10, 10) + b";"
    assert GifImage(data, ImageLimits()).header.seconds == pytest.approx(0.2)


def test_gif_is_refused_when_its_large_frame_stands_behind_junk() -> None:
    data = SCREEN + CLEARED + JUNK + image(60_000, 60_000) + b";"
    assert refusal(data).code == "too-large"


def test_frame_is_not_decoded_when_only_some_readers_see_it() -> None:
    """Behind an empty extension Pillow reads on where the specification has it end."""
    hidden = image(10, 10, bytes(34) + image(60_000, 60_000))
    assert hidden[45] == 0  # what Pillow takes for one sub-block of 44 bytes ends here
    data = SCREEN + CLEARED + b"!\xf9\0" + hidden + b";"

    assert GifImage(data, ImageLimits()).header.frames == 1
    assert GifImage(data, ImageLimits()).size == (10, 10)


def test_counting_ends_when_there_are_more_frames_than_allowed() -> None:
    data = SCREEN + 100 * image(1, 1) + b";"
    assert GifImage(data, ImageLimits(max_frames=7)).header.frames == 8


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (SCREEN[:9], "truncated"),
        (SCREEN + TIMED, "truncated"),
        (SCREEN + b";", "corrupt"),
        (b"GIF89a" + bytes(7) + image(0, 0) + b";", "corrupt"),
    ],
    ids=["half a screen", "no frame", "no frame, but an end", "no size"],
)
def test_gif_is_refused_when_it_has_no_picture(data: bytes, code: str) -> None:
    assert refusal(data).code == code
