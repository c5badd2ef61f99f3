"""All renditions of a picture from one decoding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from darkroom.imaging.authorship import authorship_of
from darkroom.imaging.limits import Limits
from darkroom.imaging.pixels import decode, fitted, resized
from darkroom.imaging.renditions import Rendition, RenditionSpec, encode
from darkroom.imaging.source import open_source

PREVIEW_EDGE = 100


@dataclass(frozen=True, slots=True)
class Thumbnails:
    """The renditions in the order of their specs, and a small RGBA picture for the placeholder."""

    renditions: tuple[Rendition, ...]
    preview: Image.Image


def make_thumbnails(data: bytes, specs: Sequence[RenditionSpec], limits: Limits) -> Thumbnails:
    """Make every rendition of `specs`; of an animation, of its first frame.

    The largest is made from the original, each next one from the one before it, to the size that
    the original's own dimensions give. None is larger than the original.

    Raises:
        PermanentError: one of this package's kinds, for whatever is not a picture to process.
    """
    source = open_source(data, limits)
    current = decode(source, max(spec.longest_edge for spec in specs))
    authorship = authorship_of(source.image)
    made: dict[str, Rendition] = {}
    for spec in sorted(specs, key=lambda spec: -spec.longest_edge):
        current = resized(current, fitted(source.width, source.height, spec.longest_edge))
        made[spec.name] = encode(
            current,
            name=spec.name,
            format_=spec.format,
            quality=spec.quality,
            authorship=authorship,
        )
    preview = resized(current, fitted(source.width, source.height, PREVIEW_EDGE)).convert("RGBA")
    return Thumbnails(tuple(made[spec.name] for spec in specs), preview)
