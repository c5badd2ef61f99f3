"""A video in the deployed pipeline: looked at, converted, its owner's alone, and gone with it."""

from __future__ import annotations

import io
from collections.abc import Callable
from functools import partial

import av
import pytest
from botocore.exceptions import ClientError

from local.cloud import LocalCloud
from local.template import steps_of
from local.user import User, wait_for
from tests.e2e.test_isolation import as_function, refused
from tests.unit.media.clips import X265, encoded

MakeUser = Callable[[], User]
PLACE = "+47.0707+015.4395+353.000/"


def film() -> bytes:
    """Two seconds in HEVC, stored on their side, with sound and a place."""
    return encoded(
        "mov",
        "libx265",
        options=X265,
        turned=90,
        container_options={"movflags": "use_metadata_tags"},
        metadata={"com.apple.quicktime.location.ISO6709": PLACE},
    )


def test_video_is_converted_for_its_owner_alone_until_they_delete_it(user: MakeUser) -> None:
    ann, bob = user(), user()
    key = ann.upload("film.mov", film(), "video/quicktime")
    image = ann.wait_for_end(key)

    assert (image["status"], image["kind"]) == ("processed", "video")
    assert {name: step["state"] for name, step in image["steps"].items()} == dict.fromkeys(
        steps_of("video"), "done"
    )
    assert (image["format"], image["width"], image["height"]) == ("mov", 240, 320)
    told = image["metadata"]
    assert (told["video_codec"], told["duration_seconds"]) == ("hevc", 2)
    assert (float(told["latitude"]), float(told["longitude"])) == (47.0707, 15.4395)
    assert (told["place"]["country"], told["place"]["town"]) == ("Austria", "Graz")
    poster = ann.output(image["renditions"]["thumbnail-240-webp"]["key"])
    preview = ann.output(image["preview"]["key"])
    assert poster[8:12] == preview[8:12] == b"WEBP"
    version = ann.output(image["video"]["key"])
    assert PLACE.encode() in film()
    assert PLACE[:8].encode() not in version
    with av.open(io.BytesIO(version), "r") as played:
        frame = next(played.decode(video=0))
        assert (frame.width, frame.height, played.streams.video[0].codec.name) == (240, 320, "h264")
        assert len(played.streams.audio) == 1
    [notification] = wait_for(lambda: ann.notifications() or None, what="a message")
    assert (notification["kind"], notification["file_kind"]) == ("processed", "video")

    keys = ann.output_keys()
    assert {image["video"]["key"], image["preview"]["key"], image["details"]["key"]} <= set(keys)
    for name in keys:
        bucket = bob.outputs["ProcessedBucketName"]
        assert refused(partial(bob.s3.get_object, Bucket=bucket, Key=name))

    ann.s3.delete_object(Bucket=ann.outputs["UploadsBucketName"], Key=key)

    def gone() -> bool | None:
        return True if ann.image(key) is None and not ann.output_keys() else None

    wait_for(gone, what="the video to be gone")


def test_video_is_rejected_with_a_reason_when_it_is_cut_off_or_none(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    whole = film()
    cut = ann.upload("cut.mov", whole[: len(whole) // 2])
    empty = ann.upload("empty.mp4", b"\0\0\0\x10ftypisom\0\0\0\0\0\0\0\x08moov")

    ends = {key: ann.wait_for_end(key) for key in (cut, empty)}

    assert {image["kind"] for image in ends.values()} == {"video"}
    assert (ends[cut]["status"], ends[cut]["reason"]) == ("rejected", "truncated")
    assert (ends[empty]["status"], ends[empty]["reason"]) == ("rejected", "no-picture")
    assert ann.output_keys() == []
    assert cloud.dead_letters() == {}


def test_convert_may_hide_its_own_messages_and_no_others(cloud: LocalCloud) -> None:
    sqs = as_function(cloud, "ConvertFunction", "sqs")

    def hide(queue: str) -> None:
        sqs.change_message_visibility(
            QueueUrl=cloud.outputs[f"{queue}QueueUrl"], ReceiptHandle="none", VisibilityTimeout=0
        )

    assert refused(partial(hide, "Probe"))
    with pytest.raises(ClientError) as answer:  # it is asked for a message that there is
        hide("Convert")
    assert answer.value.response["Error"]["Code"] == "ReceiptHandleIsInvalid"
