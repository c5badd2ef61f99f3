"""Opening an upload: what it is and how large, known before a pixel is decoded."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from darkroom.imaging.av1_header import read_av1_header
from darkroom.imaging.boxes import HEAD as HEAD_OF_BOXES
from darkroom.imaging.boxes import boxes_are_whole
from darkroom.imaging.code_points import named_profile, nclx_code_points
from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.exif import MAX_EXIF_BYTES, names_adobe_rgb
from darkroom.imaging.gif_header import read_gif_header
from darkroom.imaging.icc import adobe_rgb
from darkroom.imaging.jpeg_header import read_jpeg_header
from darkroom.imaging.limits import (
    Limits,
    check_bytes,
    check_description,
    check_frames,
    check_memory,
    check_size,
    moves,
)
from darkroom.imaging.orientation import orientation_of
from darkroom.imaging.png_header import read_png_header
from darkroom.imaging.recipe import MAX_PIXELS
from darkroom.imaging.tiff import open_tiff
from darkroom.imaging.tiff_header import read_tiff_header
from darkroom.imaging.webp_header import read_webp_header
from darkroom.kinds import HEAD_BYTES, Format, format_of
from PIL import Image

# Our own limits are checked on the header. Where a decoder sees more in a file than that, Pillow's
# is left: it refuses more than twice this number, the most that a limit can be.
Image.MAX_IMAGE_PIXELS = 100_000_000

# What Pillow's readers raise on broken files, all formats together.
_BROKEN = (
    EOFError,
    Image.DecompressionBombError,
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
# What dav1d takes of the planes of a picture near the bound (measured: 1.14 of 400 MB). That it
# keeps more for film grain, only the allowance notices.
_AV1_SHARE = 1.2
# Of what describes a picture, beside the one in the file (measured, Pillow 13.0.0).
_COPIES = 3
# More of it than most cameras write.
_MUCH = 1 << 20
# Whose decoders can halve a picture on the way; decoding it whole would take 6 to 22 bytes a pixel,
# or 4 where it streams: beside what is made of it and the file, memory has that for so many pixels.
_HALVED = (Format.JPEG, Format.WEBP, Format.AVIF, Format.HEIF)
_MAX_STREAMED_WHOLE = 64_000_000
_AVIF_EDGE = 32_768  # pixels; libavif's own limit (AVIF_DEFAULT_IMAGE_DIMENSION_LIMIT)
# The sides of a picture of a HEIF or AVIF (ISO/IEC 23008-12, 6.5.3), in its item properties.
_SIDES = re.compile(rb"ispe\0{4}(.{4})(.{4})", re.DOTALL)
# The item that holds its EXIF (A.2.1), in its item information.
_EXIF_ITEM = re.compile(rb"(infe[\x02\x03].{7,9})Exif", re.DOTALL)


@dataclass(slots=True)
class Source:
    """An upload that is open and within the limits; its pixels are not decoded yet.

    `stored` are the file's bytes. `width` and `height` are upright; `orientation` (1 to 8) is what
    is still to be applied to `image`; `whole` tells whether the file has its end, `moves` whether
    the frames after the first are of interest, and `streams` whether it is a JPEG that libjpeg
    decodes row by row. `limits` are those that its decoder has to keep, too.
    """

    file_size: int
    stored: bytes
    image: Image.Image
    format: Format
    width: int
    height: int
    frames: int
    moves: bool
    orientation: int
    has_alpha: bool
    icc: bytes | None
    whole: bool
    streams: bool
    limits: Limits

    @property
    def large(self) -> bool:
        """Whether its pixels take much of the memory that there is."""
        return self.width * self.height > MAX_PIXELS and not self.streams

    @property
    def halves(self) -> bool:
        """Whether it is so large that its decoder has to halve it, or memory would not do."""
        return _halves(self.format, self.width, self.height, streams=self.streams)

    def let_go(self) -> None:
        """Free the memory of the image and its decoder: after this it is an empty one."""
        self.image = Image.new("1", (1, 1))

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
    """What a header says: stored size in pixels, frames, whether the file has its end.

    `description` are the bytes that are no pixels, `decoding` those that a decoder takes beside the
    picture.

    `late` are chunks of a PNG behind its pixels, `code_points` the numbers it names its colours by;
    `orientation` is a TIFF's, None if it has none, and `mended` such a file without what Pillow
    trips over.
    """

    width: int
    height: int
    frames: int = 1
    whole: bool = True
    streams: bool = False
    description: int = 0
    decoding: int = 0
    late: bytes = b""
    code_points: tuple[int, int] | None = None
    orientation: int | None = None
    mended: bytes | None = None


def open_source(data: bytes, limits: Limits) -> Source:
    """Open an upload's bytes, any mode; nothing larger than `limits` gets past its header.

    Raises:
        PermanentError: one of this package's kinds, for whatever is not a picture to process.
    """
    check_bytes(len(data), limits)
    format_ = format_of(data[:HEAD_BYTES])
    promise = _promise(data, format_, limits)
    if promise is not None:
        check_size(format_, promise.width, promise.height, limits, streams=promise.streams)
        check_description(promise.description)
        picture = 0 if promise.streams else _picture_bytes(format_, promise.width, promise.height)
        check_memory(len(data) + promise.decoding + picture, limits)
    whole = promise.whole if promise is not None else _is_whole(data, format_)
    mended = promise.mended if promise is not None else None
    image = _open(mended or data, format_, limits, whole=whole)
    check_description(_description(image))
    if promise is not None and promise.description > _MUCH:
        _lighten(image)
    width, height = image.size
    # A second look: a decoder may see another size than our reading of the header did.
    streams = promise is not None and promise.streams
    check_size(format_, width, height, limits, streams=streams)
    frames = promise.frames if promise is not None else _frames(image, format_)
    pixel_bytes = _pixel_bytes(data, format_, image)
    if pixel_bytes:
        planes = round(_AV1_SHARE * pixel_bytes * width * height)
        check_memory(len(data) + planes + _picture_bytes(format_, width, height), limits)
    moving = moves(frames, width, height, pixel_bytes)
    check_frames(frames, width, height, limits, moving=moving)
    orientation = _orientation(image, format_, promise)
    if orientation >= 5:
        width, height = height, width
    return Source(
        file_size=len(data),
        stored=data,
        image=image,
        format=format_,
        width=width,
        height=height,
        frames=frames,
        moves=moving,
        orientation=orientation,
        has_alpha=image.has_transparency_data,
        icc=_profile(image, promise.code_points if promise is not None else nclx_code_points(data)),
        whole=whole,
        streams=streams,
        limits=limits,
    )


def _promise(data: bytes, format_: Format, limits: Limits) -> _Promise | None:
    """What the header says, read without a decoder; None where the decoder's own must do."""
    if format_ is Format.JPEG:
        jpeg = read_jpeg_header(data)
        return _Promise(
            jpeg.width,
            jpeg.height,
            whole=jpeg.ends,
            streams=jpeg.streams,
            description=jpeg.description,
            decoding=jpeg.coefficients + _COPIES * jpeg.description,
        )
    if format_ is Format.PNG:
        png = read_png_header(data)
        return _Promise(
            png.width, png.height, png.frames, png.ends, description=png.description,
            late=png.late, code_points=png.code_points,
        )  # fmt: skip
    if format_ is Format.GIF:
        gif = read_gif_header(data, most_frames=limits.max_frames)
        return _Promise(
            gif.width, gif.height, gif.frames, gif.ends, description=gif.description
        )  # fmt: skip
    if format_ is Format.WEBP:
        webp = read_webp_header(data, most_frames=limits.max_frames)
        return _Promise(webp.width, webp.height, webp.frames, webp.ends)
    if format_ is Format.TIFF:
        tiff = read_tiff_header(data)
        return _Promise(
            tiff.width,
            tiff.height,
            whole=tiff.ends,
            decoding=tiff.strip + _COPIES * tiff.description + len(tiff.mended or b""),
            orientation=tiff.orientation,
            mended=tiff.mended,
        )
    return None


def _halves(format_: Format, width: int, height: int, *, streams: bool = False) -> bool:
    whole = _MAX_STREAMED_WHOLE if streams else MAX_PIXELS
    return width * height > whole and format_ in _HALVED


def _picture_bytes(format_: Format, width: int, height: int) -> int:
    """Of what is decoded, unless it is a JPEG that streams: that comes as small as it is wanted."""
    return 4 * width * height // (4 if _halves(format_, width, height) else 1)


def _description(image: Image.Image) -> int:
    """Bytes of what Pillow, or pillow-heif, has read of it that is no pixels."""
    notes = image.info.get("metadata", [])  # pillow-heif's, apart from EXIF and XMP
    values = [*image.info.values(), *(note["data"] for note in notes)]
    return sum(len(value) for value in values if isinstance(value, bytes | str))


def _pixel_bytes(data: bytes, format_: Format, image: Image.Image) -> float:
    """As an AVIF's decoder keeps them; 0 of other formats."""
    if format_ is not Format.AVIF:
        return 0
    header = read_av1_header(data)
    return header.pixel_bytes + (header.bit_depth + 7) // 8 * image.has_transparency_data


def _is_whole(data: bytes, format_: Format) -> bool:
    if format_ is Format.BMP:  # the file's own idea of its length
        return len(data) >= int.from_bytes(data[2:6], "little")
    return boxes_are_whole(data)


def _open(data: bytes, format_: Format, limits: Limits, *, whole: bool) -> Image.Image:
    if format_ is Format.HEIF:
        import pillow_heif  # 50 ms of start-up that only HEIC needs

        pillow_heif.register_heif_opener()
    try:
        with _quiet():
            if format_ is Format.TIFF:
                return open_tiff(data)
            if format_ is Format.AVIF:
                return _open_avif(data, limits)
            return Image.open(io.BytesIO(data), formats=[format_.name])
    except _BROKEN as error:
        raise (corrupt() if whole else truncated()) from error


def _lighten(image: Image.Image) -> None:
    """Give back what Pillow keeps of a header that nobody reads, before there are pixels.

    That is a second copy of each of a JPEG's segments, and EXIF that is too long to be read.
    """
    from darkroom.imaging.memory import release  # 2 ms of start-up that few pictures need
    from PIL.JpegImagePlugin import JpegImageFile

    if isinstance(image, JpegImageFile):
        image.app.clear()
        image.applist.clear()
    if len(image.info.get("exif", b"")) > MAX_EXIF_BYTES:
        del image.info["exif"]
        image._exif = None  # as it was before Pillow read the resolution from it
    release()


def _open_avif(data: bytes, limits: Limits) -> Image.Image:
    """Pillow does not open an AVIF whose EXIF is broken: it is then opened without.

    Nor one with a side that is longer than libavif's limit, which is not called corrupt.
    """
    try:
        return Image.open(io.BytesIO(data), formats=["AVIF"])
    except _BROKEN:
        for sides in _SIDES.findall(data, 0, HEAD_OF_BOXES):
            width, height = (int.from_bytes(side, "big") for side in sides)
            check_size(Format.AVIF, width, height, replace(limits, max_edge=_AVIF_EDGE))
        without, found = _EXIF_ITEM.subn(rb"\1free", data)
        if not found:
            raise
        return Image.open(io.BytesIO(without), formats=["AVIF"])


def _orientation(image: Image.Image, format_: Format, promise: _Promise | None) -> int:
    if format_ is Format.HEIF:  # libheif has turned it, by its boxes; its EXIF is only a note
        return 1
    if promise is not None and promise.orientation is not None:
        return promise.orientation
    return orientation_of(image, promise.late if promise is not None else b"")


def _profile(image: Image.Image, code_points: tuple[int, int] | None) -> bytes | None:
    """The ICC profile that is embedded, or the one that code points or a camera's EXIF name."""
    icc = image.info.get("icc_profile")
    if isinstance(icc, bytes) and icc:
        return icc
    return named_profile(code_points) or (adobe_rgb() if names_adobe_rgb(image) else None)


def _frames(image: Image.Image, format_: Format) -> int:
    """Frames of an image sequence; the pages of a TIFF and the pictures of a HEIC are not that."""
    return int(getattr(image, "n_frames", 1)) if format_ is Format.AVIF else 1


@contextmanager
def _quiet() -> Iterator[None]:
    """Pillow warns of what it mends itself, such as broken EXIF; there is nothing to do."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
