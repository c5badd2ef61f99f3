"""The answer where EXIF, XMP, IPTC and a PNG's text all speak of the same."""

from __future__ import annotations

from dataclasses import dataclass, field

from darkroom.imaging.formats.contract import EncodedImage
from darkroom.imaging.metadata.directory import exif_directory
from darkroom.imaging.metadata.exif import Exif, read_exif
from darkroom.imaging.metadata.exposure import shutter_speed
from darkroom.imaging.metadata.gps import Gps
from darkroom.imaging.metadata.iptc import Iptc, iptc_in_resources, read_iptc
from darkroom.imaging.metadata.names import camera_name
from darkroom.imaging.metadata.png_text import PngText, read_png_text
from darkroom.imaging.metadata.text import first_of
from darkroom.imaging.metadata.xmp import Xmp, read_xmp

# Tags of a TIFF, and of EXIF that was copied from one.
_XMP, _IPTC, _RESOURCES = 700, 33723, 34377
_MAX_BLOCK_BYTES, _MAX_RESOURCES_BYTES = 1 << 20, 16 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What each block says, and of each question the first answer.

    Words are taken from where people edit them last, XMP; what the camera knows from EXIF. Nothing
    is taken from a file's name or times.
    """

    exif: Exif = field(default_factory=Exif)
    xmp: Xmp = field(default_factory=Xmp)
    iptc: Iptc = field(default_factory=Iptc)
    png: PngText = field(default_factory=PngText)

    @property
    def taken_at(self) -> str | None:
        """When the shutter opened, or a scan was made: EXIF, XMP, IPTC, then the file's own time.

        ISO 8601, as exact as written: at least a year.
        """
        exif, xmp = self.exif.taken_at, self.xmp.taken_at
        return first_of(exif, xmp, self.iptc.created_at, self.xmp.created_at, self.png.created_at)

    @property
    def camera(self) -> str | None:
        """One maker's name and the model."""
        return self.exif.camera or camera_name(self.xmp.make, self.xmp.model)

    @property
    def lens(self) -> str | None:
        """The lens's name, or its focal lengths and apertures."""
        return first_of(self.exif.lens_model, self.xmp.lens_model)

    @property
    def exposure(self) -> str | None:
        """The exposure time as cameras show it."""
        return first_of(self.exif.exposure, shutter_speed(self.xmp.exposure_seconds))

    @property
    def f_number(self) -> float | None:
        """The aperture."""
        return first_of(self.exif.f_number, self.xmp.f_number)

    @property
    def iso(self) -> int | None:
        """The sensitivity."""
        return first_of(self.exif.iso, self.xmp.iso)

    @property
    def focal_length_mm(self) -> float | None:
        """The focal length of the lens as it was set."""
        return first_of(self.exif.focal_length_mm, self.xmp.focal_length_mm)

    @property
    def gps(self) -> Gps | None:
        """Where the picture was taken."""
        return first_of(self.exif.gps, self.xmp.gps)

    @property
    def title(self) -> str | None:
        """The title, or else the headline."""
        titles = (self.xmp.title, self.iptc.title, self.exif.title, self.png.title)
        return first_of(*titles, self.iptc.headline, self.xmp.headline)

    @property
    def rating(self) -> float | None:
        """0 to 5 stars; -1 means rejected."""
        return first_of(self.xmp.rating, self.exif.rating)

    @property
    def artist(self) -> str | None:
        """Who made the picture: several names with `; ` between them."""
        creators, bylines = "; ".join(self.xmp.creators), "; ".join(self.iptc.bylines)
        return self.exif.artist or creators or bylines or self.png.author

    @property
    def copyright(self) -> str | None:
        """Whose the picture is."""
        rights = (self.exif.copyright, self.xmp.rights, self.iptc.copyright, self.png.copyright)
        return first_of(*rights)


def read_sources(image: EncodedImage) -> Sources:
    """What an image's blocks say."""
    blocks = image.blocks
    directory = exif_directory(blocks.exif)
    resources = directory.raw(_RESOURCES, most=_MAX_RESOURCES_BYTES)
    return Sources(
        exif=read_exif(blocks.exif),
        xmp=read_xmp(*(blocks.xmp or (directory.raw(_XMP, most=_MAX_BLOCK_BYTES),))),
        iptc=read_iptc(
            blocks.iptc
            or directory.raw(_IPTC, most=_MAX_BLOCK_BYTES)
            or (resources and iptc_in_resources(resources))
        ),
        png=read_png_text(blocks.texts),
    )
