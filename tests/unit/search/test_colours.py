"""The names of colours."""

from __future__ import annotations

import colorsys

import pytest
from darkroom.search.colours import COLOURS, colour_name


@pytest.mark.parametrize(
    ("colour", "name"),
    [
        ("#000000", "black"), ("#0b0b0e", "black"), ("#ffffff", "white"), ("#faf8f5", "white"),
        ("#808080", "grey"), ("#7a7f80", "grey"), ("#ff0000", "red"), ("#b22222", "red"),
        ("#ff8c00", "orange"), ("#ffd700", "yellow"), ("#228b22", "green"), ("#556b2f", "green"),
        ("#008080", "teal"), ("#87ceeb", "blue"), ("#1e3a8a", "blue"), ("#800080", "purple"),
        ("#7b2fbe", "purple"), ("#ff69b4", "pink"), ("#ffc0cb", "pink"), ("#8b4513", "brown"),
        ("#5c4033", "brown"), ("#FFD700", "yellow"),
    ],
)  # fmt: skip
def test_colour_has_the_name_that_people_give_it(colour: str, name: str) -> None:
    assert colour_name(colour) == name


def test_every_colour_has_a_name_and_every_name_a_colour() -> None:
    wheel = {
        "#"
        + "".join(f"{round(part * 255):02x}" for part in colorsys.hls_to_rgb(h / 36, l / 20, s / 4))
        for h in range(36)
        for l in range(21)  # noqa: E741
        for s in range(5)
    }
    assert {colour_name(colour) for colour in wheel} == set(COLOURS)


@pytest.mark.parametrize("text", ["", "red", "#fff", "#gggggg", "#ff0000\n", "#ff00000"])
def test_what_is_no_colour_has_no_name(text: str) -> None:
    assert colour_name(text) is None
