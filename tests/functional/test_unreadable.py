"""What S3 does not give out as it is stored is refused with a reason, and never a dead letter."""

from __future__ import annotations

import pytest

from tests.functional.conftest import UPLOADS, World
from tests.functional.pipeline import Pipeline, photo
from tests.functional.wire import Fault

STEPS = ("thumbnail", "watermark", "transcode", "metadata", "quota")


def archive(world: World, name: str) -> None:
    """Let an upload be in an archive, as somebody with other credentials than a user's can."""
    key = f"users/ann/{name}"
    world.s3.put_object(Bucket=UPLOADS, Key=key, Body=photo(), StorageClass="GLACIER")


def own_key(_: int, request: str) -> Fault:
    """A plan in which the photo is encrypted with its owner's key; moto would give it out."""
    return "encrypted" if request == "GetObject a.jpg" else "none"


@pytest.mark.parametrize("stored", ["in an archive", "under a key of its owner's"])
@pytest.mark.parametrize("first", STEPS)
def test_owner_is_told_why_when_an_upload_cannot_be_read(
    pipeline: Pipeline, stored: str, first: str
) -> None:
    world = pipeline.world
    created = world.put("ann", "a.jpg", photo())
    if stored == "in an archive":
        archive(world, "a.jpg")

    with world.wire.watch(own_key if stored != "in an archive" else lambda *_: "none"):
        assert world.deliver(pipeline.apps[first], created) == []
        pipeline.deliver(created)

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert (image["status"], image["reason"], image["kind"]) == ("rejected", "unreadable", "other")
    (told,) = world.notifications("ann")
    assert told["kind"] == "rejected"
    assert told["message"].endswith("Please upload it again without these options.")
    assert world.usage("ann")["stored_objects"] == 1


def test_step_is_refused_with_a_reason_when_a_photo_is_archived_after_its_kind_was_told(
    world: World,
) -> None:
    created = world.put("ann", "a.jpg", photo())
    world.deliver(world.load("quota"), created)
    archive(world, "a.jpg")

    assert world.deliver(world.load("thumbnail"), created) == []

    image = world.image("ann", "a.jpg")
    assert image is not None
    assert image["steps"]["thumbnail"]["state"] == "rejected"
    assert image["steps"]["thumbnail"]["reason"] == "unreadable"
