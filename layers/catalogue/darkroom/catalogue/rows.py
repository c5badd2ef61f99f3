"""Records as rows: what the tables of the catalogue hold of an item. Nothing here does anything.

A record is read by name, and each value gets the type of its column, so that a row that was made
here equals the row that the database has of it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from darkroom.errors import DarkroomError
from darkroom.kinds import Kind
from darkroom.states import Response

if TYPE_CHECKING:
    from darkroom.model import ImageItem, NotificationItem

Row = dict[str, Any]  # by column
_NUL = "\0"
_LARGEST = 2**63 - 1  # of a bigint
_LONGEST_NAME = 200  # characters: DSQL's indexes have keys of 1 KiB, and a letter up to 4 bytes


class Unstorable(DarkroomError):
    """A key holds a NUL, which PostgreSQL has in no text: what is under it has no row."""


@dataclass(frozen=True)
class Ended:
    """How a version of an image ended: its rows by table, each table with one row at most."""

    owner: str
    image_id: str
    version: str
    ended_at: datetime
    rows: Mapping[str, Row]


def _moment(value: str) -> datetime:
    return datetime.fromisoformat(value)


def _text(value: Any) -> str:
    return str(value).replace(_NUL, "")


def _name(value: Any) -> str:
    return _text(value)[:_LONGEST_NAME]


def _whole(value: Any) -> int | None:
    """A number as a file says it may have no place in a column; then it counts as not known."""
    number = int(value)
    return number if abs(number) <= _LARGEST else None


# The columns that are read of an item, beside those that tell which image it is. Where a table is
# not that of all images, an item has a row in it if it has one of the values.
_OF_ITEM: dict[str, Callable[[Any], Any]] = {
    "reason": _text,
    "bytes": _whole,
    "format": _text,
    "width": _whole,
    "height": _whole,
    "dominant_colour": _text,
    "content_hash": _text,
    "perceptual_hash": _text,
    "uploaded_at": _moment,
}
_OF_METADATA: dict[str, dict[str, Callable[[Any], Any]]] = {
    "images": {
        "frames": _whole,
        "duration_seconds": float,
        "title": _text,
        "rating": _whole,
        "taken_at": _text,
    },
    "cameras": {
        "camera": _name,
        "lens": _text,
        "exposure": _text,
        "f_number": float,
        "iso": _whole,
        "focal_length_mm": float,
        "flash_fired": bool,
    },
    "places": {"latitude": float, "longitude": float, "altitude_m": float},
    "videos": {
        "video_codec": _text,
        "audio_codec": _text,
        "audio_channels": _whole,
        "hdr": _text,
        "frame_rate": float,
        "bit_rate": _whole,
    },
}
# In a map of the metadata: the names of the place.
_OF_PLACE: dict[str, Callable[[Any], Any]] = {
    "country_code": _text,
    "country": _text,
    "region": _text,
    "town": _text,
}
_OF_TABLE = {
    "row_count": "rows",
    "column_count": "columns",
    "rejected_rows": "rejected_rows",
    "wrong_values": "wrong_values",
}
KEY = ("owner", "image_id")
COLUMNS: dict[str, tuple[str, ...]] = {
    "images": (
        *KEY, "image", "version", "kind", "status", "ended_at", *_OF_ITEM, *_OF_METADATA["images"],
    ),
    "cameras": (*KEY, *_OF_METADATA["cameras"]),
    "places": (*KEY, *_OF_METADATA["places"], *_OF_PLACE),
    "tables": (*KEY, *_OF_TABLE),
    "videos": (*KEY, *_OF_METADATA["videos"], "converted_bytes"),
}  # fmt: skip
NOTIFICATION_KEY = ("owner", "notification_id")
NOTIFICATION_COLUMNS = (
    *NOTIFICATION_KEY, "image_id", "version", "status", "kind", "reason", "sent_at", "seen_at",
    "response", "responded_at", "expires_at",
)  # fmt: skip


def image_id(key: str) -> str:
    """The id of an image: its key's SHA-256 in short. A key may be longer than DSQL's keys.

    Raises:
        Unstorable: the key holds a NUL.
    """
    if _NUL in key:
        raise Unstorable(key)
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def ended(item: ImageItem) -> Ended:
    """The rows of an item whose version has ended.

    Raises:
        Unstorable: its key holds a NUL.
    """
    owner, key = item["identity_id"], image_id(item["image"])
    finished = _moment(item["finished_at"])
    image = {
        "image": item["image"],
        "version": item["version"],
        "kind": str(item.get("kind", Kind.PICTURE)),
        "status": str(item["status"]),
        "ended_at": finished,
        **_read(item, _OF_ITEM),
    }
    metadata = item.get("metadata", {})
    found = {table: _read(metadata, columns) for table, columns in _OF_METADATA.items()}
    found["images"] = image | found["images"]
    found["places"] |= _read(metadata.get("place", {}), _OF_PLACE)
    converted = item.get("video")
    found["videos"]["converted_bytes"] = int(converted["bytes"]) if converted else None
    found["tables"] = {
        column: int(item["table"][name]) if "table" in item else None
        for column, name in _OF_TABLE.items()
    }
    own = {"owner": owner, "image_id": key}
    return Ended(
        owner,
        key,
        item["version"],
        finished,
        {table: own | row for table, row in found.items() if _says_anything(row)},
    )


def notification(item: NotificationItem) -> Row:
    """The row of a notification.

    What its owner says was written by owners themselves before there was a table for answers:
    whatever has not its form counts as nothing.

    Raises:
        Unstorable: the key of its image holds a NUL.
    """
    response = item.get("response")
    responded_at = _moment_or_none(item.get("responded_at"))
    if responded_at is None or not isinstance(response, str) or response not in set(Response):
        response = responded_at = None
    return {
        "owner": item["identity_id"],
        "notification_id": item["notification_id"],
        "image_id": image_id(item["image"]),
        "version": item["version"],
        "status": str(item["kind"]),
        "kind": str(item.get("file_kind", Kind.PICTURE)),
        "reason": item.get("reason"),
        "sent_at": _moment(item["sent_at"]),
        "seen_at": _moment_or_none(item.get("seen_at")),
        "response": response,
        "responded_at": responded_at,
        "expires_at": datetime.fromtimestamp(int(item["expiration"]), UTC),
    }


def _says_anything(row: Row) -> bool:
    return any(value is not None for value in row.values())


def _moment_or_none(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value)
        # One that is in no year of UTC's could be stored, and never read again.
        return found.astimezone(UTC) if found.tzinfo is not None else None
    except (TypeError, ValueError, OverflowError):
        return None


def _read(values: Mapping[str, Any], columns: Mapping[str, Callable[[Any], Any]]) -> Row:
    return {
        name: of_type(values[name]) if values.get(name) is not None else None
        for name, of_type in columns.items()
    }
