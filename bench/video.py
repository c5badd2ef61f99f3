"""`make bench-video`: what converting a video takes, beside the ffmpeg command.

Both write 720p of the same preset and quality on one thread; the command is that of the package
imageio-ffmpeg. ARGS: --rounds 5. With --mark it measures instead what a watermark adds.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from darkroom.imaging.recipe import TextMark, Watermark
from darkroom.media import FileSource, MediaLimits, ProcessLimits, inspect, transcode
from rich.console import Console

from bench.document import write_section
from bench.engines import HOME
from bench.machine import processor
from bench.table import grid
from bench.videos import CLIPS, Clip
from operations.command import CommandError, run_command

console = Console(width=100, highlight=False, soft_wrap=True)
_FOLDER = HOME / "videos"
_EDGE = 720
_LIMITS = MediaLimits(process=ProcessLimits(cpu_seconds=600, wall_seconds=3600))
# Promises: CPU seconds for a second of video, and megabytes at most.
_MOST_SECONDS = {"h264.mp4": 0.55, "hevc.mov": 0.75, "4k.mp4": 0.9}
_MOST_RATIO, _MOST_MB = 1.1, 250
# As the template's defaults draw it, and where it covers the whole picture. The first is without.
_TEXT = TextMark("Darkroom")
MARKS: dict[str, Watermark | None] = {
    "none": None,
    "a text in a corner": Watermark(mark=_TEXT),
    "the text as tiles": Watermark(mark=_TEXT, position="tile"),
}


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took, and what it wrote."""

    cpu_seconds: float
    peak_bytes: int
    made_bytes: int


def main() -> int:
    options = argparse.ArgumentParser(prog="make bench-video")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--mark", action="store_true")
    chosen = options.parse_args()
    rounds: int = chosen.rounds
    console.print("Videos: made once, in about a minute, then kept")
    # In a process of its own: this one stays small, for ffmpeg's memory is counted from it on.
    subprocess.run([sys.executable, "-m", "bench.videos", str(_FOLDER)], check=True)
    if chosen.mark:
        return _measure_marks(CLIPS[0], rounds)
    ffmpeg = _ffmpeg()
    ours: dict[Clip, list[Run]] = {clip: [] for clip in CLIPS}
    theirs: dict[Clip, list[Run]] = {clip: [] for clip in CLIPS}
    for _ in range(rounds):
        for clip in CLIPS:
            with tempfile.TemporaryDirectory(prefix="video-") as folder:
                ours[clip].append(_converted(clip, Path(folder)))
                theirs[clip].append(_by_command(ffmpeg, clip, Path(folder)))
    looked = {clip: _inspected(clip) for clip in CLIPS}
    lines = report(ours, theirs, looked)
    about = (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {processor()}, one thread, "
        f"Python {sys.version.split()[0]}, PyAV {_version('av')}, imageio-ffmpeg "
        f"{_version('imageio-ffmpeg')}; {_rounds(rounds)}."
    )
    _write("video", [about, "", *lines])
    return 0


def _measure_marks(clip: Clip, rounds: int) -> int:
    runs: dict[str, list[Run]] = {name: [] for name in MARKS}
    for _ in range(rounds):
        for name, mark in MARKS.items():
            with tempfile.TemporaryDirectory(prefix="video-") as folder:
                runs[name].append(_converted(clip, Path(folder), mark))
    about = (
        f"Measured on {datetime.now(UTC):%Y-%m-%d}: {clip.name}, {processor()}, one thread, "
        f"Python {sys.version.split()[0]}, PyAV {_version('av')}; {_rounds(rounds)}."
    )
    _write("video-mark", [about, "", *marks_report(clip, runs)])
    return 0


def _write(section: str, lines: list[str]) -> None:
    console.print("\n".join(lines), markup=False)
    write_section(section, lines)
    console.print("Written: docs/performance.md")


def marks_report(clip: Clip, runs: dict[str, list[Run]]) -> list[str]:
    """The table of what each watermark takes beside none, by the runs of the same round."""
    lines: list[Sequence[str]] = [("watermark", "CPU s a second", "ratio", "peak MB", "out Mbit/s")]
    plain = next(iter(runs.values()))
    for name, marked in runs.items():
        ratio = median(
            run.cpu_seconds / without.cpu_seconds
            for run, without in zip(marked, plain, strict=True)
        )
        lines.append((
            name, f"{_a_second(clip, marked):.2f}", f"{ratio:.2f}",
            f"{max(run.peak_bytes for run in marked) / 1e6:.0f}", _mbit(clip, marked),
        ))  # fmt: skip
    return grid(lines)


def report(
    ours: dict[Clip, list[Run]], theirs: dict[Clip, list[Run]], looked: dict[Clip, Run]
) -> list[str]:
    """The table of what was measured, and one of the promises with their verdicts."""
    lines: list[Sequence[str]] = [
        ("video", "CPU s a second", "ffmpeg", "ratio", "peak MB", "ffmpeg", "out Mbit/s",
         "ffmpeg", "looking at it, CPU s", "peak MB"),
    ]  # fmt: skip
    promises: list[Sequence[str]] = [("promise", "measured", "verdict")]
    for clip, runs in ours.items():
        seconds = _a_second(clip, runs)
        ratio = median(
            mine.cpu_seconds / other.cpu_seconds
            for mine, other in zip(runs, theirs[clip], strict=True)
        )
        peak = max(run.peak_bytes for run in runs) / 1e6
        lines.append((
            clip.name, f"{seconds:.2f}", f"{_a_second(clip, theirs[clip]):.2f}", f"{ratio:.2f}",
            f"{peak:.0f}", f"{max(run.peak_bytes for run in theirs[clip]) / 1e6:.0f}",
            _mbit(clip, runs), _mbit(clip, theirs[clip]),
            f"{looked[clip].cpu_seconds:.2f}", f"{looked[clip].peak_bytes / 1e6:.0f}",
        ))  # fmt: skip
        if most := _MOST_SECONDS.get(clip.filename):
            promises.append(_promise(f"{clip.name}: at most {most} s a second", seconds, most, 2))
            promises.append(
                _promise(f"{clip.name}: at most {_MOST_RATIO} × ffmpeg", ratio, _MOST_RATIO, 2)
            )
            promises.append(_promise(f"{clip.name}: at most {_MOST_MB} MB", peak, _MOST_MB, 0))
    return [*grid(lines), "", *grid(promises)]


def _promise(text: str, found: float, most: float, digits: int) -> tuple[str, str, str]:
    return text, f"{found:.{digits}f}", "kept" if found <= most else "missed"


def _a_second(clip: Clip, runs: Sequence[Run]) -> float:
    return median(run.cpu_seconds for run in runs) / clip.seconds


def _mbit(clip: Clip, runs: Sequence[Run]) -> str:
    return f"{runs[0].made_bytes * 8 / clip.seconds / 1e6:.1f}"


def _converted(clip: Clip, folder: Path, mark: Watermark | None = None) -> Run:
    with FileSource(_FOLDER / clip.filename) as source:
        made = transcode(source, folder, _LIMITS, short_edge=_EDGE, watermark=mark)
    if made.path is None:
        raise CommandError(f"{clip.name}: {made.reason}")
    return Run(made.cpu_seconds, made.peak_rss_bytes, made.path.stat().st_size)


def _inspected(clip: Clip) -> Run:
    with (
        tempfile.TemporaryDirectory(prefix="video-") as folder,
        FileSource(_FOLDER / clip.filename) as source,
    ):
        found = inspect(source, Path(folder), _LIMITS)
        return Run(found.cpu_seconds, found.peak_rss_bytes, found.poster.stat().st_size)


def _by_command(ffmpeg: str, clip: Clip, folder: Path) -> Run:
    """The command with the same settings; the colours of HDR from the same table."""
    filters = f"scale=-2:{_EDGE}:flags=bilinear"
    if clip.transfer:
        [cube] = folder.glob("*.cube")
        filters += f",format=gbrp10le,lut3d=file={cube},scale=out_color_matrix=bt709:out_range=tv"
    made = folder / "command.mp4"
    command = [
        ffmpeg, "-hide_banner", "-loglevel", "error", "-threads", "1", "-filter_threads", "1",
        "-i", str(_FOLDER / clip.filename), "-vf", f"{filters},format=yuv420p", "-c:v", "libx264",
        "-preset", "veryfast", "-crf", "23", "-profile:v", "high", "-maxrate", "3M", "-bufsize",
        "6M", "-g", "60", "-threads", "1", "-x264-params", "sync-lookahead=0", "-c:a", "aac",
        "-b:a", "128k", "-movflags", "+faststart", str(made),
    ]  # fmt: skip
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandError(f"ffmpeg ended with status {process.returncode} on {clip.name}")
    unit = 1 if sys.platform == "darwin" else 1024
    return Run(usage.ru_utime + usage.ru_stime, usage.ru_maxrss * unit, made.stat().st_size)


def _ffmpeg() -> str:
    try:
        import imageio_ffmpeg
    except ImportError as error:
        raise CommandError("imageio-ffmpeg is not installed: run `make bench-video`") from error
    return str(imageio_ffmpeg.get_ffmpeg_exe())


def _rounds(count: int) -> str:
    return f"medians of {count} rounds" if count > 1 else "one round"


def _version(package: str) -> str:
    from importlib.metadata import version

    return version(package)


if __name__ == "__main__":
    run_command(main)
