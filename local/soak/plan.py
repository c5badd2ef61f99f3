"""The plan of a soak: which files are uploaded, by whom, and what happens to them afterwards."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

USERS = 20
HOSTILE, DUPLICATE, OVERWRITE, DELETE = 0.02, 0.05, 0.03, 0.03  # shares of all photos
_SIZE = (640, 480)  # small, because the soak tests the queues and not the codecs


@dataclass(frozen=True)
class Job:
    """One upload. `overwrite` is a second body for the same key, uploaded right afterwards."""

    user: int
    path: str
    body: bytes
    hostile: bool
    duplicate: bool
    overwrite: bytes | None
    delete: bool


def jobs(count: int, seed: int = 1) -> Iterator[Job]:
    """The uploads of a soak, the same for the same seed."""
    chance = random.Random(seed)  # noqa: S311  # not a secret
    fates = _fates(count, chance)
    for number in range(count):
        fate = fates[number]
        yield Job(
            user=number % USERS,
            path=f"{number // 100:02}/{number:05}.jpg",
            body=_hostile(number, chance) if fate == "hostile" else _photo(number, chance),
            hostile=fate == "hostile",
            duplicate=fate == "duplicate",
            overwrite=_photo(-number - 1, chance) if fate == "overwrite" else None,
            delete=fate == "delete",
        )


def _fates(count: int, chance: random.Random) -> list[str]:
    shares = {"hostile": HOSTILE, "duplicate": DUPLICATE, "overwrite": OVERWRITE, "delete": DELETE}
    fates = [name for name, share in shares.items() for _ in range(round(share * count))]
    fates += [""] * (count - len(fates))
    chance.shuffle(fates)
    return fates


def _photo(number: int, chance: random.Random) -> bytes:
    """A smooth picture, different for each number."""
    small = Image.frombytes("RGB", (8, 6), chance.randbytes(8 * 6 * 3))
    out = io.BytesIO()
    comment = f"photo {number}".encode()
    small.resize(_SIZE, Image.Resampling.BICUBIC).save(out, "JPEG", quality=85, comment=comment)
    return out.getvalue()


def _hostile(number: int, chance: random.Random) -> bytes:
    """A hostile file: text, noise after a JPEG's first bytes, half a photo, or a WebP of 82 Mpx."""
    bomb = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00/\xff\xff\xc7\x04" + number.to_bytes(
        9, "big"
    )
    kinds = (
        f"This is no picture, it is number {number}.".encode(),
        b"\xff\xd8\xff\xe0" + chance.randbytes(2000),
        _photo(number, chance)[:3000],
        bomb,
    )
    return kinds[number % len(kinds)]
