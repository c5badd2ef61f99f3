"""A sequential JPEG with its components in several scans: each is decoded alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import pytest
from darkroom.imaging import Limits, Recipe, render
from darkroom.imaging.colour import eight_bits, to_srgb
from darkroom.imaging.errors import ImageTooLarge, TruncatedImage
from darkroom.imaging.file_bytes import bytes_of
from darkroom.imaging.pixels import decode
from darkroom.imaging.recipe import inside
from darkroom.imaging.resampling import lanczos
from darkroom.imaging.source import open_source

from tests.unit.imaging.pictures import opened
from tests.unit.imaging.test_decoders import differences
from tests.unit.imaging.test_file_bytes import only_linux, peak_of

SIZE = (317, 235)
Scans = Sequence[tuple[int, ...]]
APART = [(0,), (1,), (2,)]
HALVED = ((2, 2), (1, 1), (1, 1))
WHOLE = ((1, 1),) * 4
JFIF = b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"


def adobe(transform: int) -> bytes:
    return b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0" + bytes([transform])


@dataclass(frozen=True)
class Flat:
    """A JPEG of flat blocks, written here, for no encoder at hand chooses its scans."""

    size: tuple[int, int] = SIZE
    samplings: Sequence[tuple[int, int]] = HALVED
    ids: bytes = b"\1\2\3"
    before: bytes = JFIF
    restart: int = 0

    def jpeg(self, scans: Scans) -> bytes:
        frame = b"\x08" + self.size[1].to_bytes(2, "big") + self.size[0].to_bytes(2, "big")
        frame += bytes([len(self.ids)]) + b"".join(
            bytes([id_, across << 4 | down, component])
            for component, (id_, (across, down)) in enumerate(
                zip(self.ids, self.samplings, strict=False)
            )
        )
        # Four bits for the size of a difference, and one for the end of a block.
        differences = segment(0xC4, b"\0" + bytes([0, 0, 0, 12] + 12 * [0] + [*range(12)]))
        ends = segment(0xC4, b"\x10" + bytes([1] + 15 * [0] + [0]))
        restarts = segment(0xDD, self.restart.to_bytes(2, "big"))
        data = b"\xff\xd8" + self.before + segment(0xC0, frame) + differences + ends + restarts
        for scan in scans:
            # Quantised by 8, so that a level is one of its block's mean. Each component has a table
            # of its own, where it is needed.
            for component in scan:
                data += segment(0xDB, bytes([component] + [8] * 64))
            header = b"".join(bytes([self.ids[component], 0]) for component in scan)
            data += segment(0xDA, bytes([len(scan)]) + header + b"\0\x3f\0") + self.coded(scan)
        return data + b"\xff\xd9"

    def coded(self, scan: tuple[int, ...]) -> bytes:
        data, bits, before = b"", "", dict.fromkeys(scan, 128)
        for number, unit in enumerate(self.units(scan)):
            if self.restart and number and number % self.restart == 0:
                data += stuffed(bits) + bytes([0xFF, 0xD0 + (number // self.restart - 1) % 8])
                bits, before = "", dict.fromkeys(scan, 128)
            for component, level in unit:
                difference = level - before[component]
                before[component] = level
                length = abs(difference).bit_length()
                value = difference if difference > 0 else difference + (1 << length) - 1
                bits += f"{length:04b}" + (f"{value:0{length}b}" if length else "") + "0"
        return data + stuffed(bits)

    def units(self, scan: tuple[int, ...]) -> Iterator[list[tuple[int, int]]]:
        """The blocks that belong together, each as its component and its level (T.81, A.2)."""
        most = [max(s[axis] for s in self.samplings[: len(self.ids)]) for axis in (0, 1)]
        if len(scan) == 1:
            ((across, down),) = [self.samplings[scan[0]]]
            for y in range(ceil(ceil(self.size[1] * down / most[1]) / 8)):
                for x in range(ceil(ceil(self.size[0] * across / most[0]) / 8)):
                    yield [(scan[0], self.level(scan[0], x, y))]
            return
        for y in range(ceil(self.size[1] / most[1] / 8)):
            for x in range(ceil(self.size[0] / most[0] / 8)):
                yield [
                    (component, self.level(component, x * across + right, y * down + below))
                    for component in scan
                    for across, down in [self.samplings[component]]
                    for below in range(down)
                    for right in range(across)
                ]

    def level(self, component: int, x: int, y: int) -> int:
        """A slope in another direction for each component, gentle, for its blocks can be seen."""
        across, down = self.samplings[component]
        right, below = x * 8 / across, y * 8 / down
        slope = (right + below, right - below, below - right, 2 * right)[component]
        return 120 + round(slope / 12)


def segment(marker: int, body: bytes) -> bytes:
    return bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body


def stuffed(bits: str) -> bytes:
    bits += "1" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big").replace(b"\xff", b"\xff\0")


@pytest.mark.parametrize("longest", [317, 200, 70])
@pytest.mark.parametrize(
    ("picture", "scans"),
    [
        pytest.param(Flat(), APART, id="4:2:0"),
        pytest.param(Flat(), [(2,), (0,), (1,)], id="in another order"),
        pytest.param(Flat(), [(0,), (1, 2)], id="chroma together"),
        pytest.param(Flat(), [(0, 1), (2,)], id="two of different sizes together"),
        pytest.param(Flat(samplings=((2, 1), (1, 1), (1, 1))), APART, id="4:2:2"),
        pytest.param(Flat(samplings=((1, 1), (2, 2), (1, 2))), APART, id="luma is the smaller"),
        pytest.param(Flat(samplings=((4, 1), (1, 1), (2, 1))), [(0,), (1, 2)], id="4:1:1"),
        pytest.param(Flat(restart=7), APART, id="restarts"),
        pytest.param(Flat(before=b""), APART, id="no marker"),
        pytest.param(Flat(samplings=WHOLE, ids=b"RGB", before=b""), APART, id="RGB by its names"),
        pytest.param(Flat(samplings=WHOLE, ids=b"RGB"), APART, id="YCbCr in spite of its names"),
        pytest.param(Flat(samplings=WHOLE, before=adobe(0)), APART, id="RGB by Adobe's marker"),
        pytest.param(Flat(before=adobe(1)), APART, id="YCbCr by Adobe's marker"),
        pytest.param(Flat(samplings=WHOLE, ids=b"\1\2\3\4", before=b""), [*APART, (3,)], id="CMYK"),
        pytest.param(
            Flat(samplings=WHOLE, ids=b"\1\2\3\4", before=adobe(0)),
            [(0, 1), (2, 3)],
            id="CMYK by Adobe's marker",
        ),
        pytest.param(
            Flat(samplings=(*HALVED, (2, 2)), ids=b"\1\2\3\4", before=adobe(2)),
            [(0, 1, 2), (3,)],
            id="YCCK",
        ),
        pytest.param(
            Flat(samplings=WHOLE, ids=b"RGBK", before=adobe(0)),
            [(0, 1, 2), (3,)],
            id="CMYK in spite of its names",
        ),
    ],
)
def test_picture_in_several_scans_is_the_one_that_libjpeg_makes(
    picture: Flat, scans: Scans, longest: int, tmp_path: Path
) -> None:
    data = picture.jpeg(scans)
    (tmp_path / "picture").write_bytes(data)

    source = open_source(data, Limits())
    made = decode(source, longest)

    reference = to_srgb(lanczos(eight_bits(opened(data)), made.size), None)
    assert source.streams
    assert len(source.scans) == len(scans)
    # Chroma is enlarged by LANCZOS, not by libjpeg's triangle.
    assert max(differences(made, reference).mean) < 0.7
    assert max(most for _, most in differences(made, reference).extrema) <= 6
    assert decode(open_source(bytes_of(tmp_path / "picture"), Limits()), longest) == made


@pytest.mark.parametrize(
    "scans",
    [
        pytest.param([(0,), (1,), (1,), (2,)], id="a component twice"),
        pytest.param([(0,), (0, 1, 2)], id="all of them again"),
    ],
)
def test_scans_that_are_not_one_for_each_component_are_left_to_libjpeg(scans: Scans) -> None:
    data = Flat().jpeg(scans)
    source = open_source(data, Limits())

    assert not source.streams
    reference = lanczos(opened(data).convert("RGB"), SIZE)
    assert differences(decode(source, 317), reference).extrema == [(0, 0)] * 3


def between(segments: bytes) -> bytes:
    """A picture with these behind its first scan."""
    data = Flat().jpeg(APART)
    end = open_source(data, Limits()).scans[0].end
    return data[:end] + segments + data[end:]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(Flat().jpeg([(0,), (1,)]), id="a component in no scan"),
        pytest.param(between(segment(0xDA, b"\0\0\x3f\0")), id="a scan of no component"),
        pytest.param(between(1100 * segment(0xDB, bytes(65))), id="more tables than there can be"),
        pytest.param(Flat().jpeg(APART).replace(b"\xff\xc0", b"\xff\xc2"), id="progressive"),
    ],
)
def test_only_what_is_sure_to_stream_does(data: bytes) -> None:
    assert not open_source(data, Limits()).streams


def test_what_is_between_scans_and_no_table_is_passed_over() -> None:
    assert decode(open_source(between(40 * segment(0xFE, bytes(60_000))), Limits()), 317) == decode(
        open_source(Flat().jpeg(APART), Limits()), 317
    )


@pytest.mark.parametrize("window", [1, 2, 3, 1000])
def test_scans_are_found_wherever_they_are_looked_for(
    window: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = Flat(restart=7).jpeg(APART)
    scans = open_source(data, Limits()).scans
    assert data[scans[0].end :].startswith(b"\xff\xdb")
    assert data[scans[2].end :] == b"\xff\xd9"

    monkeypatch.setattr("darkroom.imaging.file_bytes._WINDOW", window)
    assert open_source(data, Limits()).scans == scans


def test_picture_is_truncated_when_its_last_scan_is() -> None:
    data = Flat().jpeg(APART)
    for rest in (data[:-2], data[:-100]):
        with pytest.raises(TruncatedImage):
            render(rest, Recipe(renditions=(inside("small", 100, "jpeg", 80),)), Limits())


def test_picture_in_several_scans_may_be_as_large_as_one_that_streams() -> None:
    data = Flat(size=(64, 40)).jpeg(APART)
    recipe = Recipe(renditions=(inside("small", 32, "jpeg", 80),))

    render(data, recipe, Limits(max_pixels=1, max_jpeg_pixels=64 * 40))
    with pytest.raises(ImageTooLarge):
        render(data, recipe, Limits(max_jpeg_pixels=64 * 40 - 1))


class Grey(Flat):
    """Without a difference between any two blocks: five bits of zero for each. More are no harm."""

    def coded(self, scan: tuple[int, ...]) -> bytes:
        return bytes(20_000_000 * len(scan))


@only_linux
@pytest.mark.parametrize("scans", [APART, [(0,), (1, 2)]])
@pytest.mark.parametrize("size", [(7676, 7676), (11547, 8660)])
def test_large_picture_takes_no_more_memory_in_several_scans_than_in_one(
    size: tuple[int, int], scans: Scans, tmp_path: Path
) -> None:
    for name, in_scans in (("one", [(0, 1, 2)]), ("several", scans)):
        (tmp_path / name).write_bytes(Grey(size, WHOLE).jpeg(in_scans))

    assert peak_of(tmp_path / "several") < 1.1 * peak_of(tmp_path / "one")
