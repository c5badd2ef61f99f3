"""Videos in; facts, posters, previews and versions for the web out. It knows nothing of AWS.

    from darkroom.media import FileSource, MediaLimits, inspect, transcode

    with FileSource(path) as source:
        found = inspect(source, folder, MediaLimits())
        made = transcode(source, folder, MediaLimits(), short_edge=720)
    found.facts.seconds, found.poster, made.path

A video is read in a process of its own, with limits and without credentials
(`darkroom.media.sandbox`). `python -m darkroom.media FOLDER` shows what is made of your own videos.
"""

from __future__ import annotations

from darkroom.media.limits import MediaLimits, ProcessLimits
from darkroom.media.sandbox import SandboxError
from darkroom.media.source import FileSource, Source
from darkroom.media.work import Inspected, Version, inspect, transcode

__all__ = [
    "FileSource",
    "Inspected",
    "MediaLimits",
    "ProcessLimits",
    "SandboxError",
    "Source",
    "Version",
    "inspect",
    "transcode",
]
