"""All renditions of a picture from one decoding: the work behind `darkroom.imaging.render`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from darkroom.imaging.animation import animate
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.metadata.authorship import authorship_of
from darkroom.imaging.pipeline import RENDITION, UPLOAD, run
from darkroom.imaging.pixels.crop import fitted, plan_crop
from darkroom.imaging.pixels.resampling import lanczos
from darkroom.imaging.recipe.types import MAX_PIXELS, Recipe, RenditionSpec
from darkroom.imaging.renditions import Rendition, encode
from darkroom.imaging.source import Source, open_source
from darkroom.imaging.steps import Cut, Preparation, offset_of
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


def render(data: bytes, recipe: Recipe, limits: ImageLimits) -> Rendered:
    """See `darkroom.imaging.render`."""
    source = open_source(data, limits)
    facts = _facts(source)
    wanted = [
        spec for spec in recipe.renditions if not (spec.unless_web_ready and source.is_web_ready)
    ]
    animated = [spec for spec in wanted if spec.animated and source.image.is_animated]
    stills = [spec for spec in wanted if spec not in animated]
    made, preview = _stills(source, stills, preview=recipe.preview)
    made |= {spec: animate(source, spec) for spec in animated}
    return Rendered(
        facts=facts,
        renditions=tuple(made[spec] for spec in wanted),
        skipped={spec.name: WEB_READY for spec in recipe.renditions if spec not in made},
        preview=preview,
    )


def decoded(source: Source, longest_edge: int) -> Image.Image:
    """The picture at most `longest_edge` pixels long, upright, in sRGB; mode RGB or RGBA.

    A source can be decoded once: its pixels, which may be most of the memory there is, are used up.
    The frames of an animation are decoded apart from them.

    Raises:
        TruncatedImage, CorruptImage: the pixels cannot be read.
    """
    size = fitted(source.width, source.height, longest_edge)
    with source.image.reading():
        return run(UPLOAD, source.decode(size), Preparation(source, size, in_place=True))


def _stills(
    source: Source, specs: Sequence[RenditionSpec], *, preview: bool
) -> tuple[dict[RenditionSpec, Rendition], Image.Image | None]:
    """Each still, and the small picture if it is asked for.

    The largest is made from the original, each next one from the scaled picture before it, to the
    size that the original's own dimensions give. The original is freed before anything is encoded.
    """
    width, height = source.width, source.height
    plans = {
        spec: plan_crop(width, height, spec, max_pixels=_max_pixels(source, spec)) for spec in specs
    }
    edges = [plan.scaled_edge for plan in plans.values()]
    if not edges and not preview:
        return {}, None
    current = decoded(source, max(edges, default=PREVIEW_EDGE))
    authorship = authorship_of(source.image)
    source.image.close()
    made: dict[RenditionSpec, Rendition] = {}
    for spec, plan in sorted(plans.items(), key=lambda pair: -pair[1].scaled_edge):
        current = lanczos(current, fitted(width, height, plan.scaled_edge))
        cut = Cut(spec, plan, offset_of(current, plan, spec.gravity))
        made[spec] = encode(run(RENDITION, current, cut), spec, authorship)
    if not preview:
        return made, None
    return made, lanczos(current, fitted(*current.size, PREVIEW_EDGE)).convert("RGBA")


def _max_pixels(source: Source, spec: RenditionSpec) -> int:
    """How large `spec` may come out of a source, by the memory that making it takes."""
    most = MAX_PIXELS // (3 if source.has_alpha else 2 if spec.format == "avif" else 1)
    return min(most, source.width * source.height // 4) if source.image.must_halve else most


def _facts(source: Source) -> Facts:
    return Facts(
        format=source.image.format,
        bytes=len(source.image.data),
        width=source.width,
        height=source.height,
        frames=source.image.frames,
        orientation=source.orientation,
        has_alpha=source.has_alpha,
    )
