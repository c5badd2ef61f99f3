"""Words: how a text is taken apart, the same way in a document and in a question.

Case and accents are folded: `Café`, `CAFE` and `cafe` are one word, and so are `Straße` and
`strasse`. Scripts that set no blanks between words (Chinese, Japanese, Thai, and Korean with its
particles) are taken apart into pairs of characters.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

MOST_CHARACTERS = 60  # of a word; what is behind them tells no two words apart
# What a word adds to a file's rank. A sum of them is a small whole number: a rank does not change
# when other files come and go, so that a cursor stays right.
WHOLE, IN_NAME, NAME_BEGINS, ANYWHERE = 8, 4, 2, 1
_SHORTEST_FORGIVEN = 4  # letters; a shorter word with a wrong letter is another word
_ACCENTS = re.compile("[\u0300-\u036f]")
# Letters that Unicode does not take for accented ones.
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ı": "i"}
)
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


@dataclass(frozen=True)
class Asked:
    """A word of a question; with `begins`, one that a word need only begin with."""

    word: str
    begins: bool = False
    unspaced: bool = False

    def edits(self, *, forgiving: bool) -> int:
        """How many of its letters may be wrong, missing, too many or in a neighbour's place."""
        is_forgiven = forgiving and len(self.word) >= _SHORTEST_FORGIVEN and not self.unspaced
        return int(is_forgiven)


def words_of(text: str) -> Iterator[str]:
    """The words of a document's text, in their order."""
    for run, unspaced in _runs(text):
        if unspaced:
            yield from _pairs(run)
            yield run[-1]  # so that a single character is found wherever it stands
        else:
            yield run[:MOST_CHARACTERS]


def asked(text: str) -> list[Asked]:
    """The words that a question asks for. The last is being typed unless a blank follows it."""
    found: list[Asked] = []
    for run, unspaced in _runs(text):
        if unspaced and len(run) > 1:
            found += (Asked(pair, unspaced=True) for pair in _pairs(run))
        elif unspaced:
            found.append(Asked(run, begins=True, unspaced=True))
        else:
            found.append(Asked(run[:MOST_CHARACTERS]))
    if found and not text[-1].isspace() and not found[-1].unspaced:
        found[-1] = Asked(found[-1].word, begins=True)
    return list(dict.fromkeys(found))


def fold(text: str) -> str:
    """The text without case and accents."""
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text).casefold())
    return unicodedata.normalize("NFC", plain).translate(_LETTERS)


def _pairs(run: str) -> Iterator[str]:
    return (run[at : at + 2] for at in range(len(run) - 1))


def _runs(text: str) -> Iterator[tuple[str, bool]]:
    """The runs of letters, digits and the marks on them; whether their script sets no blanks."""
    folded = fold(text)
    if folded.isascii():
        yield from ((word, False) for word in _ASCII_WORD.findall(folded))
        return
    for kind, characters in groupby(folded, _kind):
        if kind is not None:
            yield "".join(characters), kind


def _kind(character: str) -> bool | None:
    if unicodedata.category(character)[0] not in "LMN":
        return None
    return _UNSPACED.match(character) is not None
