"""Pictures that look the same: those whose fingerprints of 64 bits differ in few of them.

Copies of one picture differ in at most 6 bits, other pictures in more than 16.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import combinations

LIKE_BITS = 10
SAME_BITS = 4
# Whatever differs in 4 bits at most has 2 of 6 pieces in common, untouched.
# Bits that are next to each other tell of like details, so that a piece has every sixth.
_PIECES = tuple(sum(1 << bit for bit in range(at, 64, 6)) for at in range(6))
_MASKS = tuple(one | other for one, other in combinations(_PIECES, 2))
_MOST_IN_BUCKET = 2_000  # are compared with each other; no photos have so much in common
_ALL_BITS = (1 << 64) - 1


def unsigned(fingerprints: Iterable[int]) -> list[int]:
    """Fingerprints as their bits are; an index has them as signed integers."""
    return [fingerprint & _ALL_BITS for fingerprint in fingerprints]


def same(fingerprints: Sequence[int]) -> list[list[int]]:
    """Groups of those that look the same, as places in what was given, each of two at least.

    A group holds whatever one of its members looks the same as.
    """
    places: dict[int, list[int]] = defaultdict(list)
    for at, fingerprint in enumerate(fingerprints):
        places[fingerprint].append(at)
    leaders = {fingerprint: fingerprint for fingerprint in places}

    def leader(of: int) -> int:
        while leaders[of] != of:
            leaders[of] = leaders[leaders[of]]
            of = leaders[of]
        return of

    for mask in _MASKS:
        for bucket in _buckets(places, mask):
            for one, other in combinations(bucket, 2):
                if (
                    leaders[one] != leaders[other]  # else both are known to be of one group
                    and (one ^ other).bit_count() <= SAME_BITS
                ):
                    leaders[leader(one)] = leaders[one] = leaders[other] = leader(other)
    groups: dict[int, list[int]] = defaultdict(list)
    for fingerprint, found in places.items():
        groups[leader(fingerprint)] += found
    return [sorted(group) for group in groups.values() if len(group) > 1]


def _buckets(fingerprints: Iterable[int], mask: int) -> Iterable[list[int]]:
    """Those that have what a mask shows in common, where they are two or more."""
    first: dict[int, int] = {}
    buckets: dict[int, list[int]] = {}
    for fingerprint in fingerprints:
        shown = fingerprint & mask
        found = first.setdefault(shown, fingerprint)
        if found is not fingerprint:
            buckets.setdefault(shown, [found]).append(fingerprint)
    return (bucket[:_MOST_IN_BUCKET] for bucket in buckets.values())
