"""What a PNG's text chunks say (PNG specification, third edition, 11.3.3.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from darkroom.imaging.metadata.text import plain_text
from darkroom.imaging.metadata.times import moment

_PROFILE = "raw profile type "
_MAX_PROFILE = 2 * (1 << 20)  # characters: two for each byte


@dataclass(frozen=True, slots=True, kw_only=True)
class PngText:
    """The texts that people look for; None where there is no such chunk."""

    title: str | None = None
    author: str | None = None
    description: str | None = None
    copyright: str | None = None
    comment: str | None = None
    software: str | None = None
    created_at: str | None = None
    """ISO 8601."""


def read_png_text(texts: Mapping[str, str]) -> PngText:
    """The fields of text chunks, whatever case and spaces their keywords have. Never raises."""
    known = {keyword.lower().replace(" ", ""): text for keyword, text in texts.items()}

    def text(*keywords: str) -> str | None:
        return next(
            filter(None, (plain_text(known.get(keyword, "")) for keyword in keywords)), None
        )

    return PngText(
        title=text("title"),
        author=text("author", "artist"),
        description=text("description"),
        copyright=text("copyright"),
        comment=text("comment"),
        software=text("software"),
        created_at=_time(text("creationtime")),
    )


def raw_profile(texts: Mapping[str, str], *names: str) -> bytes | None:
    """The bytes of the first of ImageMagick's text profiles with one of these names.

    Three lines of heading, the last of them the length, then hexadecimal digits.
    """
    for keyword, text in texts.items():
        name = keyword.lower().removeprefix(_PROFILE)
        if name != keyword.lower() and name in names and len(text) <= _MAX_PROFILE:
            digits = "".join("".join(text.strip().split("\n")[2:]).split())
            try:
                return bytes.fromhex(digits)
            except ValueError:
                continue
    return None


def _time(text: str | None) -> str | None:
    """ISO 8601, or the form that the specification suggests: that of mail (RFC 1123)."""
    found = moment(text)
    if found or not text:
        return found
    from email.utils import parsedate_to_datetime  # 10 ms that few photos need

    try:
        return parsedate_to_datetime(text).isoformat()
    except (IndexError, OverflowError, TypeError, ValueError):
        return None
