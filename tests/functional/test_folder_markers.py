"""A folder marker (`album/`, no bytes) is no upload: no item, no notification, no charge."""

from __future__ import annotations

import pytest
from darkroom.pipeline.uploads import is_folder_marker

from tests.functional.conftest import World
from tests.functional.pipeline import Pipeline, photo


@pytest.mark.parametrize(
    ("key", "size", "expected"),
    [
        ("users/ann/album/", 0, True),
        ("users/ann/album/", 1, False),
        ("users/ann/empty.jpg", 0, False),
    ],
)
def test_marker_is_told_by_its_slash_and_its_emptiness(key: str, size: int, expected: bool) -> None:
    assert is_folder_marker(key, size) is expected


def nothing_is_known(world: World) -> bool:
    known = (world.image("ann", "album/"), world.ledger("ann", "album/"))
    return known == (None, None) and world.notifications("ann") == []


def test_nothing_is_kept_or_told_when_a_folder_is_made_and_removed(pipeline: Pipeline) -> None:
    world = pipeline.world

    pipeline.deliver(world.put("ann", "album/", b""))
    assert nothing_is_known(world)
    assert world.usage("ann") == world.usage("ann", "2026-11") == {}

    pipeline.deliver(world.delete("ann", "album/"))
    assert nothing_is_known(world)


def test_earlier_upload_is_given_back_when_a_folder_marker_overwrites_it(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", "album/", photo()))
    assert world.usage("ann")["stored_objects"] == 1

    pipeline.deliver(world.put("ann", "album/", b""))

    assert world.image("ann", "album/") is None
    assert world.usage("ann")["stored_objects"] == world.usage("ann")["stored_bytes"] == 0
    assert world.outputs() == set()


def test_reconcile_passes_over_it_when_it_sweeps(pipeline: Pipeline) -> None:
    pipeline.world.put("ann", "album/", b"")

    assert pipeline.sweep() == {"Examined": 0, "Sweeps": 1}
    assert pipeline.republished("uploads") == pipeline.republished("removals") == []
