"""Where files are. The commands write below `.local/`, `.aws-sam/` and `demo-output/` only."""

from __future__ import annotations

import os

from operations.paths import ROOT as ROOT
from operations.paths import STATE as STATE

# The package `darkroom` lies in nine layers; on the path they are one, as they are in Lambda.
LAYERS = os.pathsep.join(
    str(ROOT / "layers" / layer)
    for layer in (
        "core", "imaging", "media", "tables", "catalogue", "places", "search", "share", "athena",
    )
)  # fmt: skip
LOGS = STATE / "logs"
BUILD = ROOT / ".aws-sam" / "local"  # as in samconfig.toml
EMULATOR_PYTHON = STATE / "venv" / "bin" / "python"
TOOLS = ROOT / ".venv" / "bin"
PHOTOS = STATE / "photos"
EVENTS = ROOT / "events"
CLIENT_OUTPUTS = STATE / "amplify_outputs.json"
