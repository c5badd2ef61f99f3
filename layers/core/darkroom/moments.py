"""Moments as they are stored."""

from __future__ import annotations

from datetime import UTC, datetime


def timestamp(moment: datetime | None = None) -> str:
    """A moment (default: now) in UTC as `2026-11-24T08:30:00.123Z`, which sorts as text."""
    moment = moment or datetime.now(UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
