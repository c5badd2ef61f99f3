"""HDR as sRGB: grey and colours by the standards' own formulas, in files of three formats."""

from __future__ import annotations

import pytest
from darkroom.imaging import ImageLimits
from darkroom.imaging.document import read_metadata
from darkroom.imaging.pixels.colour import to_srgb
from darkroom.imaging.pixels.named import by_code_points, profile_of
from PIL import Image

from tests.unit.imaging.charts import avif_of, code_points, heic_of, lit, most_light, png_of
from tests.unit.imaging.pictures import differences, shown

PQ, HLG = 16, 18


def grey(level: int, transfer: int, nits: float = 0) -> int:
    """What a grey of HDR becomes, in a picture whose brightest light is said; 0 where it is not."""
    colours = by_code_points(9, transfer, nits)
    assert colours is not None
    picture = to_srgb(Image.new("RGB", (1, 1), (level,) * 3), profile_of(colours))
    red, green, blue = picture.getpixel((0, 0))  # type: ignore[misc]
    assert max(red, green, blue) - min(red, green, blue) <= 1
    return int(green)


def test_diffuse_white_is_half_of_the_light_and_the_peak_is_white() -> None:
    """203 and 1,000 nits: PQ of 0.581 and 0.752, HLG of 0.75 and 1 (ITU-R BT.2408, table 1)."""
    half = round(255 * (1.055 * 0.5 ** (1 / 2.4) - 0.055))
    assert grey(round(0.581 * 255), PQ) == pytest.approx(half, abs=3)
    assert grey(round(0.75 * 255), HLG) == pytest.approx(half, abs=3)
    assert grey(255, PQ) == grey(255, HLG) == 255
    assert grey(round(0.752 * 255), PQ) == pytest.approx(255, abs=8)  # between two of the table


def test_white_is_white_in_a_picture_that_says_it_goes_no_further() -> None:
    for nits in (0.5, 100, 203):
        assert grey(round(0.581 * 255), PQ, nits) == pytest.approx(255, abs=8)
        assert grey(round(0.6 * 255), PQ, nits) == 255


def test_what_a_picture_says_is_its_brightest_light_is_white_and_darker_light_is_not() -> None:
    """PQ of 4,000 nits is 0.903 (ITU-R BT.2100, table 4), and half of that 0.827."""
    assert grey(round(0.903 * 255), PQ, 4_000) == pytest.approx(255, abs=3)
    assert grey(round(0.827 * 255), PQ, 4_000) < 250
    assert grey(round(0.827 * 255), PQ) == 255
    assert grey(255, PQ, 1e9) == 255  # PQ itself ends at 10,000 nits


def test_the_less_a_picture_goes_beyond_white_the_lighter_it_is_shown() -> None:
    shown_greys = [grey(100, PQ, nits) for nits in (203, 300, 600, 1_000)]
    assert shown_greys == sorted(set(shown_greys), reverse=True)


@pytest.mark.parametrize("nits", [100, 600, 4_000])
def test_brightest_light_counts_in_every_format_that_says_it(nits: int) -> None:
    png, avif, heic = (
        shown(data)
        for data in (
            png_of(code_points(9, PQ), most_light(nits)),
            lit(avif_of(9, PQ), nits),
            lit(heic_of(9, PQ), nits),
        )
    )
    assert max(differences(png, avif).mean) < 4
    assert max(differences(png, heic).mean) < 4
    assert max(differences(png, shown(png_of(code_points(9, PQ)))).mean) > 2


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_greys_stay_in_their_order_from_black_on(transfer: int) -> None:
    levels = [grey(level, transfer) for level in range(256)]
    assert levels[0] == 0
    assert levels == sorted(levels)


@pytest.mark.parametrize("transfer", [PQ, HLG])
def test_picture_is_the_same_in_every_format_that_names_its_colours(transfer: int) -> None:
    png, avif, heic = (
        shown(data)
        for data in (png_of(code_points(9, transfer)), avif_of(9, transfer), heic_of(9, transfer))
    )
    assert max(differences(png, avif).mean) < 4
    assert max(differences(png, heic).mean) < 4


def test_profile_is_told_by_its_name() -> None:
    assert read_metadata(avif_of(9, PQ), ImageLimits()).colour_profile == "Rec. 2020 PQ"
    assert read_metadata(avif_of(12, 13), ImageLimits()).colour_profile == "Display P3"
    assert read_metadata(avif_of(1, 13), ImageLimits()).colour_profile is None
