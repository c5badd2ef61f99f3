"""Watermarks: letters, never the boxes that stand for missing ones, where the recipe wants them."""

from __future__ import annotations

import pytest
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from darkroom.imaging.pixels.watermark import draw_mark, undrawable
from darkroom.imaging.recipe import TextMark, Watermark
from PIL import Image, ImageChops

from tests.unit.imaging.pictures import encoded, opened


@pytest.mark.parametrize("text", ["© Zoë Müller 2026", "Łódź · Ñandú", "Фото Жукова", "Ωμέγα™"])
def test_text_is_drawable_when_it_is_latin_greek_or_cyrillic(text: str) -> None:
    assert undrawable(text) == ""


def test_missing_characters_are_named_once_when_the_font_lacks_them() -> None:
    assert undrawable("写真 by 写 🙂") == "写真🙂"


@pytest.mark.parametrize("width", [40, 200, 900])
def test_text_is_as_wide_as_asked_when_there_is_room(width: int) -> None:
    mark = draw_mark(TextMark("© Zoë"), width, 2000)

    assert mark.mode == "RGBA"
    assert width * 0.85 <= mark.width <= width * 1.05
    assert mark.getchannel("A").getextrema()[1] == 255  # something of it is opaque


def test_text_is_at_most_half_as_tall_as_the_picture_when_it_is_wide_enough() -> None:
    assert draw_mark(TextMark("A"), 900, 100).height <= 52


def test_mark_is_drawn_when_a_rendition_has_a_watermark() -> None:
    data = encoded(Image.new("RGB", (800, 600), (0, 0, 120)), "PNG")
    plain = RenditionSpec(name="plain", width=400, format="png")
    mark = Watermark(mark=TextMark("© Zoë"), position="bottom-right", opacity=1.0, size=0.4)
    marked = RenditionSpec(name="marked", width=400, format="png", watermark=mark)
    first, second = (
        opened(rendition.data)
        for rendition in render(data, Recipe(renditions=(plain, marked)), ImageLimits()).renditions
    )
    box = ImageChops.difference(first, second).getbbox()
    assert box is not None
    left, top, right, _ = box
    assert left > 200
    assert top > 150
    assert 130 < right - left <= 161  # 0.4 of 400
    assert first.getextrema() == ((0, 0), (0, 0), (120, 120))
