"""HEIC (ISO/IEC 23008-12). libheif decodes it, a picture of tiles tile by tile."""

from __future__ import annotations

from darkroom.imaging.errors import corrupt, truncated
from darkroom.imaging.formats.bmff import Bmff
from darkroom.imaging.formats.contract import EncodedImage, Header
from darkroom.kinds import Format
from PIL import Image

_UPRIGHT = 1


class HeifImage(EncodedImage):
    """A HEIC: its primary image, which libheif has turned and cropped by the file's boxes."""

    format = Format.HEIF
    scales = (1, 2, 4, 8)

    def read_header(self) -> Header:
        """Raises CorruptImage or TruncatedImage."""
        boxes = Bmff(self.data)
        if boxes.size is None:
            raise corrupt() if boxes.is_complete else truncated()
        width, height = boxes.size
        return Header(
            width=width,
            height=height,
            orientation=_UPRIGHT,  # the EXIF of a HEIC is only a note
            code_points=boxes.code_points,
            is_complete=boxes.is_complete,
        )

    def open_with_pillow(self) -> Image.Image:
        """See `EncodedImage`."""
        import pillow_heif  # 50 ms of start-up that only HEIC needs

        pillow_heif.register_heif_opener()
        return super().open_with_pillow()

    def decode_at(self, scale: int) -> Image.Image:
        """See `EncodedImage`. Mode L, RGB, RGBA or RGBa."""
        from darkroom.imaging.codecs.libheif import heif_picture

        return heif_picture(self.data, self.pillow.size, self.pillow.mode, self.limits, scale)

    @property
    def bit_depth(self) -> int:
        """Bits of a channel as stored."""
        return int(self.pillow.info["bit_depth"])

    @property
    def exif_orientation(self) -> int | None:
        """The orientation in the EXIF block, which pillow-heif has overwritten with 1."""
        orientation = self.pillow.info.get("original_orientation")
        return orientation if isinstance(orientation, int) else None
