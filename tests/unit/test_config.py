from __future__ import annotations

import os
import subprocess
import sys

import pytest
from darkroom.config import ConfigError, ThumbnailConfig, WatermarkConfig, load
from darkroom.kinds import Kind

GOOD = {
    "IMAGES_TABLE": "images",
    "IDEMPOTENCY_TABLE": "idempotency",
    "PROCESSED_BUCKET": "processed",
    "PROCESSED_TOPIC_ARN": "arn:aws:sns:eu-central-1:123456789012:processed",
    "STEPS": "thumbnail:picture, quota:any",
    "KEEP_OTHER_FILES": "false",
    "MAX_UPLOAD_BYTES": "1000",
    "MAX_JPEG_PIXELS": "1000",
    "MAX_PIXELS": "1000",
    "MAX_FRAMES": "10",
    "MAX_TOTAL_FRAME_PIXELS": "1000",
    "MAX_EDGE_PIXELS": "1000",
    "MAX_DECODING_BYTES": "1000",
    "RENDITION_EDGES_PIXELS": "960, 240",
    "RENDITION_FORMATS": "jpeg,webp",
    "JPEG_QUALITY": "80",
    "WEBP_QUALITY": "75",
}


def test_values_are_typed_when_the_environment_is_right() -> None:
    config = load(ThumbnailConfig, GOOD)

    assert config.rendition_edges_pixels == (960, 240)
    assert config.steps == {"thumbnail": Kind.PICTURE, "quota": None}
    assert config.webp_quality == 75


def test_every_mistake_is_named_when_several_are_made() -> None:
    wrong = GOOD | {"JPEG_QUALITY": "101", "RENDITION_FORMATS": "jpeg,gif", "STEPS": ""}
    del wrong["IMAGES_TABLE"]

    with pytest.raises(ConfigError) as caught:
        load(ThumbnailConfig, wrong)

    message = str(caught.value)
    for name in ("IMAGES_TABLE", "JPEG_QUALITY='101'", "RENDITION_FORMATS", "STEPS"):
        assert name in message


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ("thumbnail:picture,quota", "each as <step>:<kind>"),
        ("thumbnail:photo,quota:any", "a kind of any, picture, table, video, other"),
        (":picture,quota:any", "each as <step>:<kind>"),
        ("thumbnail:picture", "a step for any"),
    ],
)
def test_steps_are_refused_when_they_would_leave_files_unfinished(
    steps: str, expected: str
) -> None:
    with pytest.raises(ConfigError, match=expected):
        load(ThumbnailConfig, GOOD | {"STEPS": steps})


def test_variable_may_be_empty_when_it_has_a_default() -> None:
    mark = {
        "WATERMARK_TEXT": "© Darkroom",
        "WATERMARK_IMAGE_KEY": "",
        "WATERMARK_POSITION": "tile",
        "WATERMARK_OPACITY_PERCENT": "50",
        "WATERMARK_SIZE_PERCENT": "5",
        "WATERMARK_EDGE_PIXELS": "1920",
    }

    assert load(WatermarkConfig, GOOD | mark).watermark_image_key == ""


def test_recipes_are_kept_as_they_are_when_they_are_right() -> None:
    recipes = '{"avatars/": [{"name": "small", "width": 96, "height": 96, "resize": "cover"}]}'

    assert load(ThumbnailConfig, GOOD | {"RECIPES": recipes}).recipes == recipes
    assert load(ThumbnailConfig, GOOD | {"RECIPES": ""}).recipes == ""
    assert load(ThumbnailConfig, GOOD).recipes == ""


def test_mistake_in_a_recipe_is_named_beside_the_others_when_there_are_some() -> None:
    wrong = GOOD | {"JPEG_QUALITY": "0", "RECIPES": '{"": [{"name": "small", "width": 0}]}'}

    with pytest.raises(ConfigError) as caught:
        load(ThumbnailConfig, wrong)

    assert "JPEG_QUALITY='0'" in str(caught.value)
    assert "recipe ''[0].width: expected a whole number from 1 to 16383, not 0" in str(caught.value)


def test_no_imaging_module_is_imported_when_a_function_has_no_use_for_it() -> None:
    script = (
        "import sys; from darkroom.config import CleanupConfig, load; "
        "import darkroom.pipeline.worker, darkroom.pipeline.steps, darkroom.pipeline.records; "
        "sys.exit(str([m for m in sys.modules if m.startswith(('PIL', 'darkroom.imaging'))]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.stderr.strip() == "[]"
