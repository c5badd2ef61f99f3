"""Where the commands keep what they have to remember, below `.local/`."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".local"
RUNNING_CLOUD = STATE / "cloud.json"
