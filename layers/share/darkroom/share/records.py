"""Records of files, as far as links need them: nothing that says where a photo was taken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table
from darkroom.share.shown import ATTRIBUTES

if TYPE_CHECKING:
    from darkroom.model import ImageItem

_PAGE = 100  # items that are read at once, which BatchGetItem allows


def records_of(images: Table[ImageItem], owner: str, keys: Sequence[str]) -> dict[str, ImageItem]:
    """What the records say of an owner's files, by key; what has no record is left out."""
    found: dict[str, ImageItem] = {}
    for _ in range(2):  # DynamoDB leaves out what is busy, and what is more than 16 MB
        missing = [key for key in keys if key not in found]
        for start in range(0, len(missing), _PAGE):
            page = [{"identity_id": owner, "image": key} for key in missing[start : start + _PAGE]]
            found |= {item["image"]: item for item in images.get_some(page, only=ATTRIBUTES)}
    return found
