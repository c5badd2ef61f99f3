"""The plan of a soak: which files are uploaded, by whom, and what happens to them afterwards."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from darkroom.kinds import Kind

from local.soak.files import FILES

USERS = 20
HOSTILE, DUPLICATE, OVERWRITE, DELETE = 0.02, 0.05, 0.03, 0.03  # shares of all files
PICTURES = (Kind.PICTURE,)


@dataclass(frozen=True)
class Job:
    """One upload. `overwrite` is a second body for the same key, uploaded right afterwards."""

    kind: Kind
    user: int
    path: str
    content_type: str
    body: bytes
    hostile: bool
    duplicate: bool
    overwrite: bytes | None
    delete: bool


def jobs(count: int, kinds: Sequence[Kind] = PICTURES, seed: int = 1) -> Iterator[Job]:
    """The uploads of a soak, of each of these kinds in turn; the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  # not a secret
    fates = _fates(count, chance)
    for number in range(count):
        fate, kind = fates[number], kinds[number % len(kinds)]
        files = FILES[kind]
        yield Job(
            kind=kind,
            user=number % USERS,
            path=f"{number // 100:02}/{number:05}.{files.suffix}",
            content_type=files.content_type,
            body=(files.hostile if fate == "hostile" else files.honest)(number, chance),
            hostile=fate == "hostile",
            duplicate=fate == "duplicate",
            overwrite=files.honest(-number - 1, chance) if fate == "overwrite" else None,
            delete=fate == "delete",
        )


def _fates(count: int, chance: random.Random) -> list[str]:
    shares = {"hostile": HOSTILE, "duplicate": DUPLICATE, "overwrite": OVERWRITE, "delete": DELETE}
    fates = [name for name, share in shares.items() for _ in range(round(share * count))]
    fates += [""] * (count - len(fates))
    chance.shuffle(fates)
    return fates
