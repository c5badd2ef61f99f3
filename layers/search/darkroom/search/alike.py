"""Pictures of one owner that look like another, or like each other."""

from __future__ import annotations

from collections.abc import Callable

from darkroom.search.engine import Reader
from darkroom.search.groups import File, told
from darkroom.search.index import number_of
from darkroom.search.looks import LIKE_BITS, Family, families, same, unsigned
from darkroom.search.queries import Queries, both
from tantivy import DocAddress, Query

_SIZES = ("bytes", "width", "height")


class Pictures:
    """Compares pictures. What it reads of all of them is read once."""

    def __init__(
        self, noted: Callable[[], list[Family] | None], reader: Reader, queries: Queries
    ) -> None:
        self._noted = noted
        self._reader = reader
        self._queries = queries
        self._all: tuple[list[int], list[int]] | None = None
        self._families: list[Family] | None = None

    def like(self, path: str) -> dict[int, int]:
        """In how many bits pictures differ from the one of a path, by number; its own is left out.

        Those that differ in more than look like it, and all if there is no such picture.
        """
        [*of] = self._reader.values("fingerprint", self._found(self._queries.at(path)))
        if not of or of[0] is None:
            return {}
        fingerprints, numbers = self._read_all()
        [own] = unsigned(of)
        number_of_own = number_of(path)
        return {
            number: bits
            for fingerprint, number in zip(fingerprints, numbers, strict=True)
            if (bits := (own ^ fingerprint).bit_count()) <= LIKE_BITS and number != number_of_own
        }

    def same(self, query: Query) -> tuple[int, list[list[File]]]:
        """How many groups of what matches look the same; and the largest, the newest of them first.

        `image` of a file is its path.
        """
        found = self._found(both(query, Query.exists_query("fingerprint")))
        moments = self._reader.values("moment", found)
        groups = same(unsigned(self._reader.values("fingerprint", found)), self._all_families())
        return len(groups), told(
            groups, moments, lambda places: self._files([found[at] for at in places])
        )

    def _all_families(self) -> list[Family]:
        """The families of all pictures: as the index has them, or as they are found once here."""
        if self._families is None:
            noted = self._noted()
            self._families = families(self._read_all()[0]) if noted is None else noted
        return self._families

    def _read_all(self) -> tuple[list[int], list[int]]:
        """The fingerprints and the numbers of all pictures."""
        if self._all is None:
            found = self._found(Query.exists_query("fingerprint"))
            fingerprints = unsigned(self._reader.values("fingerprint", found))
            self._all = fingerprints, self._reader.values("number", found)
        return self._all

    def _files(self, group: list[DocAddress]) -> list[File]:
        sizes = (self._reader.values(name, group) for name in _SIZES)
        return [
            {"image": self._reader.path(address), **dict(zip(_SIZES, values, strict=True))}
            for address, *values in zip(group, *sizes, strict=True)
        ]

    def _found(self, query: Query) -> list[DocAddress]:
        return [address for _, address in self._reader.find(query)]
