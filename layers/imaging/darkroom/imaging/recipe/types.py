"""Recipes: what to make of a picture. Free of any imaging library."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from darkroom.bounds import Between


@dataclass(frozen=True)
class Matching:
    """A regular expression that a whole text must match, and an example of such a text."""

    pattern: str
    example: str


MAX_EDGE = 16_383  # a WebP's limit (RFC 9649, 3.1.1: 14 bits), the lowest of the written formats
# Largest rendition. The encoder of a WebP takes up to 13 bytes a pixel, of an AVIF 26, of a WebP
# with alpha 29 (Pillow 13.0.0): so an AVIF has half of it at most, a picture with alpha a third.
MAX_PIXELS = 24_000_000
MAX_FRAMES = 5_000  # as many as the default limits allow an animation
MAX_BOX_EDGE = 5_000  # of a box that is filled: both sides can be as long

OutputFormat = Literal["jpeg", "webp", "avif", "png"]
Resize = Literal["fit", "cover", "contain", "fill"]
Gravity = Literal[
    "center", "top", "bottom", "left", "right",
    "top-left", "top-right", "bottom-left", "bottom-right", "attention",
]  # fmt: skip
Position = Literal[
    "top-left", "top", "top-right", "left", "center", "right",
    "bottom-left", "bottom", "bottom-right", "tile",
]  # fmt: skip
Edge = Annotated[int, Between(1, MAX_EDGE)]


@dataclass(frozen=True, slots=True)
class TextMark:
    """A line of text, white with a dark outline."""

    text: str


@dataclass(frozen=True, slots=True)
class ImageMark:
    """A picture, usually a logo with alpha: the bytes of a PNG or WebP of the operator's own."""

    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Watermark:
    """A mark and how it is drawn.

    `opacity` is 0 to 1; `size` is the mark's width as a fraction, 0 to 1, of the picture's width.
    """

    mark: TextMark | ImageMark
    position: Position = "bottom-right"
    opacity: float = 0.5
    size: float = 0.25


@dataclass(frozen=True, slots=True, kw_only=True)
class RenditionSpec:
    """One picture to make. `width` and `height` are a box, in pixels; None is unbounded.

    The box of fit is made smaller, in proportion, where more than 24 megapixels would come out;
    the others have at most 5,000 pixels a side.

    What each field does is in docs/recipes.md. The last two are not part of the JSON:
    `watermark` is drawn over the finished picture; `unless_web_ready` skips a picture that
    browsers show well as it is.
    """

    name: Annotated[str, Matching("[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?", "small-2x")]
    width: Edge | None = None
    height: Edge | None = None
    resize: Resize = "fit"
    gravity: Gravity = "center"
    enlarge: bool = False
    format: OutputFormat = "jpeg"
    quality: Annotated[int, Between(1, 100)] = 80
    progressive: bool = False
    sharpen: Annotated[int, Between(0, 200)] = 0
    background: Annotated[str, Matching("#[0-9a-fA-F]{6}", "#ffffff")] | None = None
    animated: bool = False
    frames: Annotated[int, Between(1, MAX_FRAMES)] = 500
    watermark: Watermark | None = None
    unless_web_ready: bool = False

    @property
    def formats(self) -> tuple[OutputFormat, ...]:
        """Every format that the rendition can have: an animation that is kept is always a WebP."""
        return (self.format, "webp") if self.animated and self.format != "webp" else (self.format,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """Everything that is made of one picture.

    With `preview` there is also a small picture to make a placeholder from.
    """

    renditions: tuple[RenditionSpec, ...]
    preview: bool = False


def inside(name: str, edge: int, format_: OutputFormat, quality: int) -> RenditionSpec:
    """A rendition of at most `edge` pixels a side, in proportion."""
    return RenditionSpec(name=name, width=edge, height=edge, format=format_, quality=quality)
