"""What Darkroom makes of one file: the work of all its functions on it, and what that took."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from darkroom.errors import PermanentError, check_bytes
from darkroom.imaging.command.isolation import ProcessLimits, isolated
from darkroom.imaging.document import read_metadata
from darkroom.imaging.formats import FORMATS
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.recipe import (
    MAX_EDGE,
    Recipe,
    RenditionSpec,
    TextMark,
    Watermark,
    inside,
)
from darkroom.imaging.recipe.reader import Recipes
from darkroom.imaging.rendering import render
from darkroom.imaging.renditions import Rendition
from darkroom.kinds import Format

# The template's defaults.
USUAL = Recipe(
    renditions=tuple(
        inside(str(edge), edge, format_, 80)
        for edge in (1920, 960, 480, 240)
        for format_ in ("jpeg", "webp")
    ),
    preview=True,
)
_MARK = Watermark(mark=TextMark("Darkroom"))
MARKED = Recipe(renditions=(replace(inside("watermark", 1920, "jpeg", 80), watermark=_MARK),))
WEB = Recipe(
    renditions=(
        RenditionSpec(
            name="web", width=MAX_EDGE, height=MAX_EDGE, format="webp", animated=True,
            unless_web_ready=True,
        ),
    )
)  # fmt: skip
Outcome = Literal["ok", "reject", "crash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """The outcome of one file. `reason` and `message` are those of a refusal or of a crash."""

    path: str
    outcome: Outcome
    reason: str | None = None
    message: str | None = None
    format: str | None = None
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    renditions: list[dict[str, Any]]
    peak_rss_bytes: int
    cpu_seconds: float


def inspect(
    folder: Path,
    path: Path,
    *,
    recipes: Recipes,
    process_limits: ProcessLimits,
    limits: ImageLimits,
    save: Path | None = None,
) -> Inspected:
    """The outcome of one file below a folder, from a process of its own.

    With `save`, what is made is written there, in a folder of the file's own name.
    """
    name = path.relative_to(folder).as_posix()
    recipe = recipes.for_path(name) or USUAL

    def work() -> dict[str, Any]:
        try:
            check_bytes(path.stat().st_size, limits.max_bytes)
            return _everything(path.read_bytes(), recipe, limits, save and save / name)
        except PermanentError as error:
            return {"outcome": "reject", "reason": error.code, "message": error.sentence}

    ended = isolated(work, process_limits)
    found = ended.value or {"outcome": "crash", "reason": ended.failure}
    return Inspected(
        path=name,
        **{"renditions": []} | found,
        peak_rss_bytes=ended.peak_rss_bytes,
        cpu_seconds=ended.cpu_seconds,
    )


def _everything(
    data: bytes, recipe: Recipe, limits: ImageLimits, save: Path | None
) -> dict[str, Any]:
    """The outcome of thumbnail, watermark, transcode and metadata, one after the other."""
    renditions: list[dict[str, Any]] = []
    for wanted in (recipe, MARKED, WEB):
        made = render(data, wanted, limits)
        for rendition in made.renditions:
            renditions.append(_described(rendition))
            if save is not None:
                save.mkdir(parents=True, exist_ok=True)
                filename = f"{rendition.name}.{FORMATS[Format(rendition.format)].extension}"
                (save / filename).write_bytes(rendition.data)
    json.dumps(read_metadata(data, limits).to_dict(), allow_nan=False)
    facts = made.facts
    return {
        "outcome": "ok",
        "format": facts.format,
        "width": facts.width,
        "height": facts.height,
        "frames": facts.frames,
        "renditions": renditions,
    }


def _described(rendition: Rendition) -> dict[str, Any]:
    return {
        "name": rendition.name,
        "format": rendition.format,
        "width": rendition.width,
        "height": rendition.height,
        "frames": rendition.frames,
        "bytes": len(rendition.data),
    }
