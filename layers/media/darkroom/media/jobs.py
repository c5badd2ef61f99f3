"""What the process that reads a video does: two jobs, each with an answer that is fit for JSON."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from darkroom.imaging.recipe.types import Watermark
from darkroom.media.container import opened
from darkroom.media.facts import read_facts
from darkroom.media.files import POSTER, PREVIEW
from darkroom.media.limits import MediaLimits
from darkroom.media.plan import plan_of
from darkroom.media.ranges import Fetch, RangeReader
from darkroom.media.transcoding import OnProgress, make_version


def inspect(fetch: Fetch, size: int, folder: Path, limits: MediaLimits) -> dict[str, Any]:
    """The facts of a video; its poster and its preview are in `folder` then."""
    from darkroom.media.poster import make_poster  # with Pillow, which a version does not need
    from darkroom.media.preview import make_preview

    file = RangeReader(fetch, size)
    with opened(file, size, limits) as video:
        facts = read_facts(video)
        poster = make_poster(video, folder)
        # Only for whoever makes its renditions of it: small files are made then.
        poster.image.save(folder / POSTER, "PNG", compress_level=1)
        preview = make_preview(video, poster.seconds, folder, folder / PREVIEW)
    return {
        "facts": facts.to_dict(),
        "poster_seconds": round(poster.seconds, 3),
        "preview": preview and dataclasses.asdict(preview),
    }


def transcode(
    fetch: Fetch, size: int, folder: Path, limits: MediaLimits, short_edge: int,
    on_progress: OnProgress, watermark: Watermark | None = None,
) -> dict[str, Any]:  # fmt: skip
    """The plan for a video's version, and what was made by it: that is in `folder` then."""
    file = RangeReader(fetch, size)
    with opened(file, size, limits) as video:
        facts = read_facts(video)
    plan = plan_of(facts, limits, short_edge, is_marked=watermark is not None)
    made = None
    if plan.reason is None:
        file.seek(0)
        with opened(file, size, limits) as video:
            made = make_version(video, facts, plan, folder, limits, on_progress, watermark)
    return {"plan": dataclasses.asdict(plan), "made": made and dataclasses.asdict(made)}
