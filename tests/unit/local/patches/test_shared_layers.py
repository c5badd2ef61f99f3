"""A layer is unpacked once, and never half."""

from __future__ import annotations

import io
import os
import time
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


def test_files_of_the_first_are_used_when_two_clouds_unpack_a_layer_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    extract = zipfile.ZipFile.extractall
    others: list[Path] = []

    def another_is_quicker(files: zipfile.ZipFile, folder: str) -> None:
        with monkeypatch.context() as once:
            once.setattr(zipfile.ZipFile, "extractall", extract)
            others.append(Layers(tmp_path).folder_of(archive("a")))
        extract(files, folder)

    with monkeypatch.context() as slower:
        slower.setattr(zipfile.ZipFile, "extractall", another_is_quicker)
        found = Layers(tmp_path).folder_of(archive("a"))

    assert [found] == others == list(tmp_path.iterdir())


def test_layer_is_removed_when_no_cloud_has_asked_for_it_for_a_week(tmp_path: Path) -> None:
    layers = Layers(tmp_path)
    old, used = layers.folder_of(archive("a")), layers.folder_of(archive("b"))
    for folder in (old, used):
        os.utime(folder, (time.time() - 8 * 24 * 3600,) * 2)
    layers.folder_of(archive("b"))

    Layers(tmp_path)

    assert list(tmp_path.iterdir()) == [used]


def test_cloud_starts_when_another_has_just_renamed_a_layer(tmp_path: Path) -> None:
    (tmp_path / "tmp0123").symlink_to(tmp_path / "renamed")  # listed, and not there
    found = Layers(tmp_path).folder_of(archive("a"))
    assert (found / "python" / "module.py").read_text() == "a"
