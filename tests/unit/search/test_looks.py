"""Fingerprints that differ in few bits."""

from __future__ import annotations

from itertools import combinations

from darkroom.search.looks import SAME_BITS, same, unsigned
from hypothesis import given
from hypothesis import strategies as st

FINGERPRINTS = st.integers(0, (1 << 64) - 1)


@st.composite
def families(draw: st.DrawFn) -> list[int]:
    """Fingerprints of which many are near to each other."""
    found: list[int] = []
    for root in draw(st.lists(FINGERPRINTS, max_size=4)):
        for bits in draw(st.lists(st.sets(st.integers(0, 63), max_size=6), max_size=5)):
            near = root
            for bit in bits:
                near ^= 1 << bit
            found.append(near)
    return found


@given(families())
def test_groups_are_those_that_comparing_all_with_all_finds(fingerprints: list[int]) -> None:
    groups = {frozenset([at]) for at in range(len(fingerprints))}
    for one, other in combinations(range(len(fingerprints)), 2):
        if (fingerprints[one] ^ fingerprints[other]).bit_count() <= SAME_BITS:
            both = {group for group in groups if group & {one, other}}
            groups = (groups - both) | {frozenset().union(*both)}
    assert {frozenset(group) for group in same(fingerprints)} == {
        group for group in groups if len(group) > 1
    }


def test_many_equal_ones_are_one_group() -> None:
    assert same([7] * 10_000 + [(1 << 64) - 1]) == [list(range(10_000))]


def test_fingerprint_is_the_same_behind_its_sign() -> None:
    assert unsigned([-1, 0, 5]) == [(1 << 64) - 1, 0, 5]
