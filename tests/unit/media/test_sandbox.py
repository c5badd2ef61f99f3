"""The process that reads a video: what it has, what it may take, and how it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from darkroom.errors import PermanentError, TransientError
from darkroom.media import MediaLimits, ProcessLimits, errors, inspect, sandbox, transcode
from darkroom.media.sandbox import SandboxError
from PIL import Image

from tests.unit.media.clips import encoded, mp4
from tests.unit.media.reading import MemorySource


def limits(**process: int) -> MediaLimits:
    return MediaLimits(process=ProcessLimits(**process))


class Watched(MemorySource):
    """Bytes; when they are asked for first, notes what the process has."""

    environment = b""

    def read(self, first: int, count: int) -> bytes:
        if not self.environment:
            [child] = children()
            self.environment = Path(f"/proc/{child}/environ").read_bytes()
        return super().read(first, count)


def children() -> list[str]:
    return Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()


def test_facts_poster_and_preview_come_from_the_process(tmp_path: Path) -> None:
    found = inspect(MemorySource(mp4()), tmp_path, MediaLimits())

    assert found.facts["width"] == 320
    assert found.poster.read_bytes().startswith(b"\x89PNG")
    assert found.preview is not None
    assert found.preview.read_bytes()[8:12] == b"WEBP"
    assert found.cpu_seconds > 0
    assert found.peak_rss_bytes < 250_000_000


def test_version_and_progress_come_from_the_process(tmp_path: Path) -> None:
    told: list[int] = []

    made = transcode(
        MemorySource(mp4()), tmp_path, MediaLimits(), short_edge=120, on_progress=told.append
    )

    assert made.path == tmp_path / "web.mp4"
    assert made.path.read_bytes()[4:8] == b"ftyp"
    assert (made.width, made.height, made.frames, made.reason) == (160, 120, 20, None)
    assert told == sorted(set(told)) != []


@pytest.mark.skipif(not Path("/proc").exists(), reason="/proc is needed")
def test_process_has_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    source = Watched(mp4())

    inspect(source, tmp_path, MediaLimits())

    names = {part.partition(b"=")[0] for part in source.environment.split(b"\0") if part}
    assert b"PYTHONPATH" in names
    assert b"very-secret" not in source.environment
    assert names <= {b"PYTHONPATH", *(name.encode() for name in sandbox._ENVIRONMENT)}


def test_video_is_too_large_when_the_process_needs_more_memory(tmp_path: Path) -> None:
    large = encoded("mov", "png", [Image.new("RGB", (5000, 5000))], pixels="rgb24", audio=None)
    with pytest.raises(PermanentError) as refused:
        inspect(MemorySource(large), tmp_path, limits(memory_bytes=260_000_000))
    assert refused.value.code == "too-large"


def test_version_is_too_large_when_its_file_would_be(tmp_path: Path) -> None:
    with pytest.raises(PermanentError) as refused:
        transcode(MemorySource(mp4()), tmp_path, limits(file_bytes=2000), short_edge=120)
    assert refused.value.code == "too-large"


def test_message_comes_again_when_bytes_come_too_slowly(tmp_path: Path) -> None:
    with pytest.raises(TransientError):
        inspect(MemorySource(mp4()), tmp_path, limits(wall_seconds=0))
    assert children() == []


@pytest.mark.parametrize(
    ("slow", "error"),
    [("work", PermanentError), ("bytes", TransientError)],
)
def test_video_is_at_fault_when_its_bytes_came_fast_and_its_time_is_over(
    slow: str, error: type[Exception], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = [0.0]

    def stop_until_time_is_over(*_: int) -> None:
        os.kill(int(children()[0]), signal.SIGSTOP)
        late[0] = 100.0

    class Slow(MemorySource):
        def read(self, first: int, count: int) -> bytes:
            if slow == "bytes":
                stop_until_time_is_over()
            return super().read(first, count)

    clock = SimpleNamespace(monotonic=lambda: time.monotonic() + late[0])
    monkeypatch.setattr(sandbox, "time", clock)
    with pytest.raises(error) as ended:
        transcode(
            Slow(mp4()), tmp_path, limits(wall_seconds=60), short_edge=120,
            on_progress=stop_until_time_is_over,
        )  # fmt: skip
    assert getattr(ended.value, "code", None) == ("too-large" if slow == "work" else None)
    assert children() == []


def test_error_of_the_store_is_raised_and_the_process_is_ended(tmp_path: Path) -> None:
    class Gone(MemorySource):
        def read(self, first: int, count: int) -> bytes:
            raise TransientError("the store is gone")

    with pytest.raises(TransientError, match="the store is gone"):
        inspect(Gone(mp4()), tmp_path, MediaLimits())
    assert children() == []


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGSEGV, "corrupt"), (signal.SIGABRT, "corrupt"), (signal.SIGKILL, "too-large"),
        (signal.SIGXCPU, "too-large"),
    ],
)  # fmt: skip
def test_video_is_at_fault_when_its_process_is_killed(
    number: signal.Signals, code: str, tmp_path: Path
) -> None:
    class Deadly(MemorySource):
        def read(self, first: int, count: int) -> bytes:
            os.kill(int(children()[0]), number)
            return super().read(first, count)

    with pytest.raises(PermanentError) as refused:
        inspect(Deadly(mp4()), tmp_path, MediaLimits())
    assert refused.value.code == code


def test_every_refusal_comes_from_the_process_as_what_it_is() -> None:
    found = [value for value in vars(errors).values() if isinstance(value, type)]
    assert {kind for kind in found if issubclass(kind, PermanentError)} == {
        PermanentError, *errors.REFUSALS,
    }  # fmt: skip


def test_fault_of_the_process_itself_is_no_fault_of_the_video(tmp_path: Path) -> None:
    class Short(MemorySource):
        def read(self, first: int, count: int) -> bytes:
            return super().read(first, count)[:-1]

    with pytest.raises(SandboxError, match="bytes came of"):
        inspect(Short(mp4()), tmp_path, MediaLimits())


def test_no_library_of_video_is_loaded_where_videos_are_only_sent_to_be_read() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, darkroom.media; print(*sys.modules)"],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert "darkroom.media.sandbox" in loaded
    assert not {"av", "PIL", "numpy"} & set(loaded)
