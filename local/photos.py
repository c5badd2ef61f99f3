"""The photos of the demo, and how each of them has to end.

They are real photographs, free of copyright, from the scikit-image package: Eileen Collins
(NASA, public domain), Chelsea the cat (Stefan van der Walt, CC0), a cup of coffee (Rachel
Michetti, CC0), a launch (SpaceX, public domain) and the Hubble extreme deep field (NASA, public
domain). All are small, so the photo of 12 megapixels is composed of them, enlarged; the others are
saved in the formats that phones, tablets and browsers send.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import piexif
import pillow_heif
from PIL import Image, ImageDraw, ImageFilter

from local.paths import PHOTOS, STATE
from operations.command import CommandError

_SOURCE = STATE / "photos-package" / "skimage" / "data"
_RECIPE = PHOTOS / "recipe"
_CONTENT_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".heic": "image/heic",
    ".heif": "image/heif",
    ".gif": "image/gif",
    ".mov": "video/quicktime",
    ".csv": "text/csv",
}


@dataclass(frozen=True)
class Photo:
    """A file to upload. `ends` are the statuses with which it may end."""

    name: str
    body: bytes
    ends: frozenset[str]
    about: str = ""

    @property
    def content_type(self) -> str:
        """The content type that a browser would send, going by the file's name."""
        return _CONTENT_TYPES.get(Path(self.name).suffix.lower(), "application/octet-stream")


def sample_photos() -> list[Photo]:
    """The demo's photos, made once and kept in `.local/photos`."""
    PHOTOS.mkdir(parents=True, exist_ok=True)
    recipe = Path(__file__).read_text()
    if not _RECIPE.exists() or _RECIPE.read_text() != recipe:
        for name, (make, _, _) in _SAMPLES.items():
            (PHOTOS / name).write_bytes(make())
        _RECIPE.write_text(recipe)
    return [
        Photo(name, (PHOTOS / name).read_bytes(), frozenset([end]), about)
        for name, (_, end, about) in _SAMPLES.items()
    ]


def photos_in(folder: Path) -> list[Photo]:
    """Every file of a folder; such a file may end rejected, but must not fail.

    Raises:
        CommandError: there is no such folder, or no file in it.
    """
    if not folder.is_dir():
        raise CommandError(f"PHOTOS={folder} is not a folder")
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name[0] != ".")
    if not files:
        raise CommandError(f"PHOTOS={folder} holds no files")
    either = frozenset({"processed", "rejected"})
    return [Photo(path.name, path.read_bytes(), either) for path in files]


def _source(name: str) -> Image.Image:
    try:
        with Image.open(_SOURCE / name) as image:
            return image.convert("RGB")
    except FileNotFoundError as error:
        raise CommandError(
            "the photographs are not there: run `make demo` or `make run`"
        ) from error


def _enlarged(name: str, width: int, height: int) -> Image.Image:
    image = _source(name)
    scale = max(width / image.width, height / image.height)
    size = (round(image.width * scale), round(image.height * scale))
    left, top = (size[0] - width) // 2, (size[1] - height) // 2
    return image.resize(size, Image.Resampling.BICUBIC).crop(
        (left, top, left + width, top + height)
    )


def _saved(image: Image.Image, kind: str, **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _exif(*, orientation: int = 1, place: bool = False) -> bytes:
    zeroth = {
        piexif.ImageIFD.Make: b"Darkroom",
        piexif.ImageIFD.Model: b"Sample phone",
        piexif.ImageIFD.Orientation: orientation,
        piexif.ImageIFD.DateTime: b"2015:02:11 18:03:00",
    }
    exif = {
        piexif.ExifIFD.DateTimeOriginal: b"2015:02:11 18:03:00",
        piexif.ExifIFD.BodySerialNumber: b"0042",
        piexif.ExifIFD.FNumber: (28, 10),
        piexif.ExifIFD.ISOSpeedRatings: 100,
    }
    launch_complex_40 = {
        piexif.GPSIFD.GPSLatitudeRef: b"N",
        piexif.GPSIFD.GPSLatitude: ((28, 1), (33, 1), (4319, 100)),
        piexif.GPSIFD.GPSLongitudeRef: b"W",
        piexif.GPSIFD.GPSLongitude: ((80, 1), (34, 1), (3805, 100)),
    }
    found: bytes = piexif.dump(
        {"0th": zeroth, "Exif": exif, "GPS": launch_complex_40 if place else {}}
    )
    return found


def _twelve_megapixels() -> bytes:
    picture = Image.new("RGB", (4032, 3024))
    names = ("astronaut.png", "rocket.jpg", "coffee.png", "chelsea.png")
    for index, name in enumerate(names):
        place = (index % 2 * 2016, index // 2 * 1512)
        picture.paste(_enlarged(name, 2016, 1512), place)
    return _saved(picture, "JPEG", quality=90, exif=_exif())


def _rotated_with_place() -> bytes:
    # A phone held upright stores the picture on its side; orientation 6 means: turn it clockwise.
    lying = _enlarged("rocket.jpg", 1536, 2048).transpose(Image.Transpose.ROTATE_90)
    return _saved(lying, "JPEG", quality=88, exif=_exif(orientation=6, place=True))


def _heic() -> bytes:
    pillow_heif.register_heif_opener()
    return _saved(_enlarged("coffee.png", 1536, 1024), "HEIF", quality=70, exif=_exif(place=True))


def _png_with_alpha() -> bytes:
    picture = _source("astronaut.png")
    mask = Image.new("L", picture.size)
    ImageDraw.Draw(mask).ellipse((60, 0, 400, 500), fill=255)
    picture.putalpha(mask.filter(ImageFilter.GaussianBlur(12)))
    return _saved(picture, "PNG")


def _webp() -> bytes:
    return _saved(_source("hubble_deep_field.jpg"), "WEBP", quality=85)


def _avif() -> bytes:
    return _saved(_enlarged("chelsea.png", 1350, 900), "AVIF", quality=70, speed=9)


def _animated_gif() -> bytes:
    cat = _source("chelsea.png")
    steps = [
        cat.crop((5 * n, 3 * n, cat.width - 5 * n, cat.height - 3 * n)).resize((300, 200))
        for n in range(12)
    ]
    return _saved(steps[0], "GIF", save_all=True, append_images=steps[1:], duration=80, loop=0)


def _truncated() -> bytes:
    whole = _saved(_enlarged("coffee.png", 1536, 1024), "JPEG", quality=85)
    return whole[: len(whole) // 3]


def _text() -> bytes:
    return b"Shopping list: developer, stop bath, fixer.\n"


def _bomb() -> bytes:
    """900 megapixels of black in about 110 kB: https://en.wikipedia.org/wiki/Zip_bomb."""
    edge = 30_000
    row = b"\0" * (1 + edge // 8)

    def chunk(kind: bytes, content: bytes) -> bytes:
        check = zlib.crc32(kind + content)
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", edge, edge, 1, 0, 0, 0, 0)
    pixels = zlib.compress(row * edge, 9)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


_SAMPLES: dict[str, tuple[Callable[[], bytes], str, str]] = {
    "camera.jpg": (_twelve_megapixels, "processed", "12 megapixels, composed and enlarged"),
    "launch.jpg": (_rotated_with_place, "processed", "stored on its side, with GPS"),
    "coffee.heic": (_heic, "processed", "HEIC, with GPS"),
    "portrait.png": (_png_with_alpha, "processed", "PNG with transparency"),
    "galaxies.webp": (_webp, "processed", "WebP"),
    "cat.avif": (_avif, "processed", "AVIF"),
    "cat.gif": (_animated_gif, "processed", "an animation of 12 frames"),
    "cut-short.jpg": (_truncated, "rejected", "the first third of a JPEG"),
    "list.jpg": (_text, "rejected", "text with the name of a picture"),
    "bomb.png": (_bomb, "rejected", "900 megapixels in 110 kB"),
}
