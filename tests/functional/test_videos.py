"""A video's way: its kind, its pictures, its version for the web, and its ends."""

from __future__ import annotations

import dataclasses
import io
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import av
import pytest
from darkroom.config import ConfigError
from darkroom.imaging.pixels.watermark import layer_of, watermarked
from darkroom.pipeline.records import ImageRecords
from PIL import Image

from tests.functional.conftest import PROCESSED, World
from tests.functional.pipeline import FLOW, STEPS, TEXT, Pipeline
from tests.functional.test_crashes import HEAD, Damage, damaged
from tests.functional.test_fail import Letters
from tests.functional.test_kinds import end_of, image_of, requests
from tests.functional.test_retry import answer
from tests.functional.wire import meanwhile
from tests.unit.media.clips import X264, encoded, mp4, scenes
from tests.unit.media.reading import strays

__all__ = ["damaged"]  # which is a fixture

NAME = "a.mov"
PLACE = {"com.apple.quicktime.location.ISO6709": "+47.0707+015.4395+353.000/"}


@cache
def film() -> bytes:
    """Upright, as a phone stores it on its side, with its place; its index is last."""
    options = {"movflags": "use_metadata_tags"}
    return encoded(
        "mov", "libx264", options=X264, turned=90, metadata=PLACE, container_options=options
    )


def made(world: World) -> set[str]:
    return {key.rpartition("/")[2] for key in world.outputs()}


def body(world: World, key: str) -> bytes:
    data: bytes = world.s3.get_object(Bucket=PROCESSED, Key=key)["Body"].read()
    return data


def converted(world: World) -> dict[str, Any]:
    step: dict[str, Any] = image_of(world, NAME)["steps"]["convert"]
    return step


@pytest.mark.parametrize("first", ["probe", "quota"])
def test_video_has_its_files_whoever_comes_first(pipeline: Pipeline, first: str) -> None:
    world = pipeline.world
    created = world.put("ann", NAME, film())
    world.deliver(pipeline.apps[first], created)
    pipeline.deliver(created)

    image = image_of(world, NAME)
    assert end_of(world, NAME) == ("video", "processed", None, None)
    assert set(image["steps"]) == {"probe", "convert", "quota"}
    assert (image["format"], image["width"], image["height"]) == ("mov", 240, 320)
    told = image["metadata"]
    assert (told["duration_seconds"], told["video_codec"], told["has_gps"]) == (2, "h264", True)
    assert image["duration_seconds"] == 2  # live messages come without the metadata
    assert (float(told["latitude"]), told["altitude_m"]) == (47.0707, 353)
    assert (image["placeholder"] > "", image["dominant_colour"][0]) == (True, "#")
    poster = image["renditions"]["thumbnail-240-webp"]
    assert (poster["width"], poster["height"]) == (180, 240)
    assert body(world, poster["key"])[8:12] == b"WEBP"
    assert body(world, image["preview"]["key"])[8:12] == b"WEBP"
    assert json.loads(body(world, image["details"]["key"]))["place"]["altitude_m"] == 353
    [notification] = world.notifications("ann")
    assert (notification["kind"], notification["file_kind"]) == ("processed", "video")
    assert notification["message"].startswith("Your video ")


def test_version_plays_upright_and_tells_no_place(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", NAME, film()))

    stored = world.s3.get_object(Bucket=PROCESSED, Key=image_of(world, NAME)["video"]["key"])
    assert stored["ContentType"] == "video/mp4"
    data = stored["Body"].read()
    assert (data[4:8], b"+47.07" in film(), b"+47.07" in data) == (b"ftyp", True, False)
    assert data.index(b"moov") < data.index(b"mdat")
    with av.open(io.BytesIO(data), "r") as version:
        frame = next(version.decode(video=0))
        assert (frame.width, frame.height, frame.rotation) == (120, 160, 0)


def test_only_parts_of_its_own_version_are_read_when_a_video_is_looked_at(
    pipeline: Pipeline,
) -> None:
    world = pipeline.world
    created = world.put("ann", NAME, film())

    with requests(world) as asked:
        world.deliver(pipeline.apps["probe"], created)

    parts = [part for operation, part in asked if operation == "GetObject"]
    assert parts == [HEAD, f"bytes=0-{len(film()) - 1}"]


@pytest.mark.parametrize(
    ("settings", "data", "reason"),
    [
        ({"VIDEO_EDGE_PIXELS": "720"}, mp4, "web-ready"),
        ({"MAX_VIDEO_SECONDS": "1"}, film, "too-long"),
    ],
)
def test_video_has_its_pictures_alone_when_it_is_not_converted(
    pipeline: Pipeline, settings: dict[str, str], data: Any, reason: str
) -> None:
    world = pipeline.world
    pipeline.apps["convert"] = world.load("convert", **settings)
    pipeline.deliver(world.put("ann", NAME, data()))

    assert end_of(world, NAME)[:2] == ("video", "processed")
    assert (converted(world)["state"], converted(world)["reason"]) == ("skipped", reason)
    assert converted(world)["message"].endswith(".")
    assert "video" not in image_of(world, NAME)
    assert {"preview.webp", "thumbnail-240.jpg"} <= made(world)


def first_frame(world: World) -> Image.Image:
    """The first that the video's MP4 shows, by its item."""
    data = body(world, image_of(world, NAME)["video"]["key"])
    with av.open(io.BytesIO(data), "r") as version:
        shown: Image.Image = next(version.decode(video=0)).to_image()
    return shown


@pytest.mark.parametrize("data", [film, mp4], ids=["film", "web-ready"])
@pytest.mark.parametrize("key", ["", "assets/logo.png"], ids=["text", "picture"])
def test_version_has_the_watermark_of_pictures_when_videos_are_marked(
    pipeline: Pipeline, data: Callable[[], bytes], key: str
) -> None:
    world = pipeline.world
    logo = io.BytesIO()
    Image.new("RGBA", (60, 40), (10, 10, 60, 255)).save(logo, "PNG")
    world.s3.put_object(Bucket=PROCESSED, Key="assets/logo.png", Body=logo.getvalue())
    settings = {"VIDEO_EDGE_PIXELS": "240", "WATERMARK_SIZE_PERCENT": "40"}
    pipeline.apps["convert"] = world.load(
        "convert", VIDEO_WATERMARK="true", WATERMARK_IMAGE_KEY=key, **settings
    )
    pipeline.deliver(world.put("ann", NAME, data()))

    assert end_of(world, NAME)[:2] == ("video", "processed")
    assert converted(world)["state"] == "done"
    (recipe,) = world.load("watermark", WATERMARK_IMAGE_KEY=key).recipe.renditions
    found = first_frame(world)
    box = layer_of(recipe.watermark, found.size).getbbox()
    assert box is not None
    # A quarter of a frame has one colour, and the mark is in the last.
    ground = Image.new("RGB", found.size, found.getpixel((box[0] - 8, box[1] - 8)))
    # Light alone is compared: two by two pixels of a video share a colour.
    before, after, expected = (
        picture.convert("L").crop(box)
        for picture in (ground, found, watermarked(ground, recipe.watermark))
    )
    assert strays(before, expected) > 20
    assert strays(after, expected) < 8


def test_video_is_converted_without_a_mark_when_only_pictures_are_marked(
    pipeline: Pipeline,
) -> None:
    pipeline.deliver(pipeline.world.put("ann", NAME, film()))

    assert pipeline.apps["convert"].watermark is None
    assert converted(pipeline.world)["state"] == "done"


def test_convert_does_not_start_when_its_font_lacks_the_mark_s_letters(world: World) -> None:
    with pytest.raises(ConfigError, match="use a picture"):
        world.load("convert", VIDEO_WATERMARK="true", WATERMARK_TEXT="写真")
    assert world.load("convert", VIDEO_WATERMARK="false").watermark is None


def test_video_has_its_pictures_when_only_converting_is_too_much(pipeline: Pipeline) -> None:
    world, app = pipeline.world, pipeline.apps["convert"]
    limits = dataclasses.replace(app.limits, max_pixels=1000)
    world.monkeypatch.setattr(app, "limits", limits)
    pipeline.deliver(world.put("ann", NAME, film()))

    assert end_of(world, NAME)[:2] == ("video", "processed")
    assert (converted(world)["state"], converted(world)["reason"]) == ("skipped", "too-large")


def test_what_is_there_is_converted_when_a_video_ends_early(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", NAME, mp4()[: len(mp4()) * 3 // 5]))

    assert end_of(world, NAME)[:2] == ("video", "processed")
    assert (converted(world)["state"], converted(world)["reason"]) == ("done", "truncated")
    assert converted(world)["message"].endswith("what is there, 0:01.")
    assert made(world) >= {"video.mp4", "preview.webp"}


def test_video_is_rejected_by_name_when_it_is_no_sound_one(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", NAME, film()[: len(film()) // 2]))

    assert end_of(world, NAME)[:3] == ("video", "rejected", "truncated")
    assert [told["reason"] for told in world.notifications("ann")] == ["truncated"]
    assert made(world) == set()


def test_video_is_never_read_when_it_is_larger_than_allowed(pipeline: Pipeline) -> None:
    world = pipeline.world
    created = world.put("ann", NAME, film())
    world.deliver(pipeline.apps["quota"], created)
    apps = [world.load(name, MAX_VIDEO_BYTES="1024") for name in ("probe", "convert")]
    with requests(world) as asked:
        for app in apps:
            world.deliver(app, created)
    pipeline.notify()

    assert end_of(world, NAME)[:3] == ("video", "rejected", "too-large")
    assert "GetObject" not in {operation for operation, _ in asked}


def test_video_is_refused_as_before_when_videos_are_off(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = pipeline.world
    monkeypatch.setenv("STEPS", FLOW.replace(",probe:video,convert:video", ""))
    created = world.put("ann", NAME, mp4())
    for name in (*STEPS, "cleanup"):
        assert world.deliver(world.load(name), created) == []
    pipeline.notify()

    assert end_of(world, NAME)[:3] == ("other", "rejected", "unsupported")
    assert "This is a video" in str(end_of(world, NAME)[3])
    assert list(image_of(world, NAME)["steps"]) == ["quota"]


def test_owner_sees_how_far_it_is_while_a_video_is_converted(pipeline: Pipeline) -> None:
    world = pipeline.world
    seen: list[Any] = []
    tell = ImageRecords.report_progress

    def watch(self: ImageRecords, *arguments: Any) -> None:
        tell(self, *arguments)
        seen.append(converted(world))

    world.monkeypatch.setattr(ImageRecords, "report_progress", watch)
    created = world.put("ann", NAME, film())
    world.deliver(pipeline.apps["convert"], created)

    percents = [step["percent"] for step in seen]
    assert {step["state"] for step in seen} == {"pending"}
    assert percents == sorted(set(percents))
    assert len(percents) >= 5
    assert (converted(world)["state"], "percent" in converted(world)) == ("done", False)


def test_finished_step_stays_finished_when_its_work_is_done_once_more(pipeline: Pipeline) -> None:
    """As where two runs convert the same video, and one of them is done."""
    world = pipeline.world
    created = world.put("ann", NAME, film())
    world.deliver(pipeline.apps["convert"], created)
    tell = ImageRecords.report_progress
    seen: list[tuple[str, bool]] = []

    def watch(self: ImageRecords, *arguments: Any) -> None:
        tell(self, *arguments)
        seen.append((converted(world)["state"], "percent" in converted(world)))

    world.monkeypatch.setattr(ImageRecords, "report_progress", watch)
    world.s3.delete_object(Bucket=PROCESSED, Key=image_of(world, NAME)["video"]["key"])
    assert world.deliver(pipeline.apps["convert"], created) == []

    assert set(seen) == {("done", False)}
    assert made(world) == {"video.mp4"}


def test_video_is_not_converted_again_when_its_message_comes_again(pipeline: Pipeline) -> None:
    world = pipeline.world
    created = world.put("ann", NAME, film())
    pipeline.deliver(created)
    before = len(world.receipts())

    with requests(world) as asked:
        assert world.deliver(pipeline.apps["convert"], created) == []

    operations = {operation for operation, _ in asked}
    assert not operations & {"GetObject", "PutObject", "UpdateItem"}
    assert len(world.receipts()) == before + 1  # the first may be lost


def test_reconcile_has_a_version_made_again_when_it_was_lost(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", NAME, film()))
    world.s3.delete_object(Bucket=PROCESSED, Key=image_of(world, NAME)["video"]["key"])

    pipeline.heal()

    assert "video.mp4" in made(world)
    assert set(pipeline.sweep()) == {"Examined", "Sweeps"}


def test_reconcile_sends_a_video_to_its_end_when_a_message_was_lost(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", NAME, film()), without="convert")
    assert end_of(world, NAME)[:2] == ("video", "processing")

    pipeline.heal()

    assert end_of(world, NAME)[:2] == ("video", "processed")
    assert set(pipeline.sweep()) == {"Examined", "Sweeps"}


def test_video_is_converted_when_its_owner_asks_after_a_failure(pipeline: Pipeline) -> None:
    world = pipeline.world
    created = world.put("ann", NAME, film())
    pipeline.deliver(created, without="convert")
    letters = Letters(world)
    letters.leave("convert", created)
    letters.look()
    assert end_of(world, NAME)[:2] == ("video", "failed")
    [told] = world.notifications("ann")

    answer(world, world.load("retry"), told)
    reopened = image_of(world, NAME)
    assert "preview" not in reopened
    [event] = pipeline.republished()
    pipeline.deliver(event)

    assert end_of(world, NAME)[:2] == ("video", "processed")


def test_item_shows_no_file_of_a_video_when_it_is_over_quota(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.apps["quota"] = world.load("quota", QUOTA_MODE="enforce", QUOTA_STORED_BYTES="1000")
    pipeline.deliver(world.put("ann", NAME, film()))
    told = [json.dumps(message) for message in world.published()]
    world.deliver(pipeline.apps["cleanup"], *told)

    image = image_of(world, NAME)
    assert (image["status"], image["renditions"]) == ("over_quota", {})
    assert not {"details", "preview", "video"} & set(image)
    assert made(world) == set()


def test_item_is_a_video_s_no_more_when_a_text_is_written_over_it(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", NAME, film()))
    pipeline.deliver(world.put("ann", NAME, TEXT))

    assert end_of(world, NAME)[:2] == ("other", "rejected")
    assert not {"details", "preview", "video"} & set(image_of(world, NAME))
    assert made(world) == set()


def test_files_go_when_their_video_is_deleted(pipeline: Pipeline) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", NAME, film()))
    pipeline.remove(world.delete("ann", NAME))

    assert world.outputs() == set()
    assert world.usage("ann")["stored_bytes"] == 0


@pytest.mark.parametrize(("step", "when"), [("probe", "PutObject"), ("convert", "GetObject")])
def test_nothing_is_left_when_a_video_is_deleted_while_it_is_worked_on(
    pipeline: Pipeline, step: str, when: str
) -> None:
    world = pipeline.world
    created = world.put("ann", NAME, film())
    world.deliver(pipeline.apps["quota"], created)

    def delete() -> None:
        pipeline.remove(world.delete("ann", NAME))

    with world.wire.watch(meanwhile(when, delete)):
        assert world.deliver(pipeline.apps[step], created) == []

    assert world.outputs() == set()
    assert world.image("ann", NAME) is None


@pytest.mark.parametrize("how", ["cut", "lost"])
def test_video_is_processed_when_a_part_of_it_arrives_damaged_once(
    world: World, damaged: Damage, how: str
) -> None:
    ranges = damaged(how, lambda count, _: count == 2)
    created = world.put("ann", NAME, film())

    assert world.deliver(world.load("probe"), created) == []

    whole = f"bytes=0-{len(film()) - 1}"
    assert ranges == [HEAD, whole, whole]
    assert image_of(world, NAME)["steps"]["probe"]["state"] == "done"


def test_video_of_one_frame_has_no_preview(pipeline: Pipeline) -> None:
    world = pipeline.world
    still = encoded("mov", "libx264", list(scenes(1)), options=X264, audio=None)
    pipeline.deliver(world.put("ann", NAME, still))

    assert end_of(world, NAME)[:2] == ("video", "processed")
    assert "preview" not in image_of(world, NAME)
    assert "thumbnail-240.webp" in made(world)
