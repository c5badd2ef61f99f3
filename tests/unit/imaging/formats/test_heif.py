"""HEIC: what its boxes say, and what libheif finds."""

from __future__ import annotations

import struct
import subprocess
import sys
from pathlib import Path

import piexif
import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.document import read_metadata
from darkroom.imaging.formats.heif import HeifImage
from PIL import Image

from local.paths import LAYERS
from tests.unit.imaging.formats.test_bmff import FTYP, box, full, ipma, ispe, meta, track
from tests.unit.imaging.pictures import (
    QUARTERS,
    encoded,
    photo,
    quartered,
    quarters,
    refusal,
    rendered,
    shown,
)


def test_size_is_that_of_the_whole_when_it_is_of_tiles() -> None:
    header = HeifImage(encoded(photo(200, 136), "HEIF", tile_size=64), ImageLimits()).header
    assert (header.width, header.height) == (200, 136)


def test_bomb_is_refused_from_its_boxes_when_they_promise_gigabytes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    data = encoded(photo(100, 80), "HEIF")
    lie = data.replace(struct.pack(">II", 100, 80), struct.pack(">II", 30_000, 30_000))
    assert lie != data
    opened = "darkroom.imaging.codecs.libheif.heif_facts"
    monkeypatch.setattr(opened, lambda _: pytest.fail("it was opened"))

    assert "900 megapixels" in refusal(lie).sentence


def test_orientation_is_only_told_when_its_exif_has_one() -> None:
    exif = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    metadata = read_metadata(encoded(photo(96, 64), "HEIF", exif=exif), ImageLimits())
    assert metadata.exif.orientation == 6
    assert (metadata.width, metadata.height) == (metadata.stored_width, metadata.stored_height)


def test_bit_depth_is_the_stored_one_when_grey_is_deep() -> None:
    ramp = Image.frombytes("I;16", (64, 64), struct.pack("<64H", *range(0, 65536, 1024)) * 64)
    assert read_metadata(encoded(ramp, "HEIF"), ImageLimits()).bit_depth == 10


@pytest.mark.parametrize(("cut", "code"), [(40, "truncated"), (None, "corrupt")])
def test_heic_is_refused_when_its_boxes_name_no_size(cut: int | None, code: str) -> None:
    data = encoded(photo(96, 64), "HEIF").replace(b"ispe", b"free").replace(b"hvc1", b"free")
    assert refusal(data[:cut]).code == code


def tile_of(data: bytes) -> tuple[bytes, bytes]:
    """The decoder's configuration and the codes of a HEIC of one image."""
    at = data.index(b"hvcC") - 4
    configuration = data[at : at + int.from_bytes(data[at : at + 4], "big")]
    media = data.index(b"mdat") + 4
    return configuration, data[media:]


def grid_of(columns: int, rows: int, *, edge: int, turns: int = 0) -> bytes:
    """A HEIC of equal tiles, all of them the same bytes of the file: quarters of four colours."""
    single = encoded(quartered(edge, edge), "HEIF", quality=90, chroma=420)
    configuration, codes = tile_of(single)
    count = columns * rows
    size = struct.pack(">II", columns * edge, rows * edge)
    grid = bytes([0, 1, rows - 1, columns - 1]) + size
    entries = full(b"infe", struct.pack(">HH", 1, 0), b"grid\0", version=2) + b"".join(
        full(b"infe", struct.pack(">HH", n, 0), b"hvc1\0", version=2) for n in range(2, count + 2)
    )
    names = struct.pack(f">HH{count}H", 1, count, *range(2, count + 2))
    properties = [
        configuration,
        ispe(edge, edge),
        full(b"ispe", size),
        box(b"irot", bytes([turns])),
    ]
    places = ipma({1: [3, 4]} | {n: [1, 2] for n in range(2, count + 2)})

    def file(start: int) -> bytes:
        table = struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(grid)) + b"".join(
            struct.pack(">HHHHII", n, 0, 0, 1, start, len(codes)) for n in range(2, count + 2)
        )
        held = meta(
            properties,
            places,
            full(b"hdlr", bytes(4), b"pict", bytes(13)),
            full(b"iinf", struct.pack(">H", count + 1), entries),
            full(b"iref", box(b"dimg", names)),
            full(b"iloc", b"\x44\0", struct.pack(">H", count + 1), table, version=1),
            box(b"idat", grid),
        )
        return FTYP + held

    return file(len(file(0)) + 8) + box(b"mdat", codes)


def test_tiles_are_in_their_places_when_a_grid_is_turned() -> None:
    for turns in range(4):
        made = shown(grid_of(3, 2, edge=64, turns=turns))
        assert made.size == ((192, 128) if turns % 2 == 0 else (128, 192))
        names = [QUARTERS, ["lime", "white", "red", "blue"], QUARTERS[::-1],
                 ["blue", "red", "white", "lime"]][turns]  # fmt: skip
        for left in range(0, made.width, 64):
            for top in range(0, made.height, 64):
                assert quarters(made.crop((left, top, left + 64, top + 64))) == names


def test_heic_of_tiles_has_the_limit_of_what_is_decoded_in_parts() -> None:
    data = grid_of(3, 2, edge=64)
    small = ImageLimits(max_pixels=1_000)
    assert rendered(data, small, width=16).width == 16
    assert refusal(data, ImageLimits(max_jpeg_pixels=24_000)).code == "too-large"
    assert refusal(encoded(photo(192, 128), "HEIF"), small).code == "too-large"


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="no /proc on this system")
@pytest.mark.parametrize("turns", [0, 1])
def test_memory_is_bounded_when_a_heic_has_200_megapixels(turns: int, tmp_path: Path) -> None:
    photo = tmp_path / "photo"
    photo.write_bytes(grid_of(27, 28, edge=512, turns=turns))
    command = [sys.executable, "-c", PEAK_OF, str(photo)]
    run = subprocess.run(
        command, env={"PYTHONPATH": LAYERS}, capture_output=True, text=True, check=True
    )
    assert int(run.stdout) / 1_000 <= 550


PEAK_OF = """
import re, sys
from pathlib import Path
from darkroom.imaging import ImageLimits, render
from darkroom.imaging.command.inspection import WEB
made = render(Path(sys.argv[1]).read_bytes(), WEB, ImageLimits())
assert made.facts.width * made.facts.height == 198_180_864
print(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1])
"""


def test_heif_is_refused_by_name_when_it_is_a_track_alone() -> None:
    entry = box(b"hvc1", bytes(24), struct.pack(">HH", 64, 48), bytes(50))
    table = full(b"stsd", struct.pack(">I", 1), entry)
    head = box(b"ftyp", b"hevc\0\0\0\0msf1hevc")
    error = refusal(head + track(box(b"minf", box(b"stbl", table))))
    assert error.code == "unsupported"
    assert "a HEIF picture that moves" in error.sentence


@pytest.mark.parametrize(
    ("codec", "inside"),
    [(b"jpeg", "JPEG"), (b"j2k1", "JPEG 2000"), (b"unci", "uncompressed"), (b"av01", "AV1")],
)
def test_heif_is_refused_by_name_when_another_codec_is_inside(codec: bytes, inside: str) -> None:
    for data in (encoded(photo(64, 64), "HEIF"), grid_of(2, 2, edge=64)):
        error = refusal(data.replace(b"hvc1\0", codec + b"\0"))
        assert error.code == "unsupported"
        assert f"a HEIF picture with {inside}" in error.sentence
