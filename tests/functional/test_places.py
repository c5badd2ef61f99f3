"""A place's names: in the record and the details of its owner, and nowhere else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.functional.conftest import PROCESSED
from tests.functional.pipeline import Pipeline
from tests.functional.test_catalogue import photo
from tests.functional.test_kinds import image_of
from tests.functional.test_videos import film
from tests.unit.imaging.pictures import encoded, quartered

GRAZ = {"country_code": "AT", "country": "Austria", "region": "Styria", "town": "Graz"}


def body(pipeline: Pipeline, key: str) -> bytes:
    data: bytes = pipeline.world.s3.get_object(Bucket=PROCESSED, Key=key)["Body"].read()
    return data


def details(pipeline: Pipeline, image: dict[str, Any]) -> Any:
    return json.loads(body(pipeline, image["details"]["key"]))


def test_photo_has_the_names_of_its_place_beside_its_coordinates(pipeline: Pipeline) -> None:
    pipeline.deliver(pipeline.world.put("ann", "a.jpg", photo()))
    image = image_of(pipeline.world, "a.jpg")
    assert image["metadata"]["place"] == GRAZ
    assert float(image["metadata"]["latitude"]) == pytest.approx(47 + 4 / 60)
    document = details(pipeline, image)
    assert document["place"] == GRAZ
    assert document["exif"]["gps"]["longitude"] == 15.45


def test_video_has_the_names_of_its_place_beside_its_coordinates(pipeline: Pipeline) -> None:
    pipeline.deliver(pipeline.world.put("ann", "a.mov", film()))
    image = image_of(pipeline.world, "a.mov")
    assert image["metadata"]["place"] == GRAZ
    assert (image["metadata"]["has_gps"], image["metadata"]["altitude_m"]) == (True, 353)
    place = {"latitude": 47.0707, "longitude": 15.4395, "altitude_m": 353.0}
    assert details(pipeline, image)["place"] == place | GRAZ


def test_photo_has_no_place_when_it_says_nothing_of_one(pipeline: Pipeline) -> None:
    pipeline.deliver(pipeline.world.put("ann", "a.jpg", encoded(quartered(), "JPEG")))
    image = image_of(pipeline.world, "a.jpg")
    assert "place" not in image["metadata"]
    assert "place" not in details(pipeline, image)


@pytest.mark.parametrize(("name", "data"), [("a.jpg", photo), ("a.mov", film)])
def test_no_output_and_no_message_names_the_place(pipeline: Pipeline, name: str, data: Any) -> None:
    world = pipeline.world
    pipeline.deliver(world.put("ann", name, data()))
    image = image_of(world, name)
    assert image["metadata"]["place"] == GRAZ
    outputs = {key for key in world.outputs() if not key.endswith("/details.json")}
    assert len(outputs) >= 3
    told = [json.dumps(message).encode() for message in world.published()]
    told += [json.dumps(each, default=str).encode() for each in world.notifications("ann")]
    assert len(told) >= 2
    for text in (*(body(pipeline, key) for key in outputs), *told):
        assert not [word for word in GRAZ.values() if len(word) > 2 and word.encode() in text]
