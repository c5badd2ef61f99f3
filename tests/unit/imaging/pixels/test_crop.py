"""A plan says how large a picture is decoded, which part of it is kept, and what it becomes."""

from __future__ import annotations

from typing import Any

import pytest
from darkroom.imaging.pixels.crop import fitted, plan_crop
from darkroom.imaging.recipe import RenditionSpec

Size = tuple[int, int]


def spec(width: int | None, height: int | None, **wanted: Any) -> RenditionSpec:
    return RenditionSpec(name="one", width=width, height=height, **wanted)


@pytest.mark.parametrize(
    ("original", "edge", "size"),
    [
        ((480, 320), 240, (240, 160)),
        ((320, 480), 240, (160, 240)),
        ((100, 67), 40, (40, 27)),  # 26.8
        ((67, 100), 40, (27, 40)),
        ((48, 32), 240, (48, 32)),
        ((3000, 2), 240, (240, 1)),
    ],
)
def test_picture_is_scaled_in_proportion_when_it_is_larger(
    original: Size, edge: int, size: Size
) -> None:
    assert fitted(*original, edge) == size


@pytest.mark.parametrize(
    ("original", "wanted", "edge", "size", "canvas"),
    [
        ((480, 320), spec(240, 240), 240, (240, 160), None),
        ((320, 480), spec(240, 240), 240, (160, 240), None),
        ((480, 320), spec(None, 80), 120, (120, 80), None),
        ((320, 480), spec(80, None), 120, (80, 120), None),
        ((48, 32), spec(240, 240), 48, (48, 32), None),
        ((48, 32), spec(240, 240, enlarge=True), 48, (240, 160), None),
        ((20_000, 3), spec(None, None), 16_383, (16_383, 2), None),
        ((3, 20_000), spec(None, None), 16_383, (2, 16_383), None),
        ((480, 320), spec(240, 200, resize="contain"), 240, (240, 160), (240, 200)),
        ((48, 32), spec(240, 200, resize="contain"), 48, (48, 32), (240, 200)),
        ((48, 32), spec(240, 200, resize="contain", enlarge=True), 48, (240, 160), (240, 200)),
        ((480, 320), spec(100, 100, resize="fill"), 150, (100, 100), None),
        ((480, 50), spec(100, 60, resize="fill"), 480, (100, 50), None),
        ((480, 70), spec(100, 60, resize="fill"), 411, (100, 60), None),
        ((50, 480), spec(100, 100, resize="fill"), 480, (50, 100), None),
        ((480, 50), spec(100, 100, resize="fill", enlarge=True), 480, (100, 100), None),
    ],
)
def test_whole_picture_is_kept_when_it_is_not_covered(
    original: Size, wanted: RenditionSpec, edge: int, size: Size, canvas: Size | None
) -> None:
    plan = plan_crop(*original, wanted)
    assert (plan.scaled_edge, plan.kept_fraction) == (edge, (1.0, 1.0))
    assert (plan.size, plan.canvas) == (size, canvas or size)


@pytest.mark.parametrize(
    ("original", "box", "enlarge", "edge", "size", "kept"),
    [
        ((480, 320), (100, 100), False, 150, (100, 100), (2 / 3, 1.0)),
        ((480, 320), (100, 200), False, 300, (100, 200), (1 / 3, 1.0)),
        ((320, 480), (200, 100), False, 300, (200, 100), (1.0, 1 / 3)),
        ((90, 60), (100, 100), False, 90, (60, 60), (2 / 3, 1.0)),
        ((60, 90), (100, 100), False, 90, (60, 60), (1.0, 2 / 3)),
        ((90, 60), (100, 100), True, 90, (100, 100), (2 / 3, 1.0)),
        ((90, 60), (100, 80), False, 90, (75, 60), (75 / 90, 1.0)),
        ((60, 90), (100, 80), False, 90, (60, 48), (1.0, 48 / 90)),
        ((97, 61), (75, 100), False, 97, (46, 61), (46 / 97, 1.0)),  # 45.75
        ((61, 97), (100, 75), False, 97, (61, 46), (1.0, 46 / 97)),
        ((97, 61), (40, 40), False, 64, (40, 40), (61 / 97, 1.0)),  # 63.6
    ],
)
def test_part_is_kept_when_a_box_is_covered(
    original: Size, box: Size, enlarge: bool, edge: int, size: Size, kept: tuple[float, float]
) -> None:
    plan = plan_crop(*original, spec(*box, resize="cover", enlarge=enlarge))
    assert (plan.scaled_edge, plan.size, plan.canvas) == (edge, size, size)
    assert plan.kept_fraction == pytest.approx(kept)


@pytest.mark.parametrize("resize", ["fit", "contain"])
def test_picture_has_as_many_pixels_as_it_may_when_it_would_have_more(resize: Any) -> None:
    plan = plan_crop(200, 100, spec(180, 180, resize=resize), max_pixels=5_000)
    assert (plan.scaled_edge, plan.size) == (100, (100, 50))


def test_no_more_than_all_is_kept_when_fractions_are_rounded() -> None:
    sides = range(1, 60)
    plans = [plan_crop(side, 50, spec(49, 50, resize="cover", enlarge=True)) for side in sides]
    plans += [plan_crop(50, side, spec(50, 49, resize="cover", enlarge=True)) for side in sides]
    assert all(0 < kept <= 1 for plan in plans for kept in plan.kept_fraction)
