"""A layer is unpacked once, and never half."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from local.emulator.patches.shared_layers import Layers


def archive(content: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as files:
        files.writestr("python/module.py", content)
    return out.getvalue()


def test_files_are_unpacked_once_when_two_workers_have_the_layer(tmp_path: Path) -> None:
    layers = Layers(tmp_path / "layers")
    found = layers.folder_of(archive("a"))
    (found / "python" / "module.py").write_text("seen")

    assert layers.folder_of(archive("a")) == found
    assert (found / "python" / "module.py").read_text() == "seen"
    assert layers.folder_of(archive("b")) != found


def test_layer_is_unpacked_again_when_the_first_attempt_was_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    layers = Layers(tmp_path)

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(zipfile.ZipFile, "extractall", stop)
        with pytest.raises(KeyboardInterrupt):
            layers.folder_of(archive("a"))

    assert (layers.folder_of(archive("a")) / "python" / "module.py").read_text() == "a"
