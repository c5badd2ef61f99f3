"""The two things that are made of a video, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from darkroom.errors import check_bytes
from darkroom.imaging.recipe.types import Watermark
from darkroom.media.files import POSTER, PREVIEW, VERSION
from darkroom.media.limits import MediaLimits
from darkroom.media.sandbox import run
from darkroom.media.source import Source
from darkroom.media.watermark import to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What is known and shown of a video."""

    facts: dict[str, Any]
    """Those of `darkroom.media.facts.Facts` that are known."""
    poster: Path
    """A PNG, upright, in sRGB, of at most 1920 × 1080 pixels."""
    poster_seconds: float
    preview: Path | None
    """An animated WebP of three seconds; None for a video of one frame."""
    cpu_seconds: float
    peak_rss_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A video's version for the web, or why there is none."""

    path: Path | None
    """An MP4 (H.264, AAC) whose index comes first."""
    reason: str | None
    """`web-ready` or `too-long`."""
    message: str | None
    width: int
    height: int
    frames: int
    seconds: float
    cut_off: bool
    """Whether the original ends earlier than it says: the version has what is there."""
    predicted_seconds: float | None
    cpu_seconds: float
    peak_rss_bytes: int


def inspect(source: Source, folder: Path, limits: MediaLimits) -> Inspected:
    """What is known of a video, with its poster and its preview, which are written to `folder`.

    Only the parts of the file that are looked at are read.

    Raises:
        PermanentError: one of `darkroom.media.errors`, for whatever is not a video to process.
            Its `code` is the reason, its `sentence` says so to the video's owner.
        TransientError: its bytes came too slowly.
    """
    check_bytes(source.size, limits.max_bytes)
    answer = run({"job": "inspect"}, source, folder, limits)
    found = answer.value
    return Inspected(
        facts=found["facts"],
        poster=folder / POSTER,
        poster_seconds=found["poster_seconds"],
        preview=folder / PREVIEW if found["preview"] else None,
        cpu_seconds=answer.cpu_seconds,
        peak_rss_bytes=answer.peak_rss_bytes,
    )


def transcode(
    source: Source,
    folder: Path,
    limits: MediaLimits,
    *,
    short_edge: int,
    watermark: Watermark | None = None,
    on_progress: Callable[[int], None] = lambda _: None,
) -> Version:
    """The version of a video that every browser plays, written to `folder`.

    Upright, with a short edge of at most `short_edge` pixels, in Rec. 709, with the video's times,
    and with nothing that the file says beside its pictures and sound. `watermark` is on every frame
    as on a picture of its size; without one, what browsers play as it is has no version. Whether
    there is one is decided by the head of the file. `on_progress` is called with each percent.

    Raises:
        PermanentError: one of `darkroom.media.errors`, for whatever is not a video to process.
        TransientError: its bytes came too slowly.
    """
    check_bytes(source.size, limits.max_bytes)
    job = {"job": "transcode", "short_edge": short_edge, "watermark": to_json(watermark)}
    answer = run(job, source, folder, limits, on_progress)
    plan, made = answer.value["plan"], answer.value["made"] or {}
    return Version(
        path=folder / VERSION if made else None,
        reason=plan["reason"],
        message=plan["message"],
        width=plan["width"],
        height=plan["height"],
        frames=made.get("frames", 0),
        seconds=made.get("seconds", 0.0),
        cut_off=made.get("cut_off", False),
        predicted_seconds=plan["work_seconds"],
        cpu_seconds=answer.cpu_seconds,
        peak_rss_bytes=answer.peak_rss_bytes,
    )
