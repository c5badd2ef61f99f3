"""The function faces on an upload: its step, and what it writes into the item."""

from __future__ import annotations

from tests.functional.conftest import World
from tests.functional.pipeline import photo


def test_step_is_done_when_a_file_arrives(world: World) -> None:
    faces, picture = world.load("faces"), photo()

    assert world.deliver(faces, world.put("ann", "a.jpg", picture)) == []

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["steps"]["faces"]["state"] == "done"
    assert image["faces"] == {"bytes": len(picture)}
    assert world.outputs() == set()  # the last step of all leaves the receipt


def test_file_is_looked_at_again_without_harm_when_its_message_comes_twice(world: World) -> None:
    faces, upload = world.load("faces"), world.put("ann", "a.jpg", photo())

    assert world.deliver(faces, upload, upload) == []

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["steps"]["faces"]["state"] == "done"
