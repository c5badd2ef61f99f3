"""What Darkroom makes of your own videos: python -m darkroom.media FOLDER."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from darkroom.media.command.reading import Found, read
from darkroom.media.limits import MediaLimits, ProcessLimits
from darkroom.printable import printable
from darkroom.units import clock, size

_SHORT_EDGE = 720
_SECONDS = 900  # of a function, at most


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 when every file ended as ok or reject, 1 after a crash, 2 for misuse."""
    options = _parser().parse_args(arguments)
    root: Path | None = options.folder
    if root is None or not root.exists():
        print("Name a folder of videos, or one video.", file=sys.stderr)
        return 2
    limits = MediaLimits(
        max_seconds=options.seconds,
        process=ProcessLimits(cpu_seconds=_SECONDS, wall_seconds=_SECONDS),
    )
    crashes = 0
    for path, name in _files(root):
        found = read(path, name, limits=limits, short_edge=options.edge, save=options.save)
        crashes += found.outcome == "crash"
        line = json.dumps(asdict(found), ensure_ascii=False) if options.json else row(found)
        print(line, flush=True)
    return 1 if crashes else 0


def row(found: Found) -> str:
    """Two lines: what a video is, and what is made of it."""
    name = printable(found.path, instead="?")
    if found.facts is None:
        why = ": ".join(filter(None, (found.reason, found.message)))
        return f"{name}\n  {found.outcome}  {why}"
    facts = found.facts
    seconds = clock(facts["seconds"]) if "seconds" in facts else "of unknown length"
    what = [
        f"{facts['format']} {facts['width']}×{facts['height']} {seconds}",
        " + ".join(filter(None, (facts["video_codec"], facts.get("audio_codec")))),
        f"{facts['frame_rate']:g} fps" if "frame_rate" in facts else "",
        facts.get("hdr", "").upper(),
        size(facts["bytes"]),
        facts.get("taken_at", ""),
        facts.get("camera", ""),
    ]
    return f"{name}  {', '.join(filter(None, what))}\n  {_made(found)}"


def _made(found: Found) -> str:
    took = f"{found.cpu_seconds:.2f} s of CPU, {found.peak_rss_bytes / 1e6:,.0f} MB"
    if found.version is None:
        why = ": ".join(filter(None, (found.reason, found.message)))
        return f"no version, {why}; {took}"
    made = found.version
    cut = ", cut off" if made["cut_off"] else ""
    return (
        f"MP4 {made['width']}×{made['height']} {clock(made['seconds'])}{cut}, "
        f"{size(made['bytes'])}; {took} "
        f"(predicted for a function: {found.predicted_seconds or 0} s)"
    )


def _files(root: Path) -> list[tuple[Path, str]]:
    if root.is_file():
        return [(root, root.name)]
    paths = sorted(path for path in root.rglob("*") if path.is_file())
    names = ((path, path.relative_to(root)) for path in paths)
    return [
        (path, name.as_posix())
        for path, name in names
        if not any(part.startswith(".") for part in name.parts)
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m darkroom.media",
        description="Reads every video of a folder as Darkroom does, each in a process of its own, "
        "and says what is made of it.",
    )
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of videos, or one video")
    parser.add_argument("--json", action="store_true", help="a JSON object a line, for programs")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="keep what is made, there")
    parser.add_argument(
        "--edge", type=int, default=_SHORT_EDGE, choices=range(120, 2161), metavar="N",
        help=f"short edge of the version in pixels, 120 to 2160 ({_SHORT_EDGE})",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=float, default=600.0, metavar="N",
        help="convert videos of up to so many seconds (600)",
    )  # fmt: skip
    return parser
