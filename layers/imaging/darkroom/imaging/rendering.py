"""All renditions of a picture from one decoding: the work behind `darkroom.imaging.render`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from darkroom.imaging.animation import animate
from darkroom.imaging.authorship import authorship_of
from darkroom.imaging.cutting import cut, offset_of
from darkroom.imaging.framing import frame
from darkroom.imaging.limits import Limits
from darkroom.imaging.pixels import decode, fitted, resized
from darkroom.imaging.recipe import MAX_PIXELS, Recipe, RenditionSpec
from darkroom.imaging.renditions import Rendition, encode
from darkroom.imaging.source import Source, open_source
from darkroom.imaging.web_ready import is_web_ready
from PIL import Image

PREVIEW_EDGE = 100
WEB_READY = "web-ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the original is. Width and height are upright, in pixels."""

    format: str
    bytes: int
    width: int
    height: int
    frames: int
    orientation: int
    has_alpha: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """What was made, in the recipe's order, and why the rest was not: name to reason."""

    facts: Facts
    renditions: tuple[Rendition, ...]
    skipped: dict[str, str]
    preview: Image.Image | None
    """Mode RGBA, at most 100 pixels a side; None unless the recipe asked for it."""


def render(data: bytes, recipe: Recipe, limits: Limits) -> Rendered:
    """See `darkroom.imaging.render`."""
    source = open_source(data, limits)
    facts = _facts(source)
    wanted = [
        spec for spec in recipe.renditions if not (spec.unless_web_ready and is_web_ready(source))
    ]
    moving = [spec for spec in wanted if spec.animated and source.moves]
    stills = [spec for spec in wanted if spec not in moving]
    made, preview = _stills(source, stills, preview=recipe.preview, keep=bool(moving))
    made |= {spec: animate(source, spec, authorship_of(source.image)) for spec in moving}
    return Rendered(
        facts=facts,
        renditions=tuple(made[spec] for spec in wanted),
        skipped={spec.name: WEB_READY for spec in recipe.renditions if spec not in made},
        preview=preview,
    )


def _stills(
    source: Source, specs: Sequence[RenditionSpec], *, preview: bool, keep: bool
) -> tuple[dict[RenditionSpec, Rendition], Image.Image | None]:
    """Each still, and the small picture if it is asked for.

    The largest is made from the original, each next one from the scaled picture before it, to the
    size that the original's own dimensions give. Unless somebody needs to `keep` the original, it
    is let go before anything is encoded.
    """
    plans = {
        spec: frame(source.width, source.height, spec, most_pixels=_most_pixels(source, spec))
        for spec in specs
    }
    largest = max([plan.level for plan in plans.values()], default=PREVIEW_EDGE if preview else 0)
    if not largest:
        return {}, None
    current = decode(source, largest, keep=keep)
    authorship = authorship_of(source.image)  # a PNG may hold it behind the pixels
    if not keep:
        source.let_go()
    made: dict[RenditionSpec, Rendition] = {}
    for spec, plan in sorted(plans.items(), key=lambda pair: -pair[1].level):
        current = resized(current, fitted(source.width, source.height, plan.level))
        picture = cut(current, plan, spec, offset_of(current, plan, spec.gravity))
        made[spec] = encode(picture, spec, authorship)
    if not preview:
        return made, None
    return made, resized(current, fitted(*current.size, PREVIEW_EDGE)).convert("RGBA")


def _most_pixels(source: Source, spec: RenditionSpec) -> int:
    """How large `spec` may come out of a source, by the memory that it takes on the way."""
    most = MAX_PIXELS // (3 if source.has_alpha else 2 if spec.format == "avif" else 1)
    return min(most, source.width * source.height // 4) if source.halves else most


def _facts(source: Source) -> Facts:
    return Facts(
        format=source.format,
        bytes=source.file_size,
        width=source.width,
        height=source.height,
        frames=source.frames,
        orientation=source.orientation,
        has_alpha=source.has_alpha,
    )
