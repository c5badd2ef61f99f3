"""A JPEG in several scans: decoded one after another, for only one fits into memory."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import IO, cast

from darkroom.imaging.jpeg_scans import Scan
from darkroom.imaging.pixels import part_of
from darkroom.imaging.resampling import lanczos
from PIL import Image, ImageChops
from PIL.ImageFile import ImageFile, _Tile
from PIL.JpegImagePlugin import JpegImageFile

_MODES = {1: "L", 2: "La", 3: "YCbCr"}  # by the number of components, which come as they are
_END_OF_IMAGE = b"\xff\xd9"


def jpeg_picture(image: Image.Image, scans: Sequence[Scan], size: tuple[int, int]) -> Image.Image:
    """An open JPEG at a size no larger than its own; mode RGB or CMYK.

    Raises what Pillow does where the scans are broken.
    """
    jpeg = cast("JpegImageFile", image)
    file = cast("IO[bytes]", jpeg.fp)
    planes: dict[int, Image.Image] = {}
    for scan in scans:
        planes |= zip(scan.components, _planes(file, scan, size), strict=True)
    return _merged([planes[component] for component in sorted(planes)], jpeg)


def _planes(file: IO[bytes], scan: Scan, size: tuple[int, int]) -> tuple[Image.Image, ...]:
    image = _OneScan(file, scan, size)
    image.load()
    return lanczos(image, size, in_place=True).split()


class _OneScan(ImageFile):
    """A scan as a picture: whole, or a half, a quarter or an eighth that is as large as wanted."""

    format = "JPEG"

    def __init__(self, file: IO[bytes], scan: Scan, wanted: tuple[int, int]) -> None:
        self._file, self._scan, self._wanted = file, scan, wanted
        super().__init__(file)

    def _open(self) -> None:
        scan = self._scan
        part = part_of((scan.width, scan.height), self._wanted)
        self._size = ceil(scan.width / part), ceil(scan.height / part)
        self._mode = _MODES[len(scan.components)]
        # What libjpeg is told that the colours are: it converts nothing.
        colours = self._mode if self._mode == "YCbCr" else ""
        self.tile = [_Tile("jpeg", (0, 0, *self._size), 0, (self._mode, colours))]
        self.decoderconfig = (part, 0)

    def load_seek(self, _: int) -> None:
        """Pillow calls this before it reads."""
        self._file.seek(self._scan.start)
        self._around = [self._scan.head, _END_OF_IMAGE if self._scan.ends else b""]

    def load_read(self, size: int) -> bytes:
        """What comes next of the head, what is coded, and the end; nothing after that."""
        left = self._scan.end - self._file.tell()
        if len(self._around) == 2 or not left:
            return self._around.pop(0) if self._around else b""
        return self._file.read(min(size, left))


def _merged(planes: Sequence[Image.Image], image: JpegImageFile) -> Image.Image:
    """The colours that libjpeg takes components for (libjpeg.txt, "Special color spaces").

    Inks are inverted where Adobe's marker stands.
    """
    adobe = image.info.get("adobe_transform", 1) if "adobe" in image.info else None
    if len(planes) == 3:
        named = bytes(layer[0] for layer in image.layer) == b"RGB"
        if "jfif" not in image.info and (adobe == 0 or (adobe is None and named)):
            return Image.merge("RGB", planes)
        return Image.merge("YCbCr", planes).convert("RGB")
    if adobe is None:
        return Image.merge("CMYK", planes)
    if adobe == 0:
        return Image.merge("CMYK", [ImageChops.invert(plane) for plane in planes])
    colours = Image.merge("YCbCr", planes[:3]).convert("RGB")
    return Image.merge("CMYK", [*colours.split(), ImageChops.invert(planes[3])])
