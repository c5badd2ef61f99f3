"""Synthetic versions: for objects of which no event is known, or that are processed once more.

A version is S3's sequencer, and S3 tells a sequencer in events alone: neither a listing nor HEAD
has it. When the event of an object is lost, or its outputs have to be made again under new keys,
Darkroom makes a version of its own. It lies directly behind a version that is known: greater than
that, and smaller than every sequencer that S3 will ever give a later event of the key. Nothing is
assumed of what S3 encodes in a sequencer, only what it documents: that they are hexadecimal and
grow, compared as text, the shorter padded with zeros on the right.

    known           0066AB12CD34EF5678
    synthetic       0066AB12CD34EF5678 00000000000000 00000001     32 digits, then a number
    any later one   0066AB12CD34EF5679…

So a real event always wins over a synthetic version that was made before it: an overwrite, a
deletion. The one event that must not win is the lost event itself, should it come after all: it is
recognised by its ETag (see `same_object`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Condition, absent, compare

if TYPE_CHECKING:
    from darkroom.model import ImageItem, LedgerRow

_REAL_DIGITS = 32  # S3's have 16 or 18
_NUMBER_DIGITS = 8
NO_VERSION = "0"  # orders before every version


def synthetic_after(version: str) -> str:
    """The next version behind `version` that no event of S3's can have."""
    real = version[:_REAL_DIGITS].ljust(_REAL_DIGITS, "0")
    number = int(version[_REAL_DIGITS:].ljust(_NUMBER_DIGITS, "0"), 16) + 1
    return f"{real}{number:0{_NUMBER_DIGITS}X}".rstrip("0")


def is_synthetic(version: str) -> bool:
    """Whether Darkroom made this version, not S3."""
    return len(version) > _REAL_DIGITS


def same_object(version: str, etag: str | None, other: str, other_etag: str | None) -> bool:
    """Whether two versions are the same object, under S3's version and under a synthetic one."""
    one_is_synthetic = is_synthetic(version) or is_synthetic(other)
    return one_is_synthetic and version != other and bool(etag) and etag == other_etag


def of_one_event(version: str, other: str) -> bool:
    """Whether two versions are S3's and a synthetic one behind it, two of those, or the same."""
    one, another = (each[:_REAL_DIGITS].ljust(_REAL_DIGITS, "0") for each in (version, other))
    return one == another


def unchanged(found: ImageItem | LedgerRow | None) -> Condition:
    """The condition that what was read at a key is still there: this version, or nothing."""
    if found is None:
        return absent("identity_id")
    return compare("version", "=", found["version"])
