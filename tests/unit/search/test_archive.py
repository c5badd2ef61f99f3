"""Archives: packed and unpacked, and nothing else unpacked than what was packed so."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest
from darkroom.search import archive
from darkroom.search.archive import pack, unpack
from darkroom.search.engine import IndexUnreadable


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files:
            made.writestr(name, content)
    return out.getvalue()


def test_archive_that_was_too_large_to_be_read_is_not_unpacked(tmp_path: Path) -> None:
    with pytest.raises(IndexUnreadable, match="too large"):
        unpack(None, tmp_path)


def test_folder_is_what_it_was_when_it_was_packed_and_unpacked(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    files = {"meta.json": b"{}", ".managed.json": b"[]", "0af.12.del": b"x" * 99, "empty": b""}
    for name, content in {**files, ".tantivy-writer.lock": b""}.items():
        (source / name).write_bytes(content)
    pack(source, tmp_path / "a.zip")
    assert unpack((tmp_path / "a.zip").read_bytes(), target) == sum(map(len, files.values()))
    assert {path.name: path.read_bytes() for path in target.iterdir()} == files


def test_no_two_archives_are_equal(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "meta.json").write_bytes(b"{}")
    for name in ("a.zip", "b.zip"):
        pack(source, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() != (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "/etc/evil", "a/b", "a\\b", "..", ".", "C:evil", "a" * 5 + "\n", "ä",
        "folder/",
    ],
)  # fmt: skip
def test_file_of_a_strange_name_is_not_unpacked(name: str, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "target"
    target.mkdir(parents=True)
    with pytest.raises(IndexUnreadable, match="strange name"):
        unpack(zipped(("meta.json", b"{}"), (name, b"x")), target)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_archive_is_bounded_in_files_and_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(IndexUnreadable, match="too many files"):
        unpack(zipped(*((f"f{number}", b"") for number in range(2001))), tmp_path)
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = zipped(("meta.json", b"1"), ("meta.json", b"2"))
    with pytest.raises(IndexUnreadable, match="too many files"):
        unpack(twice, tmp_path)
    monkeypatch.setattr(archive, "MOST_UNPACKED_BYTES", 1 << 20)
    with pytest.raises(IndexUnreadable, match="too large"):
        unpack(zipped(("bomb", bytes((1 << 20) + 1))), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_file_that_is_larger_than_it_says_is_damaged(tmp_path: Path) -> None:
    body = zipped(("bomb", bytes(1 << 20)))
    lying = body.replace((1 << 20).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != body
    with pytest.raises(IndexUnreadable, match="damaged"):
        unpack(lying, tmp_path)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 10


def test_link_is_unpacked_as_a_plain_file(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        link = zipfile.ZipInfo("link")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    unpack(out.getvalue(), tmp_path)
    assert not (tmp_path / "link").is_symlink()


@pytest.mark.parametrize("cut", [0, 10, -30, -1])
def test_archive_that_is_cut_short_is_damaged(cut: int, tmp_path: Path) -> None:
    with pytest.raises(IndexUnreadable):
        unpack(zipped(("meta.json", b"{}" * 100))[:cut], tmp_path)


def test_every_changed_byte_of_a_file_is_noticed(tmp_path: Path) -> None:
    content = bytes(range(256)) * 4
    body = zipped(("file", content))
    start = body.index(b"file") + 4
    for at in range(start, start + 60):
        damaged = bytearray(body)
        damaged[at] ^= 0x10
        target = tmp_path / str(at)
        target.mkdir()
        with pytest.raises(IndexUnreadable):
            unpack(bytes(damaged), target)
