"""A watermark's text is drawn in letters, never in the boxes that stand for missing ones."""

from __future__ import annotations

import pytest
from darkroom.imaging.marks import draw_mark, undrawable
from darkroom.imaging.recipe import TextMark


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
