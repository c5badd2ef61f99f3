"""The parts of a workbook beside the cells: its sheets, the formats of numbers, and its texts.

By ECMA-376, part 1 (https://ecma-international.org/publications-and-standards/standards/ecma-376/).
Nothing is followed that is outside of the file, no formula is run, and macros are never looked at.
"""

from __future__ import annotations

import mmap
import posixpath
import re
from array import array
from collections.abc import Iterator, Sized
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path
from typing import BinaryIO

from darkroom.tables.archive import Archive
from darkroom.tables.clock import Clock
from darkroom.tables.errors import TableTooComplex
from darkroom.tables.markup import hear_starts, parse

_FOLDER = "xl"
_MAIN = f"{_FOLDER}/workbook.xml"
_RELATIONS = f"{_FOLDER}/_rels/workbook.xml.rels"
_MOST_PARTS, _MOST_FORMATS, _MOST_TEXTS = 10_000, 100_000, 10_000_000
_KEPT_SIZE, _KEPT_BESIDE = 32 << 20, 200  # characters of texts, and what one takes beside
_MOST_NAME = 100  # characters of a sheet's; Excel allows 31
_MOST_FORMAT = 255  # characters of a format, as many as Excel allows
# What stands for a character that XML cannot hold: 3.18.9 of part 1.
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")


class Meaning(Enum):
    """What a number in a cell means, by its format."""

    NUMBER = auto()
    DAY = auto()
    MOMENT = auto()
    TIME = auto()


# Formats that every program knows by number: 18.8.30 of part 1.
_KNOWN = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 59)), Meaning.DAY),
    22: Meaning.MOMENT,
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 46, 47), Meaning.TIME),
}
# In a format: quoted text, a sign behind a backslash, a width or a filling; brackets but of hours.
_NO_TOKENS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


@dataclass(frozen=True)
class Sheet:
    """A sheet: its name, its part, and whether people see it."""

    name: str
    part: str
    is_visible: bool


class Workbook:
    """A workbook, open: `sheets` in the order of their tabs, `meanings` by the style of a cell."""

    def __init__(self, archive: Archive, folder: Path, clock: Clock) -> None:
        self.archive = archive
        self._clock = clock
        self._relations = self._related()
        self.is_from_1904 = False
        self.sheets = self._named_sheets()
        self.meanings = self._styles()
        part = self._part_of("sharedStrings")
        self.texts = Texts(folder / "texts", None if part is None else self.read(part))

    def read(self, part: str) -> Iterator[bytes]:
        """The bytes of a part, in time."""
        for chunk in self.archive.read(part):
            self._clock.check()
            yield chunk

    def _related(self) -> dict[str, tuple[str, str]]:
        """The kind and the part of what the workbook refers to inside the file, by its id."""
        found: dict[str, tuple[str, str]] = {}

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "Relationship" and attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                target = posixpath.join("/" + _FOLDER, attributes.get("Target", ""))
                part = posixpath.normpath(target).lstrip("/")
                found[attributes.get("Id", "")] = (kind, part)
                _bound(found, _MOST_PARTS)

        hear_starts(self.read(_RELATIONS), start)
        return found

    def _part_of(self, kind: str) -> str | None:
        parts = (part for its, part in self._relations.values() if its == kind)
        return next((part for part in parts if self.archive.has(part)), None)

    def _named_sheets(self) -> list[Sheet]:
        found: list[Sheet] = []

        def start(name: str, attributes: dict[str, str]) -> None:
            if name == "workbookPr":
                self.is_from_1904 = attributes.get("date1904") in ("1", "true")
            if name == "sheet":
                to = next((v for k, v in attributes.items() if k.endswith(":id")), "")
                kind, part = self._relations.get(to, ("", ""))
                if kind == "worksheet":
                    is_visible = attributes.get("state", "visible") == "visible"
                    found.append(Sheet(attributes.get("name", "")[:_MOST_NAME], part, is_visible))
                    _bound(found, _MOST_PARTS)

        hear_starts(self.read(_MAIN), start)
        return found

    def _styles(self) -> list[Meaning]:
        """What numbers mean in cells of each style."""
        part = self._part_of("styles")
        own: dict[str, Meaning] = {}
        numbers: list[str] = []
        is_of_cells = False

        def start(name: str, attributes: dict[str, str]) -> None:
            nonlocal is_of_cells
            if name == "numFmt":
                own[attributes.get("numFmtId", "")] = meaning_of(attributes.get("formatCode", ""))
                _bound(own, _MOST_FORMATS)
            elif name in ("cellXfs", "cellStyleXfs"):
                is_of_cells = name == "cellXfs"
            elif name == "xf" and is_of_cells:
                numbers.append(attributes.get("numFmtId", "0")[:10])
                _bound(numbers, _MOST_FORMATS)

        if part is not None:
            hear_starts(self.read(part), start)
        return [own.get(number) or _known(number) for number in numbers]


def meaning_of(code: str) -> Meaning:
    """What a number means that is shown by a format, such as `yyyy-mm-dd hh:mm`."""
    tokens = _NO_TOKENS.sub("", code[:_MOST_FORMAT]).partition(";")[0].lower()
    if "general" in tokens:
        return Meaning.NUMBER
    has_time = any(token in tokens for token in "hs")
    has_day = any(token in tokens for token in "yd") or ("m" in tokens and not has_time)
    if "[m" in tokens:
        return Meaning.TIME
    if has_day:
        return Meaning.MOMENT if has_time else Meaning.DAY
    return Meaning.TIME if has_time else Meaning.NUMBER


def _known(number: str) -> Meaning:
    return _KNOWN.get(int(number), Meaning.NUMBER) if number.isdecimal() else Meaning.NUMBER


def _bound(found: Sized, most: int) -> None:
    if len(found) > most:
        raise TableTooComplex("This workbook has too many parts or formats to be read.")


class Texts:
    """The texts that cells share. They are kept on disk: only where each begins is in memory.

    The first that were asked for are `kept`, too, by their number as cells have it.
    """

    def __init__(self, path: Path, chunks: Iterator[bytes] | None) -> None:
        self._ends = array("Q")
        self.kept: dict[str, str] = {}
        self._kept_size = 0
        with path.open("w+b") as file:
            if chunks is not None:
                parse(chunks, _TextListener(file, self._ends))
            file.flush()
            size = path.stat().st_size
            self._text = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else b""

    def __len__(self) -> int:
        return len(self._ends)

    def text(self, number: int, most: int) -> str | None:
        """A text; None if it has more bytes than `most`."""
        start = self._ends[number - 1] if number else 0
        end = self._ends[number]
        if end - start > most:
            return None
        text = unescaped(self._text[start:end].decode())
        if self._kept_size < _KEPT_SIZE:
            self._kept_size += len(text) + _KEPT_BESIDE
            self.kept[str(number)] = text
        return text


class _TextListener:
    """Writes the texts to a file; how they are to be read aloud, in rPh, is none of them."""

    def __init__(self, file: BinaryIO, ends: array[int]) -> None:
        self._file, self._ends = file, ends
        self.starts = self.ends = 0
        self._at = 0
        self._is_text = self._is_aloud = False

    def start(self, name: str, _: dict[str, str]) -> None:
        self.starts += 1
        if name == "t":
            self._is_text = not self._is_aloud
        elif name == "rPh":
            self._is_aloud = True

    def text(self, text: str) -> None:
        if self._is_text:
            self._at += self._file.write(text.encode())

    def end(self, name: str) -> None:
        self.ends += 1
        if name == "t":
            self._is_text = False
        elif name == "rPh":
            self._is_aloud = False
        elif name == "si":
            self._ends.append(self._at)
            _bound(self._ends, _MOST_TEXTS)


def unescaped(text: str) -> str:
    """A text with the characters that XML cannot hold."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
