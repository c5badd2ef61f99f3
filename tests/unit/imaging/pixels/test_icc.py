"""ICC profiles by LittleCMS: the stored ones are what they claim, and each has its own name."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from darkroom.imaging.pixels.colour_management import profile_name
from darkroom.imaging.pixels.icc import adobe_rgb, display_p3
from PIL import Image, ImageCms

from tests.unit.imaging.colours import ADOBE_RGB, DISPLAY_P3, Space

PROFILES = [(adobe_rgb, ADOBE_RGB), (display_p3, DISPLAY_P3)]


@pytest.mark.parametrize(("stored", "space"), PROFILES)
def test_primaries_are_those_of_the_space_when_littlecms_reads_a_stored_profile(
    stored: Callable[[], bytes], space: Space
) -> None:
    read, defined = (
        ImageCms.getOpenProfile(io.BytesIO(profile)).profile
        for profile in (stored(), space.profile())
    )
    assert read.profile_description == space.name
    for colour in ("red_colorant", "green_colorant", "blue_colorant"):
        (xyz, _), (expected, _) = getattr(read, colour), getattr(defined, colour)
        assert xyz == pytest.approx(expected, abs=0.0002)


@pytest.mark.parametrize(("stored", "space"), PROFILES)
def test_curve_is_that_of_the_space_when_littlecms_applies_a_stored_profile(
    stored: Callable[[], bytes], space: Space
) -> None:
    greys = bytes(range(0, 256, 5))
    ramp = Image.merge("RGB", 3 * [Image.frombytes("L", (len(greys), 1), greys)])

    lab = ImageCms.profileToProfile(
        ramp,
        ImageCms.getOpenProfile(io.BytesIO(stored())),
        ImageCms.createProfile("LAB"),
        outputMode="LAB",
    )

    assert lab is not None
    lightness = [level * 100 / 255 for level in lab.getchannel("L").tobytes()]
    assert lightness == pytest.approx([space.lab((n, n, n))[0] for n in greys], abs=0.4)


@pytest.mark.parametrize(
    ("icc", "name"),
    [
        (ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(), "sRGB built-in"),
        (DISPLAY_P3.profile(), "Display P3"),
        (DISPLAY_P3.profile()[:300], None),
        (b"garbage" * 40, None),
        (b"", None),
    ],
)
def test_profile_has_the_name_that_it_gives_itself(icc: bytes, name: str | None) -> None:
    assert profile_name(icc) == name
