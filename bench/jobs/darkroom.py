"""Darkroom: its imaging package, as its functions call it, with one recipe for all five."""

from __future__ import annotations

from functools import cache

from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from darkroom.imaging.recipe import ImageMark, Watermark, inside

from bench.jobs import EDGES, MARK_OPACITY, MARK_SHARE, MARKED, QUALITY
from bench.jobs.measured import keep_to_processors, measure, threads


@cache
def recipe(logo: bytes) -> Recipe:
    plain = [inside(str(edge), edge, "jpeg", QUALITY) for edge in EDGES]
    mark = Watermark(mark=ImageMark(logo), opacity=MARK_OPACITY, size=MARK_SHARE)
    largest = EDGES[0]
    marked = RenditionSpec(
        name=MARKED, width=largest, height=largest, quality=QUALITY, watermark=mark
    )
    return Recipe(renditions=(*plain, marked))


def job(data: bytes, logo: bytes) -> dict[str, bytes]:
    made = render(data, recipe(logo), ImageLimits())
    return {rendition.name: rendition.data for rendition in made.renditions}


if __name__ == "__main__":
    keep_to_processors(threads())
    measure(job)
