"""The names of what is written."""

from __future__ import annotations

POSTER, PREVIEW, VERSION = "poster.png", "preview.webp", "web.mp4"
