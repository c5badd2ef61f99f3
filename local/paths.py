"""Where things are. Everything is written below `.local/`, `.aws-sam/` and `demo-output/`."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STATE = ROOT / ".local"
LOGS = STATE / "logs"
BUILD = ROOT / ".aws-sam" / "local"  # as in samconfig.toml
EMULATOR_PYTHON = STATE / "venv" / "bin" / "python"
TOOLS = ROOT / ".venv" / "bin"
RUNNING_CLOUD = STATE / "cloud.json"
PHOTOS = STATE / "photos"
EVENTS = ROOT / "events"
CLIENT_OUTPUTS = STATE / "amplify_outputs.json"
