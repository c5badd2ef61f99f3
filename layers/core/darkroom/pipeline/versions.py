"""Stand-ins: versions for objects of which no event is known, or that are processed once more.

A version is S3's sequencer, and S3 tells a sequencer in events alone: neither a listing nor HEAD
has it. When the event of an object is lost, or its outputs have to be made again under new keys,
Darkroom makes a version of its own. It lies directly behind a version that is known: greater than
that, and smaller than every sequencer that S3 will ever give a later event of the key. Nothing is
assumed of what S3 encodes in a sequencer, only what it documents: that they are hexadecimal and
grow, compared as text, the shorter padded with zeros on the right.

    known           0066AB12CD34EF5678
    stand-in        0066AB12CD34EF5678 00000000000000 00000001     32 digits, then a number
    any later one   0066AB12CD34EF5679…

So a real event always wins over a stand-in that was made before it: an overwrite, a deletion. The
one event that must not win is the lost event itself, should it come after all: it is recognised by
its ETag (see `same_object`).
"""

from __future__ import annotations

_REAL_DIGITS = 32  # S3's have 16 or 18
_NUMBER_DIGITS = 8
UNKNOWN = "0"  # orders before every real version


def stand_in_after(version: str) -> str:
    """The next version behind `version` that no event of S3's can have."""
    real = version[:_REAL_DIGITS].ljust(_REAL_DIGITS, "0")
    number = int(version[_REAL_DIGITS:].ljust(_NUMBER_DIGITS, "0"), 16) + 1
    return f"{real}{number:0{_NUMBER_DIGITS}X}".rstrip("0")


def is_stand_in(version: str) -> bool:
    """Whether Darkroom made this version, not S3."""
    return len(version) > _REAL_DIGITS


def same_object(version: str, etag: str | None, other: str, other_etag: str | None) -> bool:
    """Whether two versions are the same object, once as S3's event and once as a stand-in."""
    stands_in = is_stand_in(version) or is_stand_in(other)
    return stands_in and version != other and bool(etag) and etag == other_etag
