"""The handler of functions that read videos where they lie, a part at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from darkroom.config import StepConfig
from darkroom.pipeline.file_worker import step_handler
from darkroom.pipeline.hiding import Hiding
from darkroom.pipeline.originals import Originals
from darkroom.pipeline.steps import Result, Step
from darkroom.pipeline.uploads import Upload
from darkroom.pipeline.worker import Handler
from darkroom.work_folders import WorkFolder

_PERCENT_APART = 5  # each of what is told is a write of the item


class UploadSource:
    """An upload's bytes, for `darkroom.media`."""

    def __init__(self, originals: Originals, upload: Upload) -> None:
        self._originals = originals
        self._upload = upload
        self.size = upload.bytes

    def read(self, first: int, count: int) -> bytes:
        """As many bytes of this very version, or fewer where it ends."""
        return self._originals.part(self._upload, first, count)


@dataclass(frozen=True, slots=True)
class VideoJob:
    """A video to work on.

    `folder` is empty, and there until the files that the work returns are stored. `on_progress` is
    called with each percent.
    """

    source: UploadSource
    folder: Path
    on_progress: Callable[[int], None]


def video_handler(
    name: str,
    config: StepConfig,
    work: Callable[[VideoJob], Result],
    filenames: Iterable[str],
    *,
    hiding: Hiding | None = None,
    once: bool = False,
) -> Handler:
    """A Lambda handler that runs `work` on every upload as the step `name`.

    `filenames` are all files that `work` can ever return; the others are as in `step_handler`.
    """

    def run(step: Step, originals: Originals, upload: Upload) -> None:
        told = 0

        def on_progress(percent: int) -> None:
            nonlocal told
            if percent >= told + _PERCENT_APART:
                told = percent
                step.report_progress(upload, percent)

        with WorkFolder() as folder:
            source = UploadSource(originals, upload)
            step.run(upload, lambda: work(VideoJob(source, folder, on_progress)))

    return step_handler(name, config, run, filenames, hiding=hiding, once=once)
