"""What an upload is charged: its bytes, and never fewer than the smallest charge.

Every upload costs its operator the runs of all functions, however small it is. Without a smallest
charge a quota of bytes would not bound what one user can cost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from darkroom.model import LedgerRow


def charged_bytes(size: int, minimum_bytes: int) -> int:
    """The bytes that an object of a size counts for, in storage and in the period's allowance."""
    return max(size, minimum_bytes)


def is_charged_right(row: LedgerRow, size: int) -> bool:
    """Whether a row says what an object of a size was to be charged when it was."""
    return row["bytes"] == charged_bytes(size, row.get("minimum_bytes", 0))
