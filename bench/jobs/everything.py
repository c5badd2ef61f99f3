"""Darkroom: all that its functions do with one picture, for the memory that it takes."""

from __future__ import annotations

from darkroom.imaging.command.inspection import MARKED, USUAL, WEB
from darkroom.imaging.document import read_metadata
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.rendering import render

from bench.jobs.measured import keep_to_processors, measure, threads


def job(data: bytes, _: bytes) -> dict[str, bytes]:
    for recipe in (USUAL, MARKED, WEB):
        render(data, recipe, ImageLimits())
    read_metadata(data, ImageLimits())
    return {}


if __name__ == "__main__":
    keep_to_processors(threads())
    measure(job)
