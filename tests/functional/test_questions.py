"""The questions of docs/catalogue.md, asked of rows that are made for them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from darkroom.catalogue.connections import Connection
from darkroom.catalogue.rows import ended, notification
from darkroom.catalogue.store import Store

from local.paths import ROOT
from local.postgres import Postgres
from operations.sql import ask
from tests.functional.catalogue import emptied, postgres

__all__ = ["postgres"]  # a fixture

TEXT = (ROOT / "docs/catalogue.md").read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"### ([^\n]+)\n\n```sql\n(.*?)```", TEXT, re.DOTALL))
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
NOW = datetime.now(UTC)
LATELY = (NOW - timedelta(days=2)).replace(hour=8)


def stamp(moment: datetime) -> str:
    return moment.isoformat()


def item(owner: str, name: str, at: datetime = NOON, **more: Any) -> Any:
    return {
        "identity_id": owner,
        "image": f"users/{owner}/{name}",
        "version": "0066",
        "status": "processed",
        "bytes": 100,
        "uploaded_at": stamp(at),
        "finished_at": stamp(at + timedelta(seconds=2)),
        **more,
    }


def told(owner: str, number: int, **more: Any) -> Any:
    return {
        "identity_id": owner,
        "notification_id": str(number),
        "kind": "processed",
        "image": f"users/{owner}/a.jpg",
        "version": "0066",
        "sent_at": stamp(NOON),
        "expiration": int((NOW + timedelta(days=9)).timestamp()),
        **more,
    }


PENTAX, LEICA = {"camera": "Pentax K-70"}, {"camera": "Leica Q3"}
GRAZ = {
    "latitude": Decimal("47.07"),
    "longitude": Decimal("15.44"),
    "place": {"country_code": "AT", "country": "Austria", "region": "Styria", "town": "Graz"},
}
ITEMS = [
    item("ann", "a.jpg", content_hash="c0ffee", metadata={**PENTAX, **GRAZ, "taken_at": "2026-05"}),
    item("ann", "b.jpg", content_hash="c0ffee", bytes=300,
         metadata={**PENTAX, "taken_at": "2026-05-07T10:00"}),
    item("ann", "c.jpg", NOON + timedelta(hours=1),
         metadata={**LEICA, "latitude": Decimal("47.16"), "longitude": Decimal("15.44"),
                   "taken_at": "2026-06-01"}),
    item("ann", "far.jpg", metadata={"latitude": 0, "longitude": 0}),
    item("bob", "t.csv", kind="table",
         table={"rows": 90, "columns": 2, "rejected_rows": 10, "wrong_values": 0}),
    item("bob", "x.jpg", LATELY, status="rejected", reason="damaged"),
    item("cat", "y.jpg", status="rejected", reason="damaged", kind="picture"),
]  # fmt: skip
NOTIFICATIONS = [
    told("ann", 1),
    told("ann", 2),
    told("ann", 3, seen_at="2026-07-02T00:00:00Z"),
    told("bob", 4, expiration=int((NOW - timedelta(days=1)).timestamp())),
]
ANSWERS: dict[str, list[tuple[Any, ...]]] = {
    "Photos by camera and month": [("Pentax K-70", "2026-05", 2), ("Leica Q3", "2026-06", 1)],
    "Storage by owner": [("ann", 4, 600), ("bob", 2, 200), ("cat", 1, 100)],
    "The busiest hours of the day, in UTC": [(12, 5), (8, 1), (13, 1)],
    "What was never opened": [("ann", 2, NOON.date())],
    "Why files were rejected": [("picture", "damaged", 2)],
    "The same photo more than once": [("ann", "c0ffee", 2, 300)],
    "Photos taken within some kilometres of a place": [
        ("users/ann/a.jpg", "Graz", Decimal("0.0")), ("users/ann/c.jpg", None, Decimal("10.0")),
    ],
    "How long a file takes, by kind": [
        ("picture", 4, Decimal("2.0"), 2), ("table", 1, Decimal("2.0"), 2),
    ],
    "Tables with the most rows that break apart": [("users/bob/t.csv", 90, 10, Decimal("10.0"))],
    "Who has not uploaded for a month": [
        ("cat", 1, date(2026, 7, 1)), ("ann", 4, date(2026, 7, 1)),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def asked(postgres: Postgres) -> Iterator[Connection]:
    """A connection to a database with these rows."""
    reach = emptied(postgres)
    with closing(Store(reach)) as store:
        store.write([ended(each) for each in ITEMS])
        store.tell([notification(each) for each in NOTIFICATIONS])
    with closing(reach()) as connection:
        connection.execute("SET search_path TO catalogue")
        connection.read_only = True
        yield connection


def test_there_are_ten_questions() -> None:
    assert len(QUESTIONS) == 10
    assert QUESTIONS.keys() == ANSWERS.keys()


@pytest.mark.parametrize("question", ANSWERS)
def test_question_is_answered(asked: Connection, question: str) -> None:
    names, rows = ask(asked, QUESTIONS[question])
    assert len(names) == len(ANSWERS[question][0])
    assert sorted(rows) == sorted(ANSWERS[question])
