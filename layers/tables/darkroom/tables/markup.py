"""XML as events, within bounds: no entities, no deep nesting, no endless names."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol
from xml.parsers import expat

from darkroom.tables.errors import BrokenArchive, TableTooComplex, UnsafeMarkup

_DEEPEST = 64
_LONGEST = 1 << 20  # bytes in which no element begins or ends
_BUFFER = 1 << 16


class Listener(Protocol):
    """What hears of the elements of a document, by their names without prefixes.

    It counts them: `starts` that began, and `ends` that are over.
    """

    starts: int
    ends: int

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element is over."""

    def text(self, text: str) -> None:
        """A piece of text is in an element."""


def parse(chunks: Iterable[bytes], listener: Listener) -> None:
    """Tell a listener what is in a document.

    Raises:
        BrokenArchive: it is no sound XML.
        UnsafeMarkup: it declares a type or entities.
        TableTooComplex: its elements are too deep, or one is too long.
    """
    # What makes expat unsafe is declarations, which are refused when they begin.
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = _BUFFER
    parser.StartElementHandler = _root(parser, listener)
    parser.EndElementHandler = listener.end
    parser.CharacterDataHandler = listener.text
    parser.StartDoctypeDeclHandler = _refuse
    heard = quiet = 0
    try:
        for chunk in chunks:
            parser.Parse(chunk, False)
            if listener.starts - listener.ends > _DEEPEST:
                raise TableTooComplex("The parts of this workbook are nested too deeply.")
            quiet = 0 if heard != listener.starts + listener.ends else quiet + len(chunk)
            heard = listener.starts + listener.ends
            if quiet > _LONGEST:
                raise TableTooComplex("A part of this workbook is too long to be read.")
        parser.Parse(b"", True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        # Of an encoding that is unknown or of several bytes Python tells otherwise, and before any
        # element. Behind that, such an error is a bug here.
        if listener.starts and not isinstance(error, expat.ExpatError):
            raise
        raise BrokenArchive("This workbook is damaged: a part of it is no sound XML.") from error


def _root(parser: expat.XMLParserType, listener: Listener) -> Callable[[str, dict[str, str]], None]:
    """What hears of the first element: all names have its prefix, if it has one."""

    def start(name: str, attributes: dict[str, str]) -> None:
        prefix, colon, local = name.rpartition(":")
        parser.StartElementHandler = listener.start
        if colon:
            parser.StartElementHandler = lambda name, own: listener.start(
                name.removeprefix(prefix + colon), own
            )
            parser.EndElementHandler = lambda name: listener.end(name.removeprefix(prefix + colon))
        listener.start(local, attributes)

    return start


def _refuse(*_: object) -> None:
    raise UnsafeMarkup(
        "This workbook has declarations in its XML that no spreadsheet program writes."
    )


def hear_starts(chunks: Iterable[bytes], start: Callable[[str, dict[str, str]], None]) -> None:
    """Tell `start` of the elements of a document that begin, as `parse` does."""
    parse(chunks, _Starts(start))


class _Starts:
    def __init__(self, start: Callable[[str, dict[str, str]], None]) -> None:
        self.starts = self.ends = 0
        self._start = start

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.starts += 1
        self._start(name, attributes)

    def end(self, _: str) -> None:
        self.ends += 1

    def text(self, _: str) -> None:
        pass
