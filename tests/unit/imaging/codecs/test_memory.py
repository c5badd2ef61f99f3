"""The memory budget of decoders that hold more than a header tells: the kernel refuses the rest."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.imaging.pictures import encoded, photo

_TOO_MUCH = """
import resource, sys
from pathlib import Path
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, errors, render

data, one = Path(sys.argv[1]).read_bytes(), Recipe(renditions=(RenditionSpec(name="one"),))
before = resource.getrlimit(resource.RLIMIT_DATA)
try:
    render(data, one, ImageLimits(max_memory=int(sys.argv[2])))
except errors.ImageTooLarge as refusal:
    print(refusal)
assert resource.getrlimit(resource.RLIMIT_DATA) == before
"""


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is bounded on Linux only")
@pytest.mark.parametrize("most", [9_000_000, 90_000_000])
@pytest.mark.parametrize(
    ("format_", "options"),
    [("AVIF", {"speed": 10}), ("HEIF", {}), ("HEIF", {"tile_size": 1024})],
)
def test_picture_is_refused_by_name_when_its_decoder_takes_too_much_memory(
    format_: str, options: dict[str, int], most: int, tmp_path: Path
) -> None:
    """In a process of its own, whose memory nothing has used before."""
    upload = tmp_path / "upload"
    upload.write_bytes(encoded(photo(1536, 1536), format_, **options))
    environment = {**os.environ, "MALLOC_MMAP_THRESHOLD_": "1000000"}
    environment["PYTHONPATH"] = os.pathsep.join(sys.path)

    done = subprocess.run(
        [sys.executable, "-c", _TOO_MUCH, str(upload), str(most)],
        env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip

    assert ("takes more memory" in done.stdout) is (most < 10_000_000), done.stdout
