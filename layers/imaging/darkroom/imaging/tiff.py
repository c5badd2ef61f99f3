"""A TIFF with its pixels as they are stored."""

from __future__ import annotations

import io

from PIL.TiffImagePlugin import TiffImageFile


class StoredTiff(TiffImageFile):
    """Pillow's TIFF, not turned.

    Pillow turns a TIFF while it loads it, at full size, and fails where its EXIF is broken; every
    other format it leaves as stored. Here all are turned in one way, after they were made smaller.
    """

    file_bytes: bytes = b""
    """The whole file: a TIFF's own directory is where its EXIF is."""

    def _setup(self) -> None:
        super()._setup()
        self._size = self._tile_size

    def load_end(self) -> None:
        """Nothing is left to do."""


def open_tiff(data: bytes) -> StoredTiff:
    """Raises what Pillow does for a file that is no TIFF or not one that it reads."""
    image = StoredTiff(io.BytesIO(data))
    image.file_bytes = data
    return image
