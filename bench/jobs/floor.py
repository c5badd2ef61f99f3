"""The floor: codecs alone. The photo is decoded at the scale that is needed, or whole where its
decoder knows no scale, and pixels that are ready are encoded; there is nothing between.

libjpeg-turbo decodes JPEG, libheif HEIC, both as Pillow and pillow-heif have them.
"""

from __future__ import annotations

import io
from dataclasses import replace

import pillow_heif
from darkroom.imaging import ImageLimits, render
from PIL import Image

from bench.jobs import EDGES, QUALITY
from bench.jobs.darkroom import recipe
from bench.jobs.measured import keep_to_processors, measure, threads

_ready: dict[str, Image.Image] = {}


def make_ready(data: bytes, logo: bytes) -> None:
    """Darkroom's five renditions as pixels."""
    wanted = recipe(logo)
    lossless = tuple(replace(spec, format="png") for spec in wanted.renditions)
    made = render(data, replace(wanted, renditions=lossless), ImageLimits()).renditions
    for rendition in made:
        _ready[rendition.name] = Image.open(io.BytesIO(rendition.data)).convert("RGB")


def job(data: bytes, _: bytes) -> dict[str, bytes]:
    with Image.open(io.BytesIO(data)) as opened:
        scale = min(1.0, EDGES[0] / max(opened.size))
        opened.draft("RGB", (round(opened.width * scale), round(opened.height * scale)))
        opened.load()
    return {name: saved(picture) for name, picture in _ready.items()}


def saved(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


if __name__ == "__main__":
    keep_to_processors(threads())
    pillow_heif.register_heif_opener()
    measure(job, before=make_ready)
