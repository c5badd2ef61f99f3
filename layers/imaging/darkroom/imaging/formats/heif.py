"""HEIC (ISO/IEC 23008-12). libheif decodes it, a picture of tiles tile by tile."""

from __future__ import annotations

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.bmff import Bmff
from darkroom.imaging.formats.contract import Blocks, EncodedImage, Header, Size
from darkroom.kinds import Format, unsupported
from PIL import Image

_UPRIGHT = 1
# What else may be inside (ISO/IEC 23008-12, annexes; 23001-17).
_OTHER_CODECS = {
    b"av01": "AV1", b"avc1": "H.264", b"evc1": "EVC", b"j2k1": "JPEG 2000", b"jpeg": "JPEG",
    b"unci": "uncompressed pixels", b"vvc1": "H.266",
}  # fmt: skip


class HeifImage(EncodedImage):
    """A HEIC: its primary image, which libheif has turned and cropped by the file's boxes."""

    format = Format.HEIF
    scales = (1, 2, 4, 8)

    def read_header(self) -> Header:
        """Raises CorruptImage or TruncatedImage, and UnsupportedFormat for other than HEVC."""
        self._boxes = boxes = Bmff(self.data)
        inside = _OTHER_CODECS.get(boxes.codec or b"")
        if inside is not None:
            raise unsupported(f"a HEIF picture with {inside} inside")
        if boxes.is_sequence_alone:
            raise unsupported("a HEIF picture that moves")
        if boxes.size is None:
            raise corrupt() if boxes.is_complete else truncated()
        width, height = boxes.size
        return Header(
            width=width,
            height=height,
            orientation=_UPRIGHT,  # the EXIF of a HEIC is only a note
            colours=boxes.colours,
            is_complete=boxes.is_complete,
            metadata_bytes=boxes.metadata_bytes,
        )

    @property
    def max_pixels(self) -> int:
        """Tiles are decoded one by one, at half of their size where they are many."""
        return self.limits.max_jpeg_pixels if self._boxes.is_of_tiles else self.limits.max_pixels

    def read_blocks(self) -> Blocks:
        """See `EncodedImage`."""
        return Blocks(exif=self._boxes.exif, xmp=self._boxes.xmp, icc=self._boxes.icc)

    def open_decoder(self) -> None:
        """See `EncodedImage`. libheif reads no metadata unless it is asked for them."""
        from darkroom.imaging.codecs.libheif import heif_facts  # 50 ms that only HEIC needs

        self._facts = heif_facts(self.data)

    @property
    def size(self) -> Size:
        """Width and height in pixels: of the header at first, upright once it is open."""
        return self._facts.size if self.is_open else super().size

    @property
    def mode(self) -> str:
        """Pillow's name of the pixels' kind, as the decoder gives them."""
        return self._facts.mode

    @property
    def bit_depth(self) -> int:
        """Bits of a channel as stored."""
        return self._facts.bit_depth

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`. Mode L, RGB, RGBA or RGBa."""
        from darkroom.imaging.codecs.libheif import heif_picture

        return heif_picture(self.data, self.size, self.mode, self.limits, scale)
