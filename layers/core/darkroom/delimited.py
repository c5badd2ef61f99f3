"""How text holds a table: its encoding, and what separates the values of a line.

Told from the beginning of a file alone: a head tells whether it is a table at all, a longer sample
how it is read.
"""

from __future__ import annotations

import codecs
import re
import zlib
from collections import Counter
from dataclasses import dataclass

GZIP = b"\x1f\x8b"
_DELIMITERS = ",;\t|"
_MOST_TITLE_LINES = 30
_UNPACKED_HEAD_BYTES = 8192
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SEPARATOR_LINE = re.compile(r'"?sep=([,;\t|:~^ ])"?')
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_INSTEAD = "\ue000"  # of what is quoted, of no meaning in any text
_OPEN_QUOTE = re.compile(r'"[^"]*\Z')
# What no text has. The bytes 0x80 to 0x9f are letters and signs in most encodings.
_CONTROLS = re.compile("[\0-\x08\x0b\x0e-\x1a\x1c-\x1f\x7f]")
_OTHER_TEXT = re.compile(r"\s*[\[{<]")  # JSON, a markup or an e-mail


@dataclass(frozen=True)
class Dialect:
    """What separates values, and how many lines come before the header."""

    delimiter: str
    title_lines: int = 0


@dataclass(frozen=True)
class _Shape:
    """What a delimiter makes of a text: from line `first` on, a `share` has so many columns."""

    delimiter: str
    share: float = 0.0
    columns: int = 0
    first: int = 0

    @property
    def fit(self) -> tuple[float, str]:
        """How well it fits: the more columns the better, for few of them may be a coincidence."""
        return self.share * (1 + min(self.columns, 20) / 20), self.delimiter

    def is_part_of(self, other: _Shape) -> bool:
        """Whether another one fits as well, and has lines that would be titles here."""
        return other.first < self.first and other.share >= self.share


def encoding_of(sample: bytes) -> str:
    """The encoding of text that begins so: utf-8, utf-8-sig, utf-16, utf-16-le, -be or cp1252."""
    for bom, encoding in _BOMS:
        if sample.startswith(bom):
            return encoding
    if sample.count(0) > len(sample) // 4:
        return "utf-16-le" if sample[1::2].count(0) > sample[::2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def text_of(head: bytes, *, whole: bool) -> tuple[str, bool] | None:
    """A file's beginning as text, also of one in gzip, and whether it is all of it.

    None if the gzip file is damaged. `whole` says whether the head is all of the file.
    """
    if head.startswith(GZIP):
        unpacker = zlib.decompressobj(31)
        try:
            head, whole = unpacker.decompress(head, _UNPACKED_HEAD_BYTES), unpacker.eof
        except zlib.error:
            return None
    return head.decode(encoding_of(head), "replace"), whole


def begins_as_table(head: bytes, *, whole: bool) -> bool:
    """Whether a file begins as a delimited table does; `whole` if its head is all of it."""
    found = text_of(head, whole=whole)
    if found is None or _CONTROLS.search(found[0]) or _OTHER_TEXT.match(found[0]):
        return False
    return dialect_of(found[0], whole=found[1]) is not None


def dialect_of(text: str, *, whole: bool) -> Dialect | None:
    """How a text that begins so separates its values; None if it holds no table.

    Lines of a table have as many values each: most of them, and at least two of two values or more.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace(_INSTEAD, " ")
    named = _SEPARATOR_LINE.fullmatch(text.partition("\n")[0])
    if named:
        return Dialect(named[1], title_lines=1)
    bare = _QUOTED.sub(_INSTEAD, text)
    found = [shape for each in _DELIMITERS if (shape := _shape(bare, each, whole)) is not None]
    if not found:
        return None
    whole_ones = [each for each in found if not any(map(each.is_part_of, found))]
    best = max(whole_ones, key=lambda each: each.fit)
    return Dialect(best.delimiter, _lines_before(text, bare, best.first))


def _shape(bare: str, delimiter: str, whole: bool) -> _Shape | None:
    """What a delimiter makes of a text, where it may be a table."""
    lines = (bare if whole else _OPEN_QUOTE.sub("", bare)).split("\n")
    last = lines.pop()
    if whole and last:
        lines.append(last)
    if len(lines) < 2:
        # One line is longer than the head: a table of many columns.
        fits = not whole and bare.count(delimiter) >= 10 and not _is_prose(bare, delimiter, 0.1)
        return _Shape(delimiter) if fits else None
    widths = [line.count(delimiter) + 1 for line in lines]
    usual, times = max(Counter(widths).items(), key=lambda each: (each[0] > 1, each[1], each[0]))
    if usual < 2 or times < 2:
        return None
    first = widths.index(usual)
    if first > _MOST_TITLE_LINES:
        return None
    of_table = [width for width, line in zip(widths[first:], lines[first:], strict=True) if line]
    share = of_table.count(usual) / len(of_table)
    if share < 0.5 or (usual == 2 and _is_prose("\n".join(lines[first:]), delimiter, 0.5)):
        return None
    return _Shape(delimiter, share, usual, first)


def _is_prose(text: str, delimiter: str, at_most: float) -> bool:
    """Whether more than a share of the delimiters are followed by a blank, as in a sentence."""
    blank = len(re.findall(re.escape(delimiter) + r"(?:[ \n]|\Z)", text))
    return delimiter in ",;" and blank > at_most * text.count(delimiter)


def _lines_before(text: str, bare: str, first: int) -> int:
    """How many lines of `text` come before line `first` of the text without what is quoted."""
    if first == 0:
        return 0
    at = 0
    for _ in range(first):
        at = bare.index("\n", at) + 1
    left = bare.count(_INSTEAD, 0, at)
    quoted = [found for _, found in zip(range(left), _QUOTED.finditer(text), strict=False)]
    return first + sum(found[0].count("\n") for found in quoted)
