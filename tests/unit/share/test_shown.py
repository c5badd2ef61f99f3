"""What a link shows of a file: renditions of a screen's size, and of nothing that has changed."""

from __future__ import annotations

from typing import Any

import pytest
from darkroom.pipeline.uploads import outputs_prefix
from darkroom.pipeline.versions import synthetic_after
from darkroom.share.shown import (
    LARGE,
    MOST_BYTES,
    PREVIEW,
    SMALL,
    VIDEO,
    is_processed,
    is_there,
    parts_of,
)

KEY = "users/ann/lake.jpg"
VERSION = "0066AB12CD34EF5678"
FOREIGN = "users/bob/lake.jpg/1/thumbnail-960.jpg"
BESIDE = f"{KEY}.jpg/1/thumbnail-960.jpg"  # of another file, whose name begins so


def made(name: str, format_: str, width: int, height: int, size: int = 9_000) -> dict[str, Any]:
    key = f"{outputs_prefix(KEY)}{VERSION}/{name}.{format_}"
    return {"key": key, "format": format_, "width": width, "height": height, "bytes": size}


def item(**changes: Any) -> Any:
    renditions = {
        f"thumbnail-{edge}-{format_}": made(f"thumbnail-{edge}", format_, edge, edge * 2 // 3)
        for edge in (1920, 960, 480, 240)
        for format_ in ("jpeg", "webp")
    }
    found = {
        "identity_id": "ann",
        "image": KEY,
        "version": VERSION,
        "etag": "e1",
        "kind": "picture",
        "status": "processed",
        "renditions": {**renditions, "web": made("web", "webp", 6000, 4000)},
        **changes,
    }
    return {name: value for name, value in found.items() if value is not None}


def shared(**changes: Any) -> Any:
    return {"path": "lake.jpg", "version": VERSION, "etag": "e1", **changes}


def test_picture_is_shown_in_two_sizes_as_jpeg() -> None:
    parts = parts_of(item())
    assert {name: (part.width, part.content_type) for name, part in parts.items()} == {
        SMALL: (960, "image/jpeg"), LARGE: (1920, "image/jpeg"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("format_", "content_type"),
    [("webp", "image/webp"), ("avif", "image/avif"), ("png", "image/png"), ("jpeg", "image/jpeg")],
)
def test_picture_is_sent_as_what_it_is(format_: str, content_type: str) -> None:
    one = {"thumbnail-x": made("thumbnail-x", format_, 960, 640)}
    assert [part.content_type for part in parts_of(item(renditions=one)).values()] == (
        [content_type] * 2
    )


def test_small_picture_has_no_edge_beyond_its_own() -> None:
    edges = {f"thumbnail-{edge}": made(f"thumbnail-{edge}", "jpeg", edge, 9) for edge in (961, 960)}
    assert {name: part.width for name, part in parts_of(item(renditions=edges)).items()} == {
        "small": 960, "large": 961,
    }  # fmt: skip


def test_of_what_fits_the_largest_is_shown_and_of_one_size_the_jpeg_or_the_shortest() -> None:
    def shown(*pictures: tuple[str, int, int]) -> list[tuple[str, int, int]]:
        """Format, edge and bytes of the small and the large one among these."""
        made_ = {
            f"thumbnail-{n}": made(f"t{n}", f, e, 9, b) for n, (f, e, b) in enumerate(pictures)
        }
        parts = parts_of(item(renditions=made_)).values()
        return [(part.format, part.width, part.bytes) for part in parts]

    jpeg, webp, avif = ("jpeg", 960, 500), ("webp", 960, 90), ("avif", 960, 80)
    assert shown(webp, jpeg, ("jpeg", 480, 10)) == [jpeg, jpeg]
    assert shown(webp, avif, ("avif", 480, 10)) == [avif, avif]
    large, larger = ("jpeg", 1200, 10), ("jpeg", 1900, MOST_BYTES)
    assert shown(larger, large) == [large, larger]


def test_smallest_is_shown_where_none_is_small_and_the_largest_where_none_is_large() -> None:
    one = {"thumbnail-x-webp": made("thumbnail-x", "webp", 1200, 1800)}
    assert {part.height for part in parts_of(item(renditions=one)).values()} == {1800}
    tiny = {"thumbnail-x-webp": made("thumbnail-x", "webp", 16, 16)}
    assert {part.width for part in parts_of(item(renditions=tiny)).values()} == {16}


@pytest.mark.parametrize(
    "renditions",
    [
        {},
        {"web": made("web", "webp", 800, 600)},
        {"watermark": made("watermark", "jpeg", 800, 600)},
        {"thumbnail-2400-jpeg": made("thumbnail-2400", "jpeg", 1921, 600)},
        {"thumbnail-960-jpeg": made("thumbnail-960", "jpeg", 960, 600, MOST_BYTES + 1)},
        {"thumbnail-960-svg": made("thumbnail-960", "svg", 960, 600)},
        {"thumbnail-960-jpeg": {**made("thumbnail-960", "jpeg", 960, 600), "key": FOREIGN}},
        {"thumbnail-960-jpeg": {**made("thumbnail-960", "jpeg", 960, 600), "key": BESIDE}},
    ],
)
def test_nothing_else_is_shown(renditions: dict[str, Any]) -> None:
    assert parts_of(item(renditions=renditions)) == {}


@pytest.mark.parametrize("kind", ["table", "other"])
def test_what_is_no_picture_and_no_video_is_not_shown(kind: str) -> None:
    assert parts_of(item(kind=kind)) == {}
    assert parts_of(item(kind=None)) != {}  # of releases before kinds


@pytest.mark.parametrize(
    ("size", "names"),
    [(MOST_BYTES, {SMALL, LARGE, PREVIEW, VIDEO}), (MOST_BYTES + 1, {SMALL, LARGE, PREVIEW})],
)
def test_video_is_shown_if_an_answer_has_room_for_it(size: int, names: set[str]) -> None:
    folder = f"{outputs_prefix(KEY)}{VERSION}/"
    parts = parts_of(
        item(
            kind="video",
            preview={"key": f"{folder}preview.webp", "bytes": 1000},
            video={"key": f"{folder}video.mp4", "bytes": size},
        )
    )
    assert set(parts) == names
    assert {part.content_type for name, part in parts.items() if name == PREVIEW} == {"image/webp"}
    assert parts["preview"].bytes == 1000  # so its address is named


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "processing"},
        {"status": "rejected"},
        {"status": "over_quota"},
        {"withdrawn": True},
        {"binned_at": "2026-11-28T00:00:00.000Z"},
        {"binned_at": ""},
    ],
)
def test_what_is_over_quota_or_in_the_bin_is_not_there(changes: dict[str, Any]) -> None:
    assert is_there(item(), shared())
    assert not is_processed(item(**changes))
    assert not is_there(item(**changes), shared())


@pytest.mark.parametrize(
    ("changes", "there"),
    [
        ({}, True),
        ({"version": synthetic_after(VERSION)}, True),  # processed again
        ({"version": synthetic_after(synthetic_after(VERSION))}, True),
        ({"version": synthetic_after(VERSION), "etag": "e2"}, False),
        ({"version": "0066AB12CD34EF5679"}, False),  # the same bytes, uploaded again
        ({"version": synthetic_after("0066AB12CD34EF5679")}, False),
        ({"etag": "e2"}, False),
        ({"etag": None}, False),
    ],
)
def test_another_file_at_its_key_is_not_the_one_that_was_shared(
    changes: dict[str, Any], there: bool
) -> None:
    assert is_there(item(**changes), shared()) is there
    assert not is_there(None, shared())


def test_file_that_was_processed_again_before_it_was_shared_is_the_same() -> None:
    again = synthetic_after(VERSION)
    assert is_there(item(version=again), shared(version=again))
    assert is_there(item(version=synthetic_after(again)), shared(version=again))
