"""Files of one owner as their records say, and what is asked about them: made up, always the same.

Words are as frequent as in any language: the second half as often as the first, the third a third.
Photos are taken in series of 120, at one place by one camera, and every fifth of them is a copy.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from darkroom.search.documents import Document

OWNER = "eu-central-1:00000000-0000-0000-0000-000000000000"
_SYLLABLES = (
    "ba", "ri", "to", "ka", "mel", "son", "ver", "lin", "dor", "pa", "mo", "shi", "ran", "el",
    "tu", "gra", "no", "fi", "sta", "qu",
)  # fmt: skip
_COLOURS = ("#101010", "#f8f8f8", "#808080", "#c02020", "#e08020", "#208030", "#2040c0", "#603018")
_SERIES, _COPIES = 120, 5
Request = dict[str, Any]


def records(count: int, seed: int = 5) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Records, each with what its details document holds."""
    made = random.Random(seed)  # noqa: S311  # no secret
    words = ["".join(made.choices(_SYLLABLES, k=made.randint(2, 4))).title() for _ in range(30_000)]
    frequency = list(itertools.accumulate(1 / (rank + 1) for rank in range(len(words))))
    cameras = [
        f"{maker} {number}"
        for maker in ("Apple iPhone", "Canon EOS R", "NIKON Z", "Sony A")
        for number in range(1, 50)
    ]
    towns = [
        (f"Town{number}", f"Country{number % 90}", made.uniform(-60, 70), made.uniform(-180, 180))
        for number in range(3_000)
    ]
    moment = 1_200_000_000
    for number in range(count):
        if number % _SERIES == 0:
            town = made.choice(towns)
            camera = cameras[int(made.random() ** 3 * len(cameras))]
            event = made.choices(words, cum_weights=frequency, k=3)
        if number % _COPIES == 0:
            root = made.getrandbits(64)
        moment += made.randint(5, 9_000)
        metadata: dict[str, Any] = {
            "camera": camera,
            "title": " ".join(event),
            "taken_at": datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        }
        if made.random() < 0.7:
            metadata |= {
                "latitude": town[2] + made.gauss(0, 0.05),
                "longitude": town[3] + made.gauss(0, 0.05),
                "place": {"town": town[0], "country": town[1]},
            }
        item = {
            "identity_id": OWNER,
            "image": f"users/{OWNER}/{event[0]} {number // 500}/IMG_{number:06d}.jpg",
            "status": "processed",
            "kind": "picture",
            "bytes": made.randint(500_000, 9_000_000),
            "uploaded_at": "2026-11-24T08:30:00.000Z",
            "width": 4032,
            "height": 3024,
            "dominant_colour": made.choice(_COLOURS),
            "perceptual_hash": f"{root ^ (1 << made.randrange(64)):016x}",
            "metadata": metadata,
        }
        yield (
            item,
            {"xmp": {"description": " ".join(made.choices(words, cum_weights=frequency, k=8))}},
        )


def questions(files: Sequence[Document], each: int, seed: int = 9) -> dict[str, list[Request]]:
    """What is asked, of each kind some. Every engine can answer these."""
    asked = random.Random(seed)  # noqa: S311  # no secret
    found: dict[str, list[Request]] = {}
    for _ in range(each):
        file, other = asked.sample(files, 2)
        placed = asked.choice([one for one in asked.sample(files, 50) if one.places])
        word, second = asked.sample(file.names[-3:], 2)
        year = {"from": file.year, "to": file.year}
        requests: dict[str, Request] = {
            "the newest": {},
            "a word": {"text": f"{word} "},
            "two words": {"text": f"{word} {second} "},
            "a word being typed": {"text": asked.choice(other.words[-8:])[:3]},
            "camera and year": {"cameras": [file.camera], **year},
            "place and word": {"places": [placed.places[0]], "text": f"{placed.names[-3]} "},
            "within 20 km": {
                "near": {
                    "latitude": placed.latitude,
                    "longitude": placed.longitude,
                    "kilometres": 20,
                }
            },
            "colour and year": {"colours": [file.colour], **year},
        }
        for kind, request in requests.items():
            found.setdefault(kind, []).append(request)
    return found
