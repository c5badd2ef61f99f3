"""What Darkroom makes of one video, and what that took."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from darkroom.errors import PermanentError, TransientError
from darkroom.media.limits import MediaLimits
from darkroom.media.sandbox import SandboxError
from darkroom.media.source import FileSource
from darkroom.media.work import inspect, transcode

Outcome = Literal["ok", "reject", "crash"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """The outcome of one file. `reason` and `message` are those of a refusal, or of no version."""

    path: str
    outcome: Outcome
    reason: str | None = None
    message: str | None = None
    facts: dict[str, Any] | None = None
    version: dict[str, Any] | None = None
    predicted_seconds: float | None = None
    cpu_seconds: float = 0.0
    peak_rss_bytes: int = 0


def read(
    path: Path, name: str, *, limits: MediaLimits, short_edge: int, save: Path | None = None
) -> Found:
    """The outcome of one file; with `save`, what is made is kept there, in a folder of its name."""
    with TemporaryDirectory(prefix="darkroom-") as folder, FileSource(path) as source:
        try:
            found = _read(source, name, Path(folder), limits, short_edge)
        except PermanentError as refusal:
            return Found(path=name, outcome="reject", reason=refusal.code, message=refusal.sentence)
        except (SandboxError, TransientError) as error:
            return Found(path=name, outcome="crash", message=str(error))
        if save is not None:
            kept = save / name
            kept.mkdir(parents=True, exist_ok=True)
            for made in Path(folder).iterdir():
                if made.suffix != ".cube":
                    shutil.copy(made, kept)
    return found


def _read(
    source: FileSource, name: str, folder: Path, limits: MediaLimits, short_edge: int
) -> Found:
    inspected = inspect(source, folder, limits)
    made = transcode(source, folder, limits, short_edge=short_edge)
    version = (
        None
        if made.path is None
        else {
            "width": made.width,
            "height": made.height,
            "seconds": made.seconds,
            "frames": made.frames,
            "bytes": made.path.stat().st_size,
            "cut_off": made.cut_off,
        }
    )
    return Found(
        path=name,
        outcome="ok",
        reason=made.reason,
        message=made.message,
        facts=inspected.facts,
        version=version,
        predicted_seconds=made.predicted_seconds,
        cpu_seconds=round(inspected.cpu_seconds + made.cpu_seconds, 3),
        peak_rss_bytes=max(inspected.peak_rss_bytes, made.peak_rss_bytes),
    )
