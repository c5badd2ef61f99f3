"""Bounds that a type can carry: what is configured and what a recipe says are checked by them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Between:
    """Inclusive bounds of a number, or of every number of a list."""

    low: int
    high: int
