"""The columns of a table: what names them."""

from __future__ import annotations

import re

from darkroom.tables.columns import is_header
from hypothesis import given, settings
from hypothesis import strategies as st

# What a number looks like, said plainly; to tell of a long text that it is none takes its square.
NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*%?|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}.*")


@given(st.text(st.sampled_from("019.,+-%/x ٣\n"), max_size=12))
@settings(max_examples=1000)
def test_name_is_what_does_not_look_like_a_number(value: str) -> None:
    named = value.strip()
    assert is_header([value]) == (bool(named) and NUMBER.fullmatch(named) is None)


def test_name_is_told_in_time_when_it_is_of_digits_almost_alone() -> None:
    assert is_header(["1" * 300_000 + "x"])
    assert not is_header(["1" * 300_000])
