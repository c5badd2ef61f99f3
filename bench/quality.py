"""How like the original the renditions are: `python -m bench.quality PHOTO FOLDER`.

Mean SSIM (Wang et al. 2004) of lightness over the four renditions, each against the photo decoded
at full size, resized to the rendition's own dimensions by Pillow's LANCZOS, converted to sRGB and
turned upright. The references are kept beside the photos.
"""

from __future__ import annotations

import hashlib
import io
import sys
from functools import cache
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageCms, ImageOps
from skimage.metrics import structural_similarity

from bench.engines import HOME
from bench.jobs import EDGES

REFERENCES = HOME / "references"


def mean_ssim(photo: Path, folder: Path) -> float:
    """Over the renditions in a folder; 1 means the same picture."""
    key = hashlib.sha256(photo.read_bytes()).hexdigest()[:16]
    found = []
    for edge in EDGES:
        with Image.open(folder / f"{edge}.jpg") as rendition:
            shown = np.asarray(rendition.convert("L"))
            size = rendition.size
        reference = REFERENCES / f"{key}-{size[0]}x{size[1]}.png"
        if not reference.exists():
            REFERENCES.mkdir(parents=True, exist_ok=True)
            resized(photo, size).save(reference)
        with Image.open(reference) as meant:
            found.append(structural_similarity(np.asarray(meant), shown))
    return float(np.mean(found))


def resized(photo: Path, size: tuple[int, int]) -> Image.Image:
    """The reference, mode L."""
    picture, orientation, profile = _decoded(photo)
    stored = (size[1], size[0]) if orientation >= 5 else size
    small = picture.resize(stored, Image.Resampling.LANCZOS)
    if profile:
        srgb = ImageCms.createProfile("sRGB")
        ImageCms.profileToProfile(small, io.BytesIO(profile), srgb, inPlace=True)
    small.getexif()[0x0112] = orientation
    return ImageOps.exif_transpose(small).convert("L")


@cache
def _decoded(photo: Path) -> tuple[Image.Image, int, bytes | None]:
    with Image.open(photo) as opened:
        orientation = opened.getexif().get(0x0112, 1)
        return opened.convert("RGB"), orientation, opened.info.get("icc_profile")


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = None
    pillow_heif.register_heif_opener()
    print(mean_ssim(Path(sys.argv[1]), Path(sys.argv[2])))
