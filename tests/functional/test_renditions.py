"""The image functions on real pictures: what they write, list, and take back."""

from __future__ import annotations

import io
import json

from PIL import Image

from tests.functional.conftest import PROCESSED, World, version

RECIPES = {
    "avatars/": [
        {"name": "small", "width": 64, "height": 64, "resize": "cover", "format": "webp"},
        {"name": "small", "width": 64, "height": 64, "resize": "cover", "format": "png"},
    ]
}


def photo() -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize((300, 200)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def files(world: World, name: str) -> set[str]:
    return {key.rpartition("/")[2] for key in world.outputs() if f"/{name}/" in key}


def test_renditions_are_the_folders_when_it_has_a_recipe(world: World) -> None:
    thumbnail = world.load(
        "thumbnail", RECIPES=json.dumps(RECIPES), RENDITION_EDGES_PIXELS="240,120"
    )

    me, beach = world.put("ann", "avatars/me.jpg", photo()), world.put("ann", "b.jpg", photo())
    assert world.deliver(thumbnail, me, beach) == []

    assert files(world, "me.jpg") == {"thumbnail-small.webp", "thumbnail-small.png"}
    image = world.image("ann", "avatars/me.jpg")
    assert image is not None
    assert set(image["renditions"]) == {"thumbnail-small-webp", "thumbnail-small-png"}
    assert image["renditions"]["thumbnail-small-png"]["width"] == 64
    assert image["placeholder"]
    assert files(world, "b.jpg") == {
        "thumbnail-240.jpg", "thumbnail-240.webp", "thumbnail-120.jpg", "thumbnail-120.webp",
    }  # fmt: skip


def test_files_of_every_recipe_are_taken_back_when_the_version_is_not_wanted(world: World) -> None:
    thumbnail = world.load("thumbnail", RECIPES=json.dumps(RECIPES))
    old = world.put("ann", "avatars/me.jpg", photo())
    world.deliver(thumbnail, old)
    world.deliver(thumbnail, world.put("ann", "avatars/me.jpg", photo() + b"newer"))

    world.deliver(thumbnail, old)

    assert not any(f"/{version(old)}/" in key for key in world.outputs())


def test_watermark_and_web_version_are_written_when_a_picture_needs_them(world: World) -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(out, "TIFF")
    scan = world.put("ann", "scan.tif", out.getvalue())

    for function in ("watermark", "transcode"):
        assert world.deliver(world.load(function), scan) == []

    image = world.image("ann", "scan.tif")
    assert image is not None
    assert set(image["renditions"]) == {"watermark", "web"}
    assert files(world, "scan.tif") == {"watermark.jpg", "web.webp"}


def test_document_is_named_in_the_item_when_metadata_wrote_it(world: World) -> None:
    assert world.deliver(world.load("metadata"), world.put("ann", "a.jpg", photo())) == []

    image = world.image("ann", "a.jpg")
    assert image is not None
    details = world.s3.get_object(Bucket=PROCESSED, Key=image["details"]["key"])
    assert image["details"]["bytes"] == details["ContentLength"]
    assert json.load(details["Body"])["width"] == image["width"] == 300


def test_web_version_is_skipped_when_browsers_show_the_original(world: World) -> None:
    assert world.deliver(world.load("transcode"), world.put("ann", "a.jpg", photo())) == []

    image = world.image("ann", "a.jpg")
    assert image is not None
    step = image["steps"]["transcode"]
    assert (step["state"], step["reason"]) == ("skipped", "web-ready")
