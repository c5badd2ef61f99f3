"""What a link may show of a file: pictures of it that are no larger than a screen, and no more.

All of them are renditions, which hold no place. The original and what is known of it are not named
here, and `show` may not read them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeGuard

from darkroom.kinds import Kind
from darkroom.pipeline.uploads import outputs_prefix
from darkroom.pipeline.versions import of_one_event
from darkroom.states import Status

if TYPE_CHECKING:
    from darkroom.model import ImageItem, SharedFile

# The attributes of an image that are read: the function's policy lets it name no others, beside
# the identity by which it finds them.
ATTRIBUTES = (
    "image", "version", "etag", "kind", "status", "withdrawn", "binned_at", "renditions", "preview",
    "video",
)  # fmt: skip
SMALL, LARGE, PREVIEW, VIDEO = "small", "large", "preview", "video"
# Lambda's answers have at most 6 MB, and Base64 makes three bytes four:
# https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
MOST_BYTES = 4_500_000
_EDGES = {SMALL: 960, LARGE: 1920}
_PREFIX = "thumbnail-"
_TYPES = {
    "jpeg": "image/jpeg", "webp": "image/webp", "avif": "image/avif", "png": "image/png",
    "mp4": "video/mp4",
}  # fmt: skip
_KINDS = (Kind.PICTURE, Kind.VIDEO)


@dataclass(frozen=True)
class Part:
    """A file of the processed bucket that may be shown."""

    key: str
    format: str
    bytes: int
    width: int = 0
    height: int = 0

    @property
    def content_type(self) -> str:
        return _TYPES[self.format]


def is_there(item: ImageItem | None, file: SharedFile) -> TypeGuard[ImageItem]:
    """Whether the file that was shared is still what its key holds, and not in the bin."""
    return (
        item is not None
        and is_processed(item)
        and of_one_event(item["version"], file["version"])
        and item.get("etag") == file.get("etag")
    )


def is_processed(item: ImageItem) -> bool:
    """Whether a file ended well, and is neither over quota nor in the bin."""
    return (
        item["status"] == Status.PROCESSED and "withdrawn" not in item and "binned_at" not in item
    )


def parts_of(item: ImageItem) -> dict[str, Part]:
    """What may be shown of a processed file, by name; nothing of what is no picture and no video.

    There is a small one wherever there is anything.
    """
    if item.get("kind", Kind.PICTURE) not in _KINDS:
        return {}
    pictures = _pictures(item)
    if not pictures:
        return {}
    parts = {name: _best(pictures, edge) for name, edge in _EDGES.items()} | _moving(item)
    folder = outputs_prefix(item["image"])
    return {name: part for name, part in parts.items() if part.key.startswith(folder)}


def _pictures(item: ImageItem) -> list[Part]:
    """The renditions that fit a screen and an answer."""
    return [
        Part(made["key"], made["format"], made["bytes"], made["width"], made["height"])
        for name, made in item["renditions"].items()
        if name.startswith(_PREFIX)
        and made["format"] in _TYPES
        and max(made["width"], made["height"]) <= _EDGES[LARGE]
        and made["bytes"] <= MOST_BYTES
    ]


def _best(pictures: list[Part], edge: int) -> Part:
    """The largest picture within an edge, else the smallest of all; of one size the JPEG.

    Every program can do something with a JPEG that somebody saves.
    """
    within = [each for each in pictures if max(each.width, each.height) <= edge]
    chosen = max if within else min
    size = chosen(max(each.width, each.height) for each in within or pictures)
    same = [each for each in within or pictures if max(each.width, each.height) == size]
    return min(same, key=lambda each: (each.format != "jpeg", each.bytes))


def _moving(item: ImageItem) -> dict[str, Part]:
    """Three seconds of a video, and all of it if an answer has room for it."""
    found = {}
    if "preview" in item:
        found[PREVIEW] = Part(item["preview"]["key"], "webp", item["preview"]["bytes"])
    if "video" in item:
        found[VIDEO] = Part(item["video"]["key"], "mp4", item["video"]["bytes"])
    return {name: part for name, part in found.items() if part.bytes <= MOST_BYTES}
