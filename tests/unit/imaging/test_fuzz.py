"""Whatever bytes come: what leaves is a PermanentError or a result, in bounded memory.

Files are made here and, where there is one, taken from the corpus, then damaged. `DARKROOM_FUZZ=30`
looks thirty times as long, at other damage every time.
"""

from __future__ import annotations

import csv
import os
import random
import resource
import struct
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import piexif
import pytest
from darkroom.errors import PermanentError
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from darkroom.imaging.command.inspection import MARKED, WEB
from darkroom.imaging.document import read_metadata
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.unit.imaging.colours import DISPLAY_P3
from tests.unit.imaging.formats.test_bmff import box, full, ipma, ispe, meta
from tests.unit.imaging.formats.test_tiff import tiff
from tests.unit.imaging.pictures import encoded, in_scans, photo

LONGER = int(os.environ.get("DARKROOM_FUZZ", "0"))
CORPUS = Path(os.environ.get("DARKROOM_CORPUS", Path(__file__).parents[4] / "shared" / "corpus"))
# Above what the interpreter and the tests have mapped already: about what one picture may take.
ROOM_BYTES = 800 << 20
# A sixth of the time that a function has, of a processor that other tests may share.
MOST_SECONDS = 10
# Small enough that what is under the limits is done in no time.
LIMITS = ImageLimits(max_jpeg_pixels=4_000_000, max_pixels=4_000_000, max_frames=40,
                max_total_frame_pixels=4_000_000)  # fmt: skip
RECIPE = Recipe(
    renditions=(
        RenditionSpec(name="fit", width=64),
        RenditionSpec(name="cover", width=48, height=48, resize="cover", gravity="attention",
                      format="webp"),
        RenditionSpec(name="contain", width=40, height=40, resize="contain", format="png"),
    ),
    preview=True,
)  # fmt: skip


def bounded(examples: int) -> settings:
    """The same damage every time, unless somebody wants to find what is not known yet."""
    return settings(
        max_examples=examples * max(1, LONGER),
        deadline=None,
        derandomize=not LONGER,
        database=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
    )


@pytest.fixture(autouse=True)
def _memory() -> Iterator[None]:
    """An address space in which a picture that costs gigabytes raises MemoryError."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    before = resource.getrlimit(resource.RLIMIT_AS)
    mapped = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (mapped + ROOM_BYTES, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@cache
def seeds() -> dict[str, bytes]:
    """Sound little files of every format, with everything in them that is parsed."""
    exif = piexif.dump(
        {
            "0th": {0x0112: 6, 0x013B: b"Ann", 0x010F: b"Maker", 0x8298: b"(c) Ann"},
            "Exif": {0x9003: b"2026:01:02 03:04:05", 0x829A: (1, 125)},
            "GPS": {1: b"N", 2: ((49, 1), (51, 1), (30, 1)), 3: b"E", 4: ((2, 1), (17, 1), (4, 1))},
        }
    )
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><r tiff:Orientation="6"/></x:xmpmeta>'
    small, icc = photo(61, 43), DISPLAY_P3.profile()
    clear = small.convert("RGBA")
    clear.putalpha(small.getchannel("R"))
    frames = [small, small.rotate(90), small.rotate(180)]
    more: dict[str, Any] = {"save_all": True, "append_images": frames[1:], "duration": 40}
    every: dict[str, Any] = {"exif": exif, "xmp": xmp, "icc_profile": icc}
    deep = Image.frombytes("I;16", (16, 16), struct.pack("<256H", *range(0, 65536, 256)))
    return {
        "jpeg": encoded(small, "JPEG", **every),
        "progressive": encoded(small, "JPEG", progressive=True, exif=exif),
        "cmyk": encoded(small.convert("CMYK"), "JPEG"),
        "scans": in_scans(small),
        "mpo": encoded(small, "MPO", save_all=True, append_images=frames[1:]),
        "png": encoded(clear, "PNG", exif=exif, icc_profile=icc),
        "png16": encoded(deep, "PNG"),
        "palette": encoded(small.quantize(8), "PNG", transparency=3),
        "apng": encoded(small, "PNG", **more),
        "webp": encoded(clear, "WEBP", **every),
        "lossless": encoded(small, "WEBP", lossless=True),
        "moving webp": encoded(small, "WEBP", **more),
        "gif": encoded(small, "GIF"),
        "moving gif": encoded(small, "GIF", **more),
        "heic": encoded(small, "HEIF", **every),
        "avif": encoded(small, "AVIF", **every),
        "moving avif": encoded(small, "AVIF", **more),
        "tiff": encoded(small, "TIFF", tiffinfo={0x0112: 6, 315: "Ann"}, icc_profile=icc),
        "tiff lzw": encoded(small, "TIFF", compression="tiff_lzw"),
        "tiff jpeg": encoded(small, "TIFF", compression="jpeg"),
        "tiff deep": encoded(deep, "TIFF"),
        "tiff grey": tiff(b"MM", 1, (1,), 1, (16,), ()),
        "tiff cielab": tiff(b"II", 8, (1,), 1, (8, 8, 8), ()),
        "bigtiff": encoded(small, "TIFF", big_tiff=True),
        "bmp": encoded(small, "BMP"),
        "palette bmp": encoded(small.quantize(8), "BMP"),
    }


@cache
def corpus() -> list[tuple[str, bytes]]:
    """The corpus's small files; none where there is no corpus."""
    manifest = CORPUS / "manifest.csv"
    if not manifest.is_file():
        return []
    with manifest.open(newline="") as file:
        names = sorted(row["file"] for row in csv.DictReader(file))
    files = [(name, CORPUS / name) for name in names]
    return [
        (name, path.read_bytes())
        for name, path in files
        if path.is_file() and path.stat().st_size < 200_000
    ]


def work(data: bytes) -> None:
    """All that the functions do; only a PermanentError may leave, and it says what to do."""
    for recipe in (RECIPE, MARKED, WEB):
        with refusing():
            render(data, recipe, LIMITS)
    with refusing():
        read_metadata(data, LIMITS)


@contextmanager
def refusing() -> Iterator[None]:
    try:
        yield
    except PermanentError as error:
        named, told = error.code != PermanentError.code, error.sentence.endswith(".")
    else:
        return
    assert named
    assert told


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A file with one to eight things wrong, mostly near its head, where its structure is."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        if not changed:
            break
        reach = chance.choice((64, 700, len(changed)))
        at = chance.randrange(min(reach, len(changed)))
        match chance.randrange(6):
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                changed[at] = chance.choice((0, 1, 0x7F, 0x80, 0xFF))
            case 2:
                changed[at : at + 4] = chance.choice(
                    (b"\xff" * 4, b"\0" * 4, b"\x7f\xff\xff\xff", b"\0\0\xff\xff", b"\x80\0\0\0")
                )
            case 3:
                del changed[at : at + chance.choice((1, 2, 4, 50))]
            case 4:
                changed[at:at] = changed[at : at + chance.choice((1, 4, 40, 400))]
            case 5:
                del changed[max(1, len(changed) - at) :]
    return bytes(changed)


@pytest.mark.parametrize("name", sorted(seeds()))
def test_only_our_errors_leave_when_a_made_file_is_damaged(name: str) -> None:
    @bounded(120)
    @given(seed=st.integers(0, 2**32 - 1))
    @example(seed=0)
    def look(seed: int) -> None:
        work(damaged(seeds()[name], random.Random(seed)))

    look()


@pytest.mark.skipif(
    not corpus(), reason=f"no corpus at {CORPUS}: set DARKROOM_CORPUS to its folder"
)
@bounded(700)
@given(index=st.integers(0, 10_000), seed=st.integers(0, 2**32 - 1))
def test_only_our_errors_leave_when_a_file_of_the_corpus_is_damaged(index: int, seed: int) -> None:
    _, data = corpus()[index % len(corpus())]
    work(damaged(data, random.Random(seed)))


HEADS = [
    b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"GIF89a", b"RIFF\xff\0\0\0WEBPVP8X",
    b"RIFF\xff\0\0\0WEBPVP8L", b"RIFF\xff\0\0\0WEBPVP8 ", b"II*\0\x08\0\0\0", b"MM\0*\0\0\0\x08",
    b"II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0", b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0",
    b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\1\0meta", b"\0\0\0\x18ftypavif\0\0\0\0mif1avif",
    b"", b"<svg", b"%PDF-",
]  # fmt: skip


@bounded(400)
@given(head=st.sampled_from(HEADS), tail=st.binary(max_size=600))
def test_only_our_errors_leave_when_bytes_only_begin_like_a_picture(
    head: bytes, tail: bytes
) -> None:
    work(head + tail)


@bounded(250)
@given(
    exif=st.binary(max_size=400), order=st.sampled_from([b"MM\0*\0\0\0\x08", b"II*\0\x08\0\0\0"])
)
def test_picture_is_read_whatever_its_exif_is(exif: bytes, order: bytes) -> None:
    """Broken EXIF is no reason to refuse a picture."""
    body = b"Exif\0\0" + order + exif
    plain = seeds()["progressive"]
    start = plain.index(b"\xff\xe1")
    length = int.from_bytes(plain[start + 2 : start + 4], "big")
    segment = b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body
    data = plain[:start] + segment + plain[start + 2 + length :]

    made = render(data, RECIPE, LIMITS)

    assert len(made.renditions) == 3
    assert read_metadata(data, LIMITS).format == "jpeg"


# Megabytes of parts that say nothing: segments, chunks, blocks and boxes of no content.


def of_segments() -> bytes:
    data = encoded(photo(96, 64), "JPEG", progressive=True)
    last_scan = data.rindex(b"\xff\xda")
    return data[:last_scan] + b"\xff\xe5\0\2" * 10_000_000 + data[last_scan:]


def of_chunks() -> bytes:
    body = encoded(photo(96, 64), "WEBP")[8:] + b"JUNK\0\0\0\0" * 5_000_000
    return b"RIFF" + struct.pack("<I", len(body)) + body


def of_blocks() -> bytes:
    data = encoded(photo(96, 64), "GIF")
    return data[:-1] + b"!\xfe\0" * 4_000_000 + data[-1:]


def of_boxes() -> bytes:
    return heic() + box(b"free") * 4_000_000


def of_items() -> bytes:
    """Items of text, each of which has a place in the file."""
    numbers = range(1, 20_000)
    names = (struct.pack(">HH", number, 0) + b"mime\0" for number in numbers)
    entries = b"".join(full(b"infe", name, version=2) for name in names)
    places = b"".join(struct.pack(">HHHII", number, 0, 1, 0, 4) for number in numbers)
    count = struct.pack(">H", len(numbers))
    return heic(full(b"iinf", count, entries), full(b"iloc", b"\x44\0", count, places))


def of_tables() -> bytes:
    """Tables that say more than they hold: each reaches over all that follow."""
    places = struct.pack(">IBBH", 0, 0x44, 0, 0xFFFF)
    text = full(b"infe", struct.pack(">HH", 1, 0) + b"mime\0", version=2)
    return heic(full(b"iinf", b"\0\1", text), *[box(b"iloc", places)] * 10_000)


def heic(*tables: bytes) -> bytes:
    return box(b"ftyp", b"heic\0\0\0\0mif1") + meta([ispe(96, 64)], ipma({1: [1]}), *tables)


@pytest.mark.parametrize(
    "described", [of_segments, of_chunks, of_blocks, of_boxes, of_items, of_tables]
)
def test_time_and_memory_are_bounded_when_a_file_is_of_countless_parts(
    described: Callable[[], bytes],
) -> None:
    data, started = described(), time.process_time()
    work(data)
    assert time.process_time() - started < MOST_SECONDS


def test_limit_is_felt_when_memory_runs_out() -> None:
    """The bound that the tests above run under is one."""
    with pytest.raises(MemoryError):
        bytearray(2 * ROOM_BYTES)
