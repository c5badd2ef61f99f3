"""Only what is looked at is read, and nothing of it twice."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from darkroom.media import FileSource
from darkroom.media.ranges import RangeReader
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.media.clips import X264, encoded
from tests.unit.media.reading import MemorySource, inspected_source

DATA = bytes(n * 7 % 251 for n in range(1000))
STEPS = st.lists(
    st.tuples(st.sampled_from(["read", "set", "end", "move"]), st.integers(-1200, 1200))
)


@settings(deadline=None)
@given(STEPS, st.integers(1, 300))
def test_reader_reads_as_a_file_does(steps: list[tuple[str, int]], block: int) -> None:
    file, source = io.BytesIO(DATA), MemorySource(DATA)
    reader = RangeReader(source.read, len(DATA), block_bytes=block)
    for what, number in steps:
        if what == "read":
            assert reader.read(number) == file.read(number)
            continue
        start = {"set": 0, "move": file.tell(), "end": len(DATA)}[what]
        target = max(0, start + number)
        whence = {"set": io.SEEK_SET, "move": io.SEEK_CUR, "end": io.SEEK_END}[what]
        assert reader.seek(number, whence) == file.seek(target) == reader.tell()
    assert all(first % block == 0 and count <= block for first, count in source.read_parts)


def test_block_is_read_once_when_it_is_looked_at_again() -> None:
    source = MemorySource(DATA)
    reader = RangeReader(source.read, len(DATA), block_bytes=100)
    for _ in range(3):
        reader.seek(250)
        reader.read(100)
    assert source.read_parts == [(200, 100), (300, 100)]


def test_broken_answer_is_no_end_of_the_file() -> None:
    reader = RangeReader(lambda first, count: DATA[first : first + count - 1], len(DATA))
    with pytest.raises(OSError, match="999 bytes came of 1000"):
        reader.read()


def test_little_of_a_large_video_is_read_when_its_index_is_last(tmp_path: Path) -> None:
    data = encoded("mp4", "libx264", options=X264)
    start = data.index(b"mdat") - 4
    hole = 64 << 20
    large = data[:start] + (hole + 8).to_bytes(4, "big") + b"free" + bytes(hole) + data[start:]
    source = MemorySource(shifted(large, hole + 8))

    inspected_source(source, tmp_path)

    assert len(source.read_parts) <= 6
    assert sum(count for _, count in source.read_parts) < source.size / 10


def shifted(data: bytes, by: int) -> bytes:
    """The file with its tables of where chunks are changed for bytes that were put before them."""
    changed = bytearray(data)
    at = changed.find(b"stco")
    while at >= 0:
        count = int.from_bytes(changed[at + 8 : at + 12], "big")
        for place in range(at + 12, at + 12 + 4 * count, 4):
            moved = int.from_bytes(changed[place : place + 4], "big") + by
            changed[place : place + 4] = moved.to_bytes(4, "big")
        at = changed.find(b"stco", at + 4)
    return bytes(changed)


def test_file_of_this_machine_is_read_in_parts(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(DATA)
    with FileSource(tmp_path / "file") as source:
        assert source.size == 1000
        assert source.read(990, 100) == DATA[990:]
