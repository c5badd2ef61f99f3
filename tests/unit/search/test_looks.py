"""Fingerprints that differ in few bits."""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import combinations

import pytest
from darkroom.search.looks import SAME_BITS, families, packed, renewed, same, unpacked, unsigned
from hypothesis import given
from hypothesis import strategies as st

FINGERPRINTS = st.integers(0, (1 << 64) - 1)
Groups = set[frozenset[int]]


@st.composite
def near_ones(draw: st.DrawFn) -> list[int]:
    """Fingerprints of which many are near to each other."""
    found: list[int] = []
    for root in draw(st.lists(FINGERPRINTS, max_size=4)):
        for bits in draw(st.lists(st.sets(st.integers(0, 63), max_size=6), max_size=5)):
            near = root
            for bit in bits:
                near ^= 1 << bit
            found.append(near)
    return found


def compared(fingerprints: Sequence[int]) -> Groups:
    """The groups, as places, that comparing all with all finds."""
    groups = {frozenset([at]) for at in range(len(fingerprints))}
    for one, other in combinations(range(len(fingerprints)), 2):
        if (fingerprints[one] ^ fingerprints[other]).bit_count() <= SAME_BITS:
            both = {group for group in groups if group & {one, other}}
            groups = (groups - both) | {frozenset().union(*both)}
    return {group for group in groups if len(group) > 1}


def grouped(fingerprints: Sequence[int], known: Sequence[int] | None = None) -> Groups:
    found = same(fingerprints, families(fingerprints if known is None else known))
    assert sum(map(len, found)) == len(set().union(*found))
    return set(map(frozenset, found))


@given(near_ones())
def test_groups_are_those_that_comparing_all_with_all_finds(fingerprints: list[int]) -> None:
    assert grouped(fingerprints) == compared(fingerprints)


@given(near_ones(), st.data())
def test_groups_of_some_are_those_that_comparing_these_finds(
    fingerprints: list[int], data: st.DataObject
) -> None:
    """One that joined two others may not be among them."""
    some = [each for each in fingerprints if data.draw(st.booleans())]
    assert grouped(some, fingerprints) == compared(some)


def test_renewed_families_are_those_that_comparing_all_anew_finds() -> None:
    random_ = random.Random(6)
    now = [random_.getrandbits(20) for _ in range(40)]  # so few bits that many are near
    known = families(now)
    for _ in range(200):
        added = [random_.getrandbits(20) for _ in range(random_.choice([0, 1, 3, 12]))]
        now = [each for each in now if random_.random() < 0.93] + added
        known = renewed(known, now, [*added, *random_.sample(now, 1), 1 << 63])
        assert set(map(frozenset, known)) == set(map(frozenset, families(now)))
        assert len(known) == len(families(now))


@pytest.mark.parametrize("bits", range(SAME_BITS + 2))
def test_pictures_look_the_same_up_to_four_bits_wherever_these_are(bits: int) -> None:
    random_ = random.Random(bits)
    for _ in range(3_000):
        one = random_.getrandbits(64)
        other = one
        for bit in random_.sample(range(64), bits):
            other ^= 1 << bit
        assert bool(families([one, other])) == (0 < bits <= SAME_BITS)


def test_all_of_one_large_family_are_found() -> None:
    """A thousand that have most of their bits in common are in the same buckets."""
    random_ = random.Random(1)
    near = [0]
    for _ in range(1_000):
        near.append(random_.choice(near) ^ (1 << random_.randrange(20)))
    far = [each ^ (0xFFFF << 40) for each in near[:500]]
    assert sorted(map(set, families(near + far)), key=len) == sorted([set(far), set(near)], key=len)


@given(st.lists(st.lists(FINGERPRINTS, min_size=1)))
def test_families_are_kept_as_they_are(known: list[list[int]]) -> None:
    assert unpacked(packed(known)) == known


@given(st.binary())
def test_whatever_is_kept_can_be_read(kept: bytes) -> None:
    assert sum(map(len, unpacked(kept))) <= len(kept) / 8


def test_many_equal_ones_are_one_group() -> None:
    assert grouped([7] * 10_000 + [(1 << 64) - 1]) == {frozenset(range(10_000))}


def test_fingerprint_is_the_same_behind_its_sign() -> None:
    assert unsigned([-1, 0, 5]) == [(1 << 64) - 1, 0, 5]
