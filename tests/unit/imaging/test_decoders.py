"""WebP, AVIF and HEIC at a fraction of their size: the same picture, in less memory."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import piexif
import pytest
from darkroom.errors import PermanentError
from darkroom.imaging import Limits, Recipe, RenditionSpec, errors, render
from darkroom.imaging.libavif import avif_frames
from darkroom.imaging.libheif import heif_picture
from darkroom.imaging.libwebp import webp_picture
from darkroom.imaging.metadata import read_metadata
from darkroom.imaging.orientation import upright
from darkroom.imaging.pixels import load
from darkroom.imaging.source import open_source
from PIL import Image, ImageChops, ImageFile, ImageStat

from tests.unit.imaging.colours import DISPLAY_P3
from tests.unit.imaging.pictures import STORED, encoded, opened, photo, quartered, quarters

ODD = (301, 333)  # several bands of an AVIF, the last one short
EVEN = (300, 332)


@pytest.fixture
def everything_is_large(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if 1,000 pixels were as many as Pillow could be asked to decode."""
    monkeypatch.setattr("darkroom.imaging.source.MAX_PIXELS", 1000)


def clear(picture: Image.Image) -> Image.Image:
    """The picture, from clear at its left to opaque at its right."""
    picture = picture.convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").rotate(90).resize(picture.size))
    return picture


def differences(one: Image.Image, other: Image.Image) -> ImageStat.Stat:
    """Of each channel, in levels; colours count as far as they can be seen."""
    assert (one.mode, one.size) == (other.mode, other.size)
    if one.mode == "RGBA":
        one, other = one.convert("RGBa"), other.convert("RGBa")
    return ImageStat.Stat(ImageChops.difference(one, other))


def largest(one: Image.Image, other: Image.Image) -> int:
    return max(most for _, most in differences(one, other).extrema)


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("part", [1, 2, 4])
def test_webp_is_the_average_of_its_pixels_when_divided(part: int, alpha: bool) -> None:
    picture = clear(photo(*EVEN)) if alpha else photo(*EVEN)
    data = encoded(picture, "WEBP", lossless=True)

    assert largest(webp_picture(data, EVEN, part), picture.reduce(part)) <= 1


@pytest.mark.parametrize("alpha", [False, True])
@pytest.mark.parametrize("lossless", [False, True])
@pytest.mark.parametrize("part", [1, 2, 8])
def test_webp_looks_as_pillow_makes_it_when_divided(part: int, lossless: bool, alpha: bool) -> None:
    picture = clear(photo(*ODD)) if alpha else photo(*ODD)
    data = encoded(picture, "WEBP", lossless=lossless, quality=90)

    divided = webp_picture(data, ODD, part)

    reference = opened(data).resize(divided.size, Image.Resampling.LANCZOS)
    if part == 1:
        assert largest(divided, reference) == 0
    assert max(differences(divided, reference).mean) < 1.5


@pytest.mark.parametrize(
    ("mode", "subsampling"),
    [("RGB", "4:2:0"), ("RGB", "4:2:2"), ("RGB", "4:4:4"), ("RGBA", "4:2:0"), ("L", "4:0:0")],
)
@pytest.mark.parametrize("size", [ODD, EVEN])
@pytest.mark.parametrize("part", [1, 2, 8])
def test_avif_is_the_average_of_its_pixels_when_divided(
    part: int, size: tuple[int, int], mode: str, subsampling: str
) -> None:
    picture = clear(photo(*size)) if mode == "RGBA" else photo(*size).convert(mode)
    data = encoded(picture, "AVIF", subsampling=subsampling, quality=90)

    ((divided, _),) = avif_frames(data, Limits(), part)

    assert largest(divided, opened(data).reduce(part)) == 0


def test_avif_that_moves_comes_at_a_half_when_no_more_is_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    frames = [photo(*EVEN), photo(*EVEN).transpose(Image.Transpose.ROTATE_180)]
    data = encoded(frames[0], "AVIF", save_all=True, append_images=frames[1:], duration=70)
    asked: list[int] = []

    def watched(*arguments: Any) -> Any:
        asked.append(arguments[-1])
        return avif_frames(*arguments)

    monkeypatch.setattr("darkroom.imaging.libavif.avif_frames", watched)
    web = RenditionSpec(name="web", width=140, format="webp", animated=True, quality=100)
    made = render(data, Recipe(renditions=(web,)), Limits()).renditions[0]

    assert (asked, made.frames, made.width) == ([2], 2, 140)
    for index, (frame, _) in enumerate(avif_frames(data, Limits())):
        shown = opened(made.data)
        shown.seek(index)
        expected = frame.resize(shown.size, Image.Resampling.LANCZOS)
        assert max(differences(shown.convert("RGB"), expected).mean) < 2.5


@pytest.mark.parametrize("format_", ["JPEG", "progressive", "WEBP", "AVIF", "HEIF"])
@pytest.mark.parametrize(
    ("size", "wanted", "decoded"),
    [
        pytest.param((199, 96), (100, 48), (100, 48), id="half of an odd side"),
        pytest.param((199, 96), (101, 48), (199, 96), id="a pixel more"),
        pytest.param((400, 301), (50, 38), (50, 38), id="an eighth"),
        pytest.param((400, 305), (50, 40), (100, 77), id="by the side that shrinks less"),
        pytest.param((90, 60), (90, 60), (90, 60), id="whole"),
    ],
)
def test_picture_is_decoded_at_the_smallest_size_that_is_large_enough(
    format_: str, size: tuple[int, int], wanted: tuple[int, int], decoded: tuple[int, int]
) -> None:
    if format_ == "progressive":
        data = encoded(photo(*size), "JPEG", progressive=True)
    else:
        data = encoded(photo(*size), format_)

    assert load(open_source(data, Limits()), wanted).size == decoded


@pytest.mark.parametrize("size", [(1, 1), (1, 9), (15, 2), (3, 3)])
def test_tiny_jpeg_is_decoded_when_less_than_that_is_wanted(size: tuple[int, int]) -> None:
    data = encoded(photo(*size), "JPEG")
    assert min(load(open_source(data, Limits()), (1, 1)).size) >= 1


@pytest.mark.parametrize(
    ("most", "written"), [(8_000, (100, 80)), (7_999, (50, 40))], ids=["enough", "too little"]
)
def test_jpeg_that_streams_is_halved_when_memory_has_no_room_for_it_whole(
    most: int, written: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unless a box has to be filled, for which pixels would have to be made up."""
    data = encoded(photo(100, 80), "JPEG")
    box = RenditionSpec(name="box", width=90, height=70, resize="cover")
    web = RenditionSpec(name="web", width=16_000, height=16_000)
    sharp = render(data, Recipe(renditions=(box,)), Limits()).renditions

    monkeypatch.setattr("darkroom.imaging.source._MAX_STREAMED_WHOLE", most)

    (made,) = render(data, Recipe(renditions=(web,)), Limits()).renditions
    assert (made.width, made.height) == written
    assert render(data, Recipe(renditions=(box,)), Limits()).renditions == sharp


@cache
def of_tiles(mode: str, orientation: int) -> bytes:
    turned = piexif.dump({"0th": {piexif.ImageIFD.Orientation: orientation}})
    picture = photo(*EVEN).convert(mode)
    return encoded(picture, "HEIF", tile_size=64, exif=turned, enc_params={"preset": "ultrafast"})


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "L"])
@pytest.mark.parametrize("part", [1, 2, 8])
def test_heic_is_the_average_of_its_pixels_when_it_is_of_tiles(
    part: int, mode: str, orientation: int
) -> None:
    """The last column of tiles and their last row reach beyond the picture."""
    data = of_tiles(mode, orientation)
    whole, turn = opened(data), STORED[orientation]
    assert (whole.mode, whole.info["tiling"]["tile_width"]) == (mode, 64)

    divided = heif_picture(data, whole.size, mode, Limits(), part)

    stored = whole.transpose(turn) if turn is not None else whole
    assert largest(divided, upright(stored.reduce(part), orientation)) == 0


@pytest.mark.parametrize("size", [ODD, EVEN])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
@pytest.mark.parametrize("part", [1, 2, 8])
def test_heic_is_the_average_of_its_pixels_when_it_is_whole(
    part: int, mode: str, size: tuple[int, int]
) -> None:
    """One of odd sides is cropped: what is coded has even ones."""
    picture = clear(photo(*size)) if mode == "RGBA" else photo(*size).convert(mode)
    data = encoded(picture, "HEIF", quality=90)

    assert largest(heif_picture(data, size, mode, Limits(), part), opened(data).reduce(part)) == 0


def test_heic_has_8_bits_when_it_is_deep_and_grey() -> None:
    """pillow-heif writes 10 bits of the 16, and reads them back as 16."""
    ramp = Image.frombytes("I;16", (256, 64), struct.pack("<256H", *range(0, 65536, 256)) * 64)
    data = encoded(ramp, "HEIF", quality=-1)
    assert opened(data).mode == "I;16"

    grey = heif_picture(data, (256, 64), "I;16", Limits(), 1)

    assert largest(grey, Image.frombytes("L", (256, 64), bytes(range(256)) * 64)) <= 1


def test_heic_of_tiles_is_decoded_whole_when_they_cannot_be_divided() -> None:
    data = encoded(photo(200, 136), "HEIF", tile_size=100, quality=90, chroma=444)
    whole = opened(data)
    assert whole.info["tiling"]["tile_width"] == 100

    assert largest(heif_picture(data, whole.size, "RGB", Limits(), 8), whole.reduce(8)) == 0


def test_heic_of_tiles_is_cropped_when_its_file_says_so() -> None:
    """The clean aperture (ISO/IEC 14496-12, 12.1.4.1) stands where a profile of its length was,
    which is taken from the tiles: their third property becomes their fifth."""
    data = encoded(photo(200, 136), "HEIF", tile_size=64, icc_profile=bytes(28))
    place = data.index(b"colrprof")
    aperture = struct.pack(">8I", 150, 1, 100, 1, 0, 1, 0, 1)
    cropped = data[:place] + b"clap" + aperture + data[place + 36 :]
    cropped = cropped.replace(bytes([4, 0x82, 3, 4, 5]), bytes([4, 0x82, 5, 4, 5]))
    whole = opened(cropped)
    assert (whole.size, whole.info["tiling"]["tile_width"]) == ((150, 100), 64)

    assert largest(heif_picture(cropped, whole.size, "RGB", Limits(), 2), whole.reduce(2)) == 0


@pytest.mark.parametrize("side", [b"\x7f\xff", b"\x00\x20", b"\x01\x2b"])
def test_heic_of_tiles_is_refused_when_their_whole_is_of_another_size(side: bytes) -> None:
    """The grid item (ISO/IEC 23008-12, 6.6.2.3.2) has sides of its own beside the header's."""
    data = of_tiles("RGB", 1)
    grid = data.index(bytes([0, 0, 5, 4]) + struct.pack(">HH", *EVEN)) + 4
    broken = data[:grid] + side + data[grid + 2 :]
    assert broken != data

    with pytest.raises(errors.CorruptImage):
        render(broken, Recipe(renditions=(RenditionSpec(name="one"),)), Limits())


_TOO_MUCH = """
import resource, sys
from pathlib import Path
from darkroom.imaging import Limits, Recipe, RenditionSpec, errors, render

data, one = Path(sys.argv[1]).read_bytes(), Recipe(renditions=(RenditionSpec(name="one"),))
before = resource.getrlimit(resource.RLIMIT_DATA)
try:
    render(data, one, Limits(max_memory=int(sys.argv[2])))
except errors.ImageTooLarge as refusal:
    print(refusal)
assert resource.getrlimit(resource.RLIMIT_DATA) == before
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is bounded on Linux only")
@pytest.mark.parametrize("most", [9_000_000, 90_000_000])
@pytest.mark.parametrize(
    ("format_", "options"),
    [("AVIF", {"speed": 10}), ("HEIF", {}), ("HEIF", {"tile_size": 1024})],
)
def test_picture_is_refused_by_name_when_its_decoder_takes_too_much_memory(
    format_: str, options: dict[str, int], most: int, tmp_path: Path
) -> None:
    """In a process of its own, whose memory nothing has used before."""
    upload = tmp_path / "upload"
    upload.write_bytes(encoded(photo(1536, 1536), format_, **options))
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "1000000"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)

    done = subprocess.run(
        [sys.executable, "-c", _TOO_MUCH, str(upload), str(most)],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert ("takes more memory" in done.stdout) is (most < 10_000_000), done.stdout


def test_first_frame_is_on_its_canvas_when_a_webp_moves() -> None:
    """The first frame fills a corner of its canvas; the rest of that is clear."""
    canvas = Image.new("RGBA", (64, 48))
    canvas.paste(quartered(32, 16), (16, 24))
    frames = [canvas, Image.new("RGBA", (64, 48), "blue")]
    data = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert data.count(b"ANMF") == 2

    for part in (1, 2):
        assert largest(webp_picture(data, (64, 48), part), canvas.reduce(part)) <= 1


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF", "HEIF"])
def test_large_picture_comes_out_like_a_small_one_when_it_is_halved(
    format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pillow, whose decoding takes too much memory, is not asked for pixels."""
    turned = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    options: dict[str, Any] = {"exif": turned, "icc_profile": DISPLAY_P3.profile(), "quality": 95}
    data = encoded(quartered(96, 64), format_, **options)
    recipe = Recipe(renditions=(RenditionSpec(name="all", width=500, format="png"),), preview=True)

    with monkeypatch.context() as patch:
        patch.setattr(ImageFile.ImageFile, "load", _refuse)
        large = render(data, recipe, Limits())
    monkeypatch.undo()
    small = render(data, recipe, Limits())

    assert large.facts == small.facts
    rendition = opened(large.renditions[0].data)
    whole = opened(small.renditions[0].data)
    assert (rendition.size, whole.size) == ((32, 48), (64, 96))
    assert quarters(rendition) == quarters(whole) == ["blue", "red", "white", "lime"]
    assert max(differences(rendition, whole.reduce(2)).mean) < 2.5  # at the quarters' edges


def _refuse(_: Any) -> None:
    raise AssertionError("Pillow decoded pixels")


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF", "HEIF"])
def test_metadata_is_that_of_the_whole_when_a_picture_is_halved(
    format_: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(photo(), format_, exif=piexif.dump({"0th": {piexif.ImageIFD.Make: "Maker"}}))

    large = read_metadata(data, Limits())
    monkeypatch.undo()

    assert large == read_metadata(data, Limits())
    assert (large.width, large.height, large.exif.make) == (480, 320, "Maker")


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF", "HEIF"])
def test_large_picture_is_refused_by_name_when_it_is_cut_short(format_: str) -> None:
    data = encoded(photo(), format_)
    for end in (len(data) // 2, len(data) - 1):
        with pytest.raises((errors.TruncatedImage, errors.CorruptImage)):
            render(data[:end], Recipe(renditions=(RenditionSpec(name="one"),)), Limits())


@pytest.mark.usefixtures("everything_is_large")
@pytest.mark.parametrize("format_", ["WEBP", "AVIF", "HEIF"])
def test_only_our_errors_leave_when_large_pictures_are_broken(format_: str) -> None:
    data = encoded(photo(96, 64), format_)
    for at in range(0, len(data), 7):
        broken = data[:at] + bytes([data[at] ^ 0x5A]) + data[at + 1 :]
        try:
            render(broken, Recipe(renditions=(RenditionSpec(name="one", width=16),)), Limits())
        except PermanentError:
            continue
