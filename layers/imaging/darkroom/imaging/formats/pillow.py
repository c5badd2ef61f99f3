"""What the formats share whose pixels Pillow decodes."""

from __future__ import annotations

from abc import abstractmethod
from io import BufferedReader

from darkroom.imaging.formats.contract import EncodedImage, Size
from PIL import Image


class PillowImage(EncodedImage):
    """An upload that Pillow opens, as `pillow`, and decodes."""

    pillow: Image.Image

    @abstractmethod
    def pixels_only(self) -> BufferedReader:
        """The file without what a decoder does not need for its pixels."""

    def open_decoder(self) -> None:
        """Open what holds pixels with Pillow, which decodes none yet. Raises what Pillow does."""
        self.pillow = Image.open(self.pixels_only(), formats=[self.format.name])

    def close(self) -> None:
        """Free the memory of the image and its decoder. Afterwards it is an empty image."""
        self.pillow = Image.new("1", (1, 1))

    @property
    def size(self) -> Size:
        """Width and height in pixels, before the orientation is applied."""
        return self.pillow.size if self.is_open else super().size

    @property
    def mode(self) -> str:
        """Pillow's name of the pixels' kind."""
        return self.pillow.mode

    @property
    def has_alpha(self) -> bool:
        """Whether some pixels may be transparent."""
        return self.pillow.has_transparency_data
