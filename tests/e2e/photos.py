"""Small generated pictures: what a stranger's clone can test with."""

from __future__ import annotations

import io
import random

from PIL import Image


def photo(
    seed: int = 0, size: tuple[int, int] = (1200, 800), *, file_format: str = "JPEG"
) -> bytes:
    """A smooth picture that no other seed gives, encoded; its bytes differ by seed."""
    chance = random.Random(seed)
    small = Image.new("RGB", (8, 6))
    small.putdata([tuple(chance.randrange(256) for _ in range(3)) for _ in range(48)])
    out = io.BytesIO()
    small.resize(size, Image.Resampling.BICUBIC).save(out, file_format, quality=85)
    return out.getvalue()
