"""The function faces on the end of a file: what it notes, and what it leaves alone."""

from __future__ import annotations

import json
from typing import Any

from tests.functional.conftest import World
from tests.functional.pipeline import Pipeline, photo


def told(image: dict[str, Any], **changes: str) -> str:
    names = ("identity_id", "image", "version")
    return json.dumps({**{name: image[name] for name in names}, "kind": "processed", **changes})


def ended(pipeline: Pipeline) -> dict[str, Any]:
    pipeline.deliver(pipeline.world.put("ann", "a.jpg", photo()))
    image = pipeline.world.image("ann", "a.jpg")
    assert image is not None
    return image


def test_end_is_noted_when_a_file_is_processed(world: World, pipeline: Pipeline) -> None:
    faces, image = world.load("faces"), ended(pipeline)

    assert world.deliver(faces, told(image)) == []

    assert (world.image("ann", "a.jpg") or {})["faces"] == {"ended": "processed"}


def test_nothing_is_noted_when_the_file_was_overwritten_since(
    world: World, pipeline: Pipeline
) -> None:
    faces, image = world.load("faces"), ended(pipeline)

    assert world.deliver(faces, told(image, version="0000")) == []

    assert "faces" not in (world.image("ann", "a.jpg") or {})


def test_message_is_kept_for_an_operator_when_it_tells_of_no_end(world: World) -> None:
    assert world.deliver(world.load("faces"), "[]") == [0]
