"""Opening an upload: what it is and how large, known before a pixel is decoded."""

from __future__ import annotations

import io
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image

from darkroom.imaging.boxes import boxes_are_whole
from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.gif_header import read_gif_header
from darkroom.imaging.jpeg_header import read_jpeg_header
from darkroom.imaging.limits import Limits, check_bytes, check_frames, check_size
from darkroom.imaging.orientation import orientation_of
from darkroom.imaging.png_header import read_png_header
from darkroom.imaging.sniff import Format, sniff
from darkroom.imaging.webp_header import read_webp_header

# Our own limits, checked on the header, take the place of Pillow's one number for all formats.
Image.MAX_IMAGE_PIXELS = None

# What Pillow's readers raise on broken files, all formats together.
_BROKEN = (
    EOFError,
    IndexError,
    KeyError,
    OSError,
    OverflowError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
_OPENER = {Format.HEIF: "HEIF"}


@dataclass(frozen=True, slots=True)
class Source:
    """An upload that is open and within the limits; its pixels are not decoded yet.

    `width` and `height` are upright; `orientation` (1 to 8) is what is still to be applied to
    `image`; `whole` tells whether the file has its end.
    """

    image: Image.Image
    format: Format
    width: int
    height: int
    frames: int
    orientation: int
    has_alpha: bool
    icc: bytes | None
    whole: bool

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Turn what Pillow raises on broken pixels into TruncatedImage or CorruptImage."""
        try:
            with _quiet():
                yield
        except _BROKEN as error:
            raise (corrupt() if self.whole else truncated()) from error


@dataclass(frozen=True, slots=True)
class _Promise:
    """What a header says: size in pixels, frames, whether the file has its end, late PNG chunks."""

    width: int
    height: int
    frames: int = 1
    whole: bool = True
    streams: bool = False
    late: bytes = b""


def open_source(data: bytes, limits: Limits) -> Source:
    """Open an upload's bytes, any mode; nothing larger than `limits` gets past its header.

    Raises:
        PermanentError: one of this package's kinds, for whatever is not a picture to process.
    """
    check_bytes(data, limits)
    format_ = sniff(data)
    promise = _promise(data, format_, limits)
    if promise is not None:
        check_size(format_, promise.width, promise.height, limits, streams=promise.streams)
    whole = promise.whole if promise is not None else boxes_are_whole(data)
    image = _open(data, format_, whole=whole)
    width, height = image.size
    # A second look: a decoder may see another size than our reading of the header did.
    streams = promise is not None and promise.streams
    check_size(format_, width, height, limits, streams=streams)
    frames = promise.frames if promise is not None else _frames(image, format_)
    check_frames(frames, width, height, limits)
    late = promise.late if promise is not None else b""
    orientation = 1 if format_ is Format.HEIF else orientation_of(image, late)
    if orientation >= 5:
        width, height = height, width
    icc = image.info.get("icc_profile")
    return Source(
        image=image,
        format=format_,
        width=width,
        height=height,
        frames=frames,
        orientation=orientation,
        has_alpha=image.has_transparency_data,
        icc=icc if isinstance(icc, bytes) and icc else None,
        whole=whole,
    )


def _promise(data: bytes, format_: Format, limits: Limits) -> _Promise | None:
    """What the header says, read without a decoder; None where the decoder's own must do."""
    if format_ is Format.JPEG:
        jpeg = read_jpeg_header(data)
        return _Promise(jpeg.width, jpeg.height, whole=jpeg.ends, streams=jpeg.streams)
    if format_ is Format.PNG:
        png = read_png_header(data)
        return _Promise(png.width, png.height, png.frames, png.ends, late=png.late)
    if format_ is Format.GIF:
        gif = read_gif_header(data, most_frames=limits.max_frames)
        return _Promise(gif.width, gif.height, gif.frames, gif.ends)
    if format_ is Format.WEBP:
        webp = read_webp_header(data, most_frames=limits.max_frames)
        return _Promise(webp.width, webp.height, webp.frames, webp.ends)
    return None


def _open(data: bytes, format_: Format, *, whole: bool) -> Image.Image:
    if format_ is Format.HEIF:
        import pillow_heif  # 50 ms of start-up that only HEIC needs

        pillow_heif.register_heif_opener()
    opener = _OPENER.get(format_, format_.name)
    try:
        with _quiet():
            return Image.open(io.BytesIO(data), formats=[opener])
    except _BROKEN as error:
        raise (corrupt() if whole else truncated()) from error


def _frames(image: Image.Image, format_: Format) -> int:
    """Frames of an image sequence; the pages of a TIFF and the pictures of a HEIC are not that."""
    return int(getattr(image, "n_frames", 1)) if format_ is Format.AVIF else 1


@contextmanager
def _quiet() -> Iterator[None]:
    """Pillow warns of what it mends itself, such as broken EXIF; there is nothing to do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
