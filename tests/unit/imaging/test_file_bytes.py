"""A picture that stays in its file is the same as its bytes, and takes no memory for them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from darkroom.errors import EmptyUpload
from darkroom.imaging import Limits, Recipe, render
from darkroom.imaging.errors import TruncatedImage
from darkroom.imaging.file_bytes import FileBytes, bytes_of, reading
from darkroom.imaging.metadata import read_metadata
from darkroom.imaging.recipe import inside
from PIL import Image

from local.paths import LAYERS
from tests.unit.imaging.pictures import encoded, exif_with, photo

RECIPE = Recipe(renditions=(inside("small", 200, "jpeg", 80), inside("web", 300, "webp", 80)))
only_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux tells a process's memory"
)
UPRIGHT = exif_with(0x0112, 3, 1, b"\0\6\0\0")


def kept(folder: Path, data: bytes) -> bytes | FileBytes:
    path = folder / "picture"
    path.write_bytes(data)
    return bytes_of(path)


def multi_picture() -> bytes:
    return encoded(photo(), "MPO", save_all=True, append_images=[photo(240, 160)])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(encoded(photo(), "JPEG", exif=UPRIGHT), id="jpeg"),
        pytest.param(encoded(photo(), "JPEG", progressive=True), id="progressive"),
        pytest.param(encoded(photo().convert("CMYK"), "JPEG"), id="cmyk"),
        pytest.param(multi_picture(), id="mpo"),
        pytest.param(encoded(photo(), "PNG"), id="png"),
        pytest.param(encoded(photo(), "WEBP"), id="webp"),
        pytest.param(encoded(photo(), "AVIF"), id="avif"),
        pytest.param(encoded(photo(), "TIFF"), id="tiff"),
        pytest.param(encoded(photo(), "GIF"), id="gif"),
    ],
)
def test_what_is_made_of_a_file_is_what_is_made_of_its_bytes(data: bytes, tmp_path: Path) -> None:
    file = kept(tmp_path, data)

    assert isinstance(file, FileBytes) == data.startswith(b"\xff\xd8")
    assert render(file, RECIPE, Limits()) == render(data, RECIPE, Limits())
    assert read_metadata(file, Limits()) == read_metadata(data, Limits())


def test_file_is_refused_as_its_bytes_are(tmp_path: Path) -> None:
    with pytest.raises(EmptyUpload):
        render(kept(tmp_path, b""), RECIPE, Limits())
    whole = encoded(photo(), "JPEG")
    with pytest.raises(TruncatedImage):
        render(kept(tmp_path, whole[: len(whole) // 2]), RECIPE, Limits())


def test_file_is_read_to_its_end_in_parts_of_any_size(tmp_path: Path) -> None:
    data = b"\xff\xd8\xff" + bytes(range(256)) * 100
    file = reading(kept(tmp_path, data))

    parts = iter(lambda: file.read(4099), b"")

    assert b"".join(parts) == data


def resident(path: Path) -> int:
    """Bytes of a mapped file that are in this process's memory (proc_pid_smaps(5))."""
    mappings = Path("/proc/self/smaps").read_text()
    (size,) = re.findall(rf"{re.escape(str(path))}\n(?:\w+:.*\n)*?Rss: +(\d+) kB", mappings)
    return int(size) * 1024


@only_linux
def test_pages_are_given_back_wherever_reading_begins(tmp_path: Path) -> None:
    """With a page that is looked at, the kernel maps what is near: what was given back before."""
    file = kept(tmp_path, b"\xff\xd8\xff" + bytes(6_000_000))
    assert isinstance(file, FileBytes)
    file.seek(40_000)

    while file.read(100_000):
        pass

    assert resident(tmp_path / "picture") < 100_000


@only_linux
def test_page_stays_while_it_is_read_byte_by_byte(tmp_path: Path) -> None:
    """Or the kernel would map it anew for each: a minute for a header of 16 MB."""
    file = kept(tmp_path, b"\xff\xd8\xff" + bytes(1000))

    assert isinstance(file, FileBytes)
    file.read(1)

    assert resident(tmp_path / "picture") > 0


_PEAK = """
import re, sys
from contextlib import suppress
from pathlib import Path
from darkroom.errors import PermanentError
from darkroom.imaging import Limits, Recipe, render
from darkroom.imaging.file_bytes import bytes_of
from darkroom.imaging.metadata import read_metadata
from darkroom.imaging.recipe import inside

data = {"bytes": Path.read_bytes, "file": bytes_of}[sys.argv[1]](Path(sys.argv[2]))
with suppress(PermanentError):
    render(data, Recipe(renditions=(inside("large", 1920, "jpeg", 80),)), Limits())
    read_metadata(data, Limits())
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) * 1024)
"""


def peak_of(path: Path, how: str = "file") -> int:
    """Bytes of memory that a process of its own takes for a picture, at most."""
    done = subprocess.run(
        [sys.executable, "-c", _PEAK, how, path],
        env={"PYTHONPATH": LAYERS},
        capture_output=True,
        text=True,
        check=True,
    )
    return int(done.stdout)


@only_linux
def test_size_of_a_jpeg_file_makes_no_difference_to_memory(tmp_path: Path) -> None:
    grain = Image.frombytes("RGB", (3200, 2400), Random(7).randbytes(3 * 3200 * 2400))
    path = tmp_path / "grain.jpg"
    grain.save(path, quality=98, subsampling=0)
    size = path.stat().st_size

    assert size > 15e6
    assert peak_of(path, "bytes") - peak_of(path, "file") > 0.9 * size


@only_linux
@pytest.mark.parametrize(
    ("marker", "start"),
    [
        pytest.param(0xE1, b"http://ns.adobe.com/xmp/extension/\0", id="depth map in XMP"),
        pytest.param(0xE1, b"Exif\0\0MM\0*\0\0\0\x08\0\0", id="EXIF beyond a segment"),
        pytest.param(0xED, b"Photoshop 3.0\0", id="Photoshop"),
    ],
)
def test_what_a_large_jpeg_says_of_itself_makes_no_difference_to_memory(
    tmp_path: Path, marker: int, start: bytes
) -> None:
    plain = encoded(Image.new("RGB", (7600, 7600), "teal"), "JPEG")
    body = start + bytes(60_000)
    segment = bytes([0xFF, marker]) + (len(body) + 2).to_bytes(2, "big") + body
    described = plain[:2] + 200 * segment + plain[2:]
    for name, data in (("plain", plain), ("described", described)):
        (tmp_path / name).write_bytes(data)

    more = peak_of(tmp_path / "described") - peak_of(tmp_path / "plain")

    assert more < 0.5 * (len(described) - len(plain))


@only_linux
@pytest.mark.parametrize("name", ["behind", "before"])
def test_what_is_no_picture_in_a_jpeg_file_makes_no_difference_to_memory(
    tmp_path: Path, name: str
) -> None:
    """A video behind it, as phones put it there; or bytes that fill up, which are refused."""
    picture = encoded(photo(), "JPEG")
    more = bytes(40_000_000)
    data = picture + more if name == "behind" else picture[:2] + more.replace(b"\0", b"\xff")
    (tmp_path / "plain").write_bytes(picture)
    (tmp_path / name).write_bytes(data)

    assert peak_of(tmp_path / name) < peak_of(tmp_path / "plain") + 0.2 * len(more)
