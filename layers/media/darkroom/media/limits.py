"""How large a video may be, and what its reading may take."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLimits:
    """Limits of the process that reads a video."""

    memory_bytes: int = 1_400_000_000
    """Of its address space. A function of 1,769 MB has that beside its own interpreter."""
    cpu_seconds: int = 60
    wall_seconds: int = 120
    file_bytes: int = 2 << 30
    """Of each file that it writes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MediaLimits:
    """The largest video that is processed."""

    max_bytes: int = 4 << 30
    max_tracks: int = 64
    max_edge: int = 8_192
    """Limit for either side, in pixels: of a camera of 8K."""
    max_pixels: int = 36_000_000
    """Limit for a picture: what is larger needs more memory to decode than a process has."""
    max_seconds: float = 600.0
    """Limit for what is converted; a longer video has poster and preview all the same."""
    max_work_seconds: float = 840.0
    """Limit for what converting and waiting for bytes is predicted to take, of a function's 900."""
    process: ProcessLimits = field(default_factory=ProcessLimits)
