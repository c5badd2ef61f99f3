"""Pictures that look the same: those whose fingerprints of 64 bits differ in few of them.

Copies of one picture differ in at most 6 bits, other pictures in more than 16. A family is all
fingerprints that are joined by steps of at most 4 bits.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from itertools import chain, combinations, compress, count
from operator import ne

LIKE_BITS = 10
SAME_BITS = 4
Family = list[int]
# Of 7 pieces 4 bits spoil 4 at most. Two of the three that are left are in one half, of 3 or of 4
# pieces: so whatever is of one family has such a pair in common.
# Bits that are next to each other tell of like details, so that a piece has every seventh.
_PIECES = tuple(sum(1 << bit for bit in range(at, 64, 7)) for at in range(7))
_HALVES = _PIECES[:3], _PIECES[3:]
_MASKS = tuple(one | other for half in _HALVES for one, other in combinations(half, 2))
_MOST_IN_BUCKET = 2_000  # are compared with each other; no photos have so much in common
_FEW = 8  # are compared with all others sooner than these are sorted by what they have in common
_ALL_BITS = (1 << 64) - 1


def unsigned(fingerprints: Iterable[int]) -> list[int]:
    """Fingerprints as their bits are; an index has them as signed integers."""
    return list(map(_ALL_BITS.__and__, fingerprints))


def families(fingerprints: Iterable[int]) -> list[Family]:
    """The families of two and more among fingerprints, each of which counts once."""
    leaders = {fingerprint: fingerprint for fingerprint in fingerprints}

    def leader(of: int) -> int:
        while leaders[of] != of:
            leaders[of] = leaders[leaders[of]]
            of = leaders[of]
        return of

    known = list(leaders)
    for mask in _MASKS:
        for bucket in _buckets(known, mask):
            for one, other in combinations(bucket, 2):
                if (
                    leaders[one] != leaders[other]  # else both are known to be of one family
                    and (one ^ other).bit_count() <= SAME_BITS
                ):
                    leaders[leader(one)] = leaders[one] = leaders[other] = leader(other)
    found: dict[int, Family] = defaultdict(list)
    for fingerprint in known:
        found[leader(fingerprint)].append(fingerprint)
    return [family for family in found.values() if len(family) > 1]


def renewed(
    before: Iterable[Family], fingerprints: Collection[int], added: Collection[int]
) -> list[Family]:
    """The families among fingerprints, from those before some were added and others went.

    Only families that lost or may gain one are compared anew. `added` may hold what was there.
    """
    now = frozenset(fingerprints)
    changed = _near(now.intersection(added), now)
    kept: list[Family] = []
    for family in before:
        if changed.isdisjoint(family) and now.issuperset(family):
            kept.append(family)
        else:
            changed.update(now.intersection(family))
    return kept + families(changed)


def packed(known: Iterable[Family]) -> bytes:
    """Families as they are kept: of each how many it has, and these, in 64 bits each."""
    numbers = array("Q")
    for family in known:
        numbers.append(len(family))
        numbers.extend(family)
    return numbers.tobytes()


def unpacked(kept: bytes) -> list[Family]:
    """Families from how they are kept; what does not belong there is no error."""
    numbers = array("Q", kept[: len(kept) // 8 * 8]).tolist()
    known: list[Family] = []
    at = 0
    while at < len(numbers):
        end = at + 1 + numbers[at]
        known.append(numbers[at + 1 : end])
        at = end
    return known


def same(fingerprints: Sequence[int], known: Iterable[Family]) -> list[list[int]]:
    """Groups of those that look the same, as places in what was given, each of two at least.

    A group holds whatever one of its members looks the same as. `known` are the families among
    these fingerprints, and maybe others.
    """
    last = dict(zip(fingerprints, range(len(fingerprints)), strict=True))
    rest: dict[int, list[int]] = defaultdict(list)  # the places of those that come once more
    for at in compress(range(len(fingerprints)), map(ne, map(last.get, fingerprints), count())):
        rest[fingerprints[at]].append(at)
    groups: list[list[int]] = []
    for family in known:
        is_whole = all(map(last.__contains__, family))
        for part in (family,) if is_whole else families(filter(last.__contains__, family)):
            group = list(map(last.__getitem__, part))
            if not rest.keys().isdisjoint(part):
                group += chain.from_iterable(rest.pop(each, ()) for each in part)
            groups.append(group)
    groups += ([*places, last[fingerprint]] for fingerprint, places in rest.items())
    return groups


def _near(these: Collection[int], fingerprints: Collection[int]) -> set[int]:
    """The fingerprints that look the same as one of these, which are among them."""
    if len(these) <= _FEW:
        return {
            other
            for one in these
            for other in fingerprints
            if (one ^ other).bit_count() <= SAME_BITS
        }
    found: set[int] = set()
    for mask in _MASKS:
        buckets: dict[int, list[int]] = defaultdict(list)
        for one in these:
            buckets[one & mask].append(one)
        is_shown = map(buckets.__contains__, map(mask.__and__, fingerprints))
        for other in compress(fingerprints, is_shown):
            for one in buckets[other & mask][:_MOST_IN_BUCKET]:
                if (one ^ other).bit_count() <= SAME_BITS:
                    found.add(other)
                    break
    return found


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
