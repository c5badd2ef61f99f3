"""What exiftool reads of a folder's pictures and Darkroom does not, or reads differently.

`make compare-metadata FOLDER=folder` prints a row for every such field of every file, and how often
each field was the same. exiftool is Debian's: apt install libimage-exiftool-perl.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from darkroom.errors import PermanentError
from darkroom.imaging.command.isolation import ProcessLimits, isolated
from darkroom.imaging.document import read_metadata
from darkroom.imaging.limits import ImageLimits

from operations.screen import visible

_LIMITS = ProcessLimits(memory_bytes=1 << 30, cpu_seconds=30, wall_seconds=120)
_WIDTH = 40  # characters of a value in the table


def _text(value: Any) -> Any:
    """A text without what only its writing differs in: case, spaces, signs. None if blank.

    Darkroom keeps 500 characters.
    """
    return re.sub(r"[\W_]+", "", str(value)[:450]).casefold() or None


def _words(value: Any) -> Any:
    words = value if isinstance(value, list) else re.split("[;,]", str(value))
    return sorted(set(filter(None, map(_text, words)))) or None


def _number(value: Any) -> Any:
    """Two digits of the last of the numbers: exiftool rounds some of them."""
    try:
        return f"{float(str(value).split()[-1]):.2g}"
    except (IndexError, ValueError):
        return None


def _above_zero(value: Any) -> Any:
    """The same of a number whose 0 stands for one that is not known."""
    number = _number(value)
    return None if number in ("0", "inf", "nan") else number


def _moment(value: Any) -> Any:
    """Day and time to the second, without an offset, which the two take from other fields."""
    digits = re.findall(r"\d+", str(value).split("+")[0].split("Z")[0])
    parts = tuple(int(part) for part in digits[:6])
    return parts if any(parts) else None


def _lens(value: Any) -> Any:
    """The focal lengths: a lens's name differs from a list of lenses to another."""
    found = re.search(r"(\d+(?:\.\d+)?)(?:\s*-\s*(\d+(?:\.\d+)?))?\s*mm", str(value), re.IGNORECASE)
    return tuple(round(float(part)) for part in found.groups() if part) if found else _text(value)


@dataclass(frozen=True)
class _Field:
    """A field: where exiftool has it, in order, where Darkroom's document does, and its sameness.

    `#` behind a tag asks for the number instead of the text.
    """

    name: str
    tags: str
    paths: str
    same: Callable[[Any], Any] = _text


FIELDS = (
    _Field("make", "EXIF:Make XMP:Make", "exif.make xmp.make"),
    _Field("model", "EXIF:Model XMP:Model", "exif.model xmp.model"),
    _Field(
        "lens",
        "EXIF:LensModel MakerNotes:LensModel Composite:LensID Composite:Lens EXIF:LensInfo",
        "exif.lens_model xmp.lens_model", _lens,
    ),
    _Field(
        "taken_at",
        "EXIF:DateTimeOriginal EXIF:CreateDate XMP:DateTimeOriginal XMP:DateCreated "
        "XMP:DateTimeDigitized Composite:DateTimeCreated IPTC:DateCreated "
        "Composite:DigitalCreationDateTime XMP:CreateDate PNG:CreationTime",
        "taken_at", _moment,
    ),
    _Field(
        "exposure", "EXIF:ExposureTime# Composite:ShutterSpeed# XMP:ExposureTime#",
        "exif.exposure_seconds xmp.exposure_seconds", _above_zero,
    ),
    _Field("f_number", "EXIF:FNumber# Composite:Aperture# XMP:FNumber#", "f_number", _above_zero),
    _Field("iso", "EXIF:ISO# Composite:ISO# MakerNotes:ISO# XMP:ISO#", "iso", _above_zero),
    _Field("focal_length", "EXIF:FocalLength# XMP:FocalLength#", "focal_length_mm", _above_zero),
    _Field(
        "focal_length_35", "EXIF:FocalLengthIn35mmFormat#", "exif.focal_length_35mm", _above_zero
    ),
    _Field("exposure_bias", "EXIF:ExposureCompensation#", "exif.exposure_bias_ev", _number),
    _Field("orientation", "EXIF:Orientation#", "exif.orientation", _number),
    _Field(
        "latitude", "Composite:GPSLatitude# XMP:GPSLatitude#",
        "exif.gps.latitude xmp.gps.latitude", _number,
    ),
    _Field(
        "longitude", "Composite:GPSLongitude# XMP:GPSLongitude#",
        "exif.gps.longitude xmp.gps.longitude", _number,
    ),
    _Field(
        "altitude", "Composite:GPSAltitude# XMP:GPSAltitude#",
        "exif.gps.altitude_m xmp.gps.altitude_m", _number,
    ),
    _Field(
        "title", "XMP:Title IPTC:ObjectName EXIF:XPTitle PNG:Title IPTC:Headline XMP:Headline",
        "title",
    ),
    _Field(
        "description",
        "XMP:Description EXIF:ImageDescription IPTC:Caption-Abstract PNG:Description "
        "EXIF:XPSubject EXIF:XPComment",
        "xmp.description exif.description iptc.caption png.description",
    ),
    _Field(
        "keywords", "XMP:Subject IPTC:Keywords EXIF:XPKeywords",
        "xmp.keywords iptc.keywords exif.keywords", _words,
    ),
    _Field(
        "artist", "EXIF:Artist EXIF:XPAuthor XMP:Creator XMP:Artist IPTC:By-line PNG:Author",
        "exif.artist xmp.creators iptc.bylines png.author", _words,
    ),
    _Field(
        "copyright", "EXIF:Copyright XMP:Rights IPTC:CopyrightNotice PNG:Copyright",
        "exif.copyright xmp.rights iptc.copyright png.copyright",
    ),
    _Field("rating", "XMP:Rating# EXIF:Rating#", "rating", _number),
)  # fmt: skip


def main(arguments: list[str]) -> int:
    """The exit status: 0 when the table is printed, 2 for misuse."""
    if shutil.which("exiftool") is None:
        print("There is no exiftool here: apt install libimage-exiftool-perl", file=sys.stderr)
        return 2
    if len(arguments) != 1 or not Path(arguments[0]).is_dir():
        print("Name a folder of pictures: make compare-metadata FOLDER=folder", file=sys.stderr)
        return 2
    counts: Counter[tuple[str, str]] = Counter()
    for path, told in sorted(_told_by_exiftool(Path(arguments[0]))):
        ours = isolated(lambda path=path: _told_by_us(path), _LIMITS)  # type: ignore[misc]
        if ours.value is None:
            counts["files", ours.failure or "refused"] += 1
            continue
        counts["files", "read"] += 1
        for name, verdict, theirs, mine in compared(told, ours.value):
            counts[name, verdict] += 1
            if verdict != "same":
                print(row(path.name, name, theirs, mine))
    _print_counts(counts)
    return 0


def row(file: str, field: str, theirs: Any, mine: Any) -> str:
    """A line of the table. Names and values are anybody's, and may hold escape sequences."""
    return f"{visible(file)[:60]:60}  {field:15}  {_short(theirs)}  {_short(mine)}"


def _told_by_exiftool(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    wanted = sorted({f"-{tag}" for field in FIELDS for tag in field.tags.split()})
    ran = subprocess.run(
        ["exiftool", "-json", "-G0", "-q", "-q", "-r", "-m", *wanted, str(folder)],
        capture_output=True,
        check=False,
    )
    for told in json.loads(ran.stdout.decode("utf-8", "replace") or "[]"):
        yield Path(told.pop("SourceFile")), told


def _told_by_us(path: Path) -> dict[str, Any] | None:
    try:
        metadata = read_metadata(path.read_bytes(), ImageLimits())
    except PermanentError:
        return None
    return {**metadata.to_dict(), **metadata.summary()}


def compared(told: dict[str, Any], document: dict[str, Any]) -> Iterator[tuple[str, str, Any, Any]]:
    """Each field that one of the two knows: its name, the verdict, and both values."""
    for field in FIELDS:
        candidates = [told.get(tag.removesuffix("#")) for tag in field.tags.split()]
        theirs = [
            value for value in candidates if value is not None and field.same(value) is not None
        ]
        mine = [value for path in field.paths.split() if (value := _at(document, path)) is not None]
        if not theirs and not mine:
            continue
        if {str(field.same(value)) for value in mine} & {
            str(field.same(value)) for value in theirs
        }:
            verdict = "same"
        else:
            verdict = "different" if theirs and mine else "exiftool's" if theirs else "ours"
        yield field.name, verdict, next(iter(theirs), None), next(iter(mine), None)


def _at(document: dict[str, Any], path: str) -> Any:
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _short(value: Any) -> str:
    text = "-" if value is None else visible(" ".join(str(value).split()))
    return f"{text[:_WIDTH]:{_WIDTH}}"


def _print_counts(counts: Counter[tuple[str, str]]) -> None:
    verdicts = ("same", "different", "exiftool's", "ours")
    print(f"\n{'field':18}" + "".join(f"{verdict:>12}" for verdict in verdicts))
    for field in FIELDS:
        print(f"{field.name:18}" + "".join(f"{counts[field.name, v]:12}" for v in verdicts))
    files = {verdict: count for (name, verdict), count in counts.items() if name == "files"}
    print("files: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(files.items())))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
