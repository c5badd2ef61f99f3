from __future__ import annotations

import json

import pytest
from darkroom.pipeline.events import object_events
from darkroom.pipeline.uploads import MAX_KEY_BYTES, ImageVersion, Upload, outputs_prefix
from hypothesis import given
from hypothesis import strategies as st

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=400)


@given(names)
def test_output_key_fits_s3_whatever_the_upload_is_called(name: str) -> None:
    key = f"users/eu-central-1:1234/{name}".encode()[:MAX_KEY_BYTES].decode(errors="ignore")
    upload = ImageVersion("eu-central-1:1234", key, "0066A1B2C3D4E5F607")

    output = upload.output_key("thumbnail-1920.webp")

    assert len(output.encode()) <= MAX_KEY_BYTES
    assert output.startswith("users/eu-central-1:1234/")
    assert output.endswith("/0066A1B2C3D4E5F607/thumbnail-1920.webp")


def test_long_keys_have_folders_of_their_own_when_they_differ_at_the_end() -> None:
    stem = "users/ann/" + "é" * 500

    assert outputs_prefix(f"{stem}1") != outputs_prefix(f"{stem}2")


def test_folder_is_the_key_itself_when_it_is_of_ordinary_length() -> None:
    assert outputs_prefix("users/ann/a.jpg") == "users/ann/a.jpg/"


@pytest.mark.parametrize("name", ["ObjectCreated:Put", "ObjectRemoved:Delete"])
def test_only_a_stored_object_is_an_upload_when_an_event_tells_of_it(name: str) -> None:
    stored = {"key": "users/ann/a.jpg", "sequencer": "0066A0", "size": 7, "eTag": "e"}
    record = {
        "eventName": name,
        "eventTime": "2026-11-24T08:30:00.000Z",
        "s3": {"bucket": {"name": "uploads"}, "object": stored},
    }
    [event] = object_events(json.dumps({"Records": [record]}))

    image = ImageVersion.of(event)

    assert image is not None
    assert (image.identity_id, image.key, image.version) == ("ann", "users/ann/a.jpg", "0066A")
    assert isinstance(image, Upload) is (name == "ObjectCreated:Put")
