"""Photo-like pictures, generated: `python -m bench.generated FOLDER` writes one file for each case.

Photographs of the scikit-image package (free of copyright, see local/photos.py) are enlarged to
what a sensor gives, then get back what enlarging cannot: detail of every size down to the single
pixel, stronger in the middle tones, and grain. A seeded generator makes both, so every machine
measures the same pixels. Only the finest octaves decide what a codec has to do; flat or merely
enlarged pictures would flatter every decoder.
"""

from __future__ import annotations

import io
import sys
from functools import lru_cache
from pathlib import Path

import numpy as np
import piexif
import pillow_heif
import skimage
from darkroom.imaging.pixels.icc import display_p3
from PIL import Image, ImageDraw

NAMES = ("astronaut.png", "rocket.jpg", "coffee.png", "chelsea.png")
PHONE, CAMERA, LARGE = (4032, 3024), (6000, 4000), (8064, 6048)
# As large as the default limits allow, and in the shapes that shrink least while being decoded.
LARGEST = {
    "15-jpeg": (3838, 3838),
    "59-jpeg": (7676, 7676),
    "100-jpeg": (11547, 8660),
    "59-heavy": (7676, 7676),
    "59-ink": (7676, 7676),
    "100-heavy": (11547, 8660),
    "64-ink": (7999, 7999),
    "50-progressive": (7071, 7071),
    "50-cmyk": (7071, 7071),
    "50-png": (7071, 7071),
    "26-tiff": (5099, 5099),  # as much as an upload's bytes allow
    "12-apng": (3535, 3535),
    "12-gif": (3535, 3535),
    "50-gif": (7071, 7071),
    "35-heic": (5960, 5960),  # of HEVC's 35.6 (level 6.2); phones join tiles
    "50-tiles": (7071, 7071),
    "10-avifs": (3162, 3162),
    "50-avif": (7071, 7071),
    "50-webp": (7071, 7071),
}
FRAMES = {"12-apng": 40, "12-gif": 40, "50-gif": 2, "10-avifs": 40}
CLEAR = ("png", "tiff", "avif", "webp")  # the largest of these have alpha
SMALL = (640, 480)
OF_A_PHONE = ("jpeg", "p3", "progressive", "png", "webp", "heic", "avif420", "indexed", "tiff")
OCTAVES = 6
DETAIL, GRAIN = 2.2, 2.5  # standard deviations in levels, of the finest octave and of the grain
MARK = "mark.png"


@lru_cache(maxsize=2)
def photo(width: int, height: int) -> Image.Image:
    """A picture of mode RGB with a photo's detail and noise; the same one each time."""
    chance = np.random.default_rng(width)
    base = np.asarray(_mosaic(width, height), dtype=np.float32)
    detail = np.zeros((height, width), dtype=np.float32)
    for octave in range(OCTAVES):
        size = (max(2, height >> octave), max(2, width >> octave))
        noise = Image.fromarray(chance.standard_normal(size, dtype=np.float32))
        scaled = noise.resize((width, height), Image.Resampling.BICUBIC) if octave else noise
        detail += np.asarray(scaled) * np.float32(DETAIL * 2 ** (octave / 2))
    lightness = base.mean(axis=2) / 255
    detail *= 0.3 + 2.8 * lightness * (1 - lightness)
    grain = chance.standard_normal(base.shape, dtype=np.float32) * np.float32(GRAIN)
    levels = np.clip(base + detail[..., None] + grain, 0, 255)
    return Image.fromarray(levels.astype(np.uint8))


def _mosaic(width: int, height: int) -> Image.Image:
    cell = (width + 1) // 2, (height + 1) // 2
    mosaic = Image.new("RGB", (width, height))
    for index, name in enumerate(NAMES):
        with Image.open(Path(skimage.data_dir) / name) as source:
            scale = max(cell[0] / source.width, cell[1] / source.height)
            size = (round(source.width * scale) + 1, round(source.height * scale) + 1)
            enlarged = source.convert("RGB").resize(size, Image.Resampling.BICUBIC)
        mosaic.paste(enlarged.crop((0, 0, *cell)), (index % 2 * cell[0], index // 2 * cell[1]))
    return mosaic


def tiled(width: int, height: int) -> Image.Image:
    """The phone's photo, side by side with itself: as much detail, much sooner."""
    tile = photo(*PHONE)
    picture = Image.new("RGB", (width, height))
    for top in range(0, height, tile.height):
        for left in range(0, width, tile.width):
            picture.paste(tile, (left, top))
    return picture


def logo() -> bytes:
    """A mark with alpha, mode RGBA, four times as wide as tall."""
    mark = Image.new("RGBA", (768, 192))
    draw = ImageDraw.Draw(mark)
    draw.rounded_rectangle((4, 4, 764, 188), 40, fill=(255, 255, 255, 220))
    draw.ellipse((20, 20, 172, 172), fill=(20, 20, 20, 255))
    for bar in range(4):
        draw.rectangle((220, 36 + 32 * bar, 700 - 90 * bar, 54 + 32 * bar), fill=(60, 60, 60, 255))
    file = io.BytesIO()
    mark.save(file, "PNG")
    return file.getvalue()


def encoded(picture: Image.Image, kind: str) -> bytes:
    """A picture as a camera or an app writes it."""
    turned = piexif.dump({"0th": {piexif.ImageIFD.Orientation: 6}})
    options: dict[str, dict[str, object]] = {
        "jpeg": {"quality": 92},
        "p3": {"quality": 92, "icc_profile": display_p3(), "exif": turned},
        "heavy": {"quality": 98, "subsampling": 0},  # of more bytes than a camera writes
        "ink": {"quality": 98},  # CMYK, as "cmyk" is, but baseline
        "progressive": {"quality": 90, "progressive": True},
        "cmyk": {"quality": 95, "progressive": True},  # as large a file as fits beside its pixels
        "png": {"compress_level": 4},
        "tiff": {"compression": "tiff_lzw"},
        "avif": {"quality": 65, "speed": 9, "subsampling": "4:4:4"},
        "avif420": {"quality": 65, "speed": 9},
        "indexed": {},
        "webp": {"quality": 85, "method": 2},
        "heic": {"quality": 65, "enc_params": {"preset": "veryfast"}},
        "tiles": {"quality": 65, "enc_params": {"preset": "veryfast"}, "tile_size": 512},
    }
    codecs = {
        "p3": "JPEG", "heavy": "JPEG", "ink": "JPEG", "progressive": "JPEG", "cmyk": "JPEG",
        "heic": "HEIF", "tiles": "HEIF", "avif420": "AVIF", "indexed": "GIF",
    }  # fmt: skip
    codec = codecs.get(kind, kind.upper())
    if kind in ("cmyk", "ink"):
        picture = picture.convert("CMYK")
    if kind == "indexed":
        picture = picture.quantize(256)
    file = io.BytesIO()
    picture.save(file, codec, **options[kind])
    return file.getvalue()


def animated(picture: Image.Image, kind: str, frames: int) -> bytes:
    """A picture turned back and forth, in large dots, so that its file stays small."""
    options: dict[str, dict[str, object]] = {
        "gif": {},
        "apng": {"compress_level": 1, "disposal": 2},
        "avifs": {"quality": 65, "speed": 10},
    }
    codecs = {"gif": "GIF", "apng": "PNG", "avifs": "AVIF"}
    flat = picture.reduce(16).resize(picture.size, Image.Resampling.NEAREST)
    if kind == "gif":
        flat = flat.quantize(64)
    if kind == "apng":
        flat.putalpha(200)
    turned = flat.transpose(Image.Transpose.ROTATE_180)
    file = io.BytesIO()
    flat.save(
        file,
        codecs[kind],
        save_all=True,
        append_images=([turned, flat] * frames)[: frames - 1],
        duration=50,
        **options[kind],
    )
    return file.getvalue()


def main(folder: Path) -> None:
    pillow_heif.register_heif_opener()
    phone, small = photo(*PHONE), photo(*SMALL)
    for kind in OF_A_PHONE:
        (folder / f"12-{kind}").write_bytes(encoded(phone, kind))
    for kind in (
        *OF_A_PHONE, "heavy", "ink", "cmyk", "avif",
    ):  # fmt: skip
        (folder / f"small-{kind}").write_bytes(encoded(small, kind))
    for kind in ("apng", "gif", "avifs"):
        (folder / f"small-{kind}").write_bytes(animated(small, kind, frames=40))
    (folder / "24-jpeg").write_bytes(encoded(photo(*CAMERA), "jpeg"))
    (folder / "48-jpeg").write_bytes(encoded(photo(*LARGE), "jpeg"))
    for name, size in LARGEST.items():
        picture, kind = tiled(*size), name.partition("-")[2]
        if kind in CLEAR:
            picture.putalpha(200)
        frames = FRAMES.get(name)
        data = animated(picture, kind, frames) if frames else encoded(picture, kind)
        (folder / name).write_bytes(data)
    (folder / MARK).write_bytes(logo())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
