"""What is measured: generated photos, and real ones where there is a corpus."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from bench.engines import HOME, environment
from local.paths import ROOT
from operations.command import CommandError

PHOTOS = HOME / "photos"
MARK = PHOTOS / "mark.png"
_RECIPE = PHOTOS / "recipe"
_CORPUS = Path(os.environ.get("DARKROOM_CORPUS", ROOT.parent / "shared" / "corpus"))


@dataclass(frozen=True, slots=True)
class Case:
    """A photo, and a small one of its kind to warm up with."""

    name: str
    path: Path
    kind: str
    alone: bool = False
    """Measured for Darkroom's memory, not beside the peers."""
    everything: bool = False
    """Not the five JPEGs, but the work of all functions."""

    @property
    def small(self) -> Path:
        return PHOTOS / f"small-{self.kind}"

    @property
    def format(self) -> str:
        """What it counts as in the means."""
        return _FORMATS.get(self.kind, "JPEG")

    @property
    def baseline(self) -> bool:
        return self.kind in ("jpeg", "p3", "heavy", "ink") and not self.everything


_GENERATED = {
    "JPEG 12 Mpx": ("12-jpeg", "jpeg"),
    "JPEG 12 Mpx, P3, turned": ("12-p3", "p3"),
    "JPEG 24 Mpx": ("24-jpeg", "jpeg"),
    "JPEG 48 Mpx": ("48-jpeg", "jpeg"),
    "JPEG 12 Mpx, progressive": ("12-progressive", "progressive"),
    "PNG 12 Mpx": ("12-png", "png"),
    "HEIC 12 Mpx": ("12-heic", "heic"),
    "WebP 12 Mpx": ("12-webp", "webp"),
    "AVIF 12 Mpx": ("12-avif420", "avif420"),
    "GIF 12 Mpx": ("12-indexed", "indexed"),
    "TIFF 12 Mpx": ("12-tiff", "tiff"),
}
_FORMATS = {
    "png": "PNG",
    "heic": "HEIC",
    "webp": "WebP",
    "avif420": "AVIF",
    "indexed": "GIF",
    "tiff": "TIFF",
}
_LARGEST_BASELINE = {
    "JPEG 15 Mpx, square": ("15-jpeg", "jpeg"),
    "JPEG 59 Mpx, square": ("59-jpeg", "jpeg"),
    "JPEG 100 Mpx": ("100-jpeg", "jpeg"),
}
_HEAVIEST_BASELINE = {
    "JPEG 59 Mpx, {} MB file": ("59-heavy", "heavy"),
    "JPEG 59 Mpx, CMYK, {} MB file": ("59-ink", "ink"),
    "JPEG 100 Mpx, {} MB file": ("100-heavy", "heavy"),
}
_LARGEST = {
    "JPEG 100 Mpx, all functions": ("100-jpeg", "jpeg"),
    "JPEG 64 Mpx, CMYK, all functions": ("64-ink", "ink"),
    "JPEG 50 Mpx, progressive": ("50-progressive", "progressive"),
    "JPEG 50 Mpx, progressive CMYK": ("50-cmyk", "cmyk"),
    "PNG 50 Mpx, with alpha": ("50-png", "png"),
    "PNG 12 Mpx, 40 frames": ("12-apng", "apng"),
    "GIF 12 Mpx, 40 frames": ("12-gif", "gif"),
    "GIF 50 Mpx, 2 frames": ("50-gif", "gif"),
    "WebP 50 Mpx, with alpha": ("50-webp", "webp"),
    "AVIF 50 Mpx, 4:4:4, alpha": ("50-avif", "avif"),
    "TIFF 26 Mpx, with alpha": ("26-tiff", "tiff"),
    "AVIF 10 Mpx, 40 frames": ("10-avifs", "avifs"),
    "HEIC 35 Mpx": ("35-heic", "heic"),
    "HEIC 50 Mpx, tiles": ("50-tiles", "heic"),
}
_REAL = {
    "real JPEG 2 Mpx": ("exif__Portrait_1.jpg", "jpeg"),
    "real JPEG 2 Mpx, turned": ("exif__Portrait_6.jpg", "jpeg"),
    "real HEIC 12 Mpx": ("metadata__IMG_1034.heic", "heic"),
}


def prepare_cases() -> list[Case]:
    """All cases; the generated photos are made once and kept in `.local/bench`."""
    recipe = (Path(__file__).parent / "generated.py").read_text()
    if not _RECIPE.exists() or _RECIPE.read_text() != recipe:
        PHOTOS.mkdir(parents=True, exist_ok=True)
        made = subprocess.run(
            [sys.executable, "-m", "bench.generated", str(PHOTOS)], cwd=ROOT, env=environment(1)
        )
        if made.returncode:
            raise CommandError("the photos to measure could not be generated: see above")
        _RECIPE.write_text(recipe)
    cases = [Case(name, PHOTOS / file, kind) for name, (file, kind) in _GENERATED.items()]
    cases += [
        Case(name, path, kind)
        for name, (file, kind) in _REAL.items()
        if (path := _CORPUS / file).is_file()
    ]
    cases += [
        Case(name, PHOTOS / file, kind, alone=True)
        for name, (file, kind) in _LARGEST_BASELINE.items()
    ]
    cases += [
        Case(_named(name, PHOTOS / file), PHOTOS / file, kind, alone=True)
        for name, (file, kind) in _HEAVIEST_BASELINE.items()
    ]
    cases += [
        Case(name, PHOTOS / file, kind, alone=True, everything=True)
        for name, (file, kind) in _LARGEST.items()
    ]
    return cases


def _named(name: str, path: Path) -> str:
    return name.format(round(path.stat().st_size / 1e6))
