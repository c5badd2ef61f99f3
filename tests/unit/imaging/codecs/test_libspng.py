"""libspng by ctypes: the picture that Pillow makes, at a fraction of its size."""

from __future__ import annotations

import subprocess
import sys

import pytest
from darkroom.imaging.codecs.libspng import png_picture
from darkroom.imaging.formats.excerpt import excerpt
from PIL import Image

from local.paths import LAYERS
from tests.unit.imaging.pictures import ODD, clear, encoded, largest_difference, photo

MODES = ("L", "LA", "RGB", "RGBA")


def picture(mode: str) -> Image.Image:
    return (clear(photo(*ODD)) if mode.endswith("A") else photo(*ODD)).convert(mode)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("scale", [1, 2, 4, 8])
def test_png_is_the_average_of_its_pixels_when_divided(scale: int, mode: str) -> None:
    data = encoded(picture(mode), "PNG")

    divided = png_picture(excerpt([data]), ODD, mode, scale)

    reference = picture(mode).reduce(scale)
    assert (divided.size, divided.mode) == (reference.size, mode)
    assert largest_difference(divided, reference) == 0


@pytest.mark.parametrize("mode", MODES)
def test_png_is_refused_when_rows_are_missing(mode: str) -> None:
    data = encoded(picture(mode), "PNG")
    with pytest.raises(OSError, match="libspng"):
        png_picture(excerpt([data[: len(data) // 2]]), ODD, mode)


def test_png_is_refused_when_its_rows_are_longer_than_its_header_says() -> None:
    data = encoded(picture("RGB"), "PNG")
    with pytest.raises(OSError, match="libspng"):
        png_picture(excerpt([data]), (ODD[0] - 1, ODD[1]), "RGB")


def test_neither_pyspng_nor_numpy_is_imported_when_a_png_is_decoded() -> None:
    script = (
        "import io, sys; from PIL import Image; from darkroom.imaging.codecs.libspng import *;"
        "file = io.BytesIO(); Image.new('RGB', (9, 9)).save(file, 'PNG');"
        "png_picture(io.BufferedReader(io.BytesIO(file.getvalue())), (9, 9), 'RGB');"
        "assert not {'pyspng', 'numpy'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], env={"PYTHONPATH": LAYERS}, check=False)
    assert done.returncode == 0
