"""An owner's index in a folder: what was put is there, and what is damaged is told."""

from __future__ import annotations

import random
import resource
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from darkroom.errors import TransientError
from darkroom.search import FORMAT
from darkroom.search.answers import Answers
from darkroom.search.engine import IndexUnreadable
from darkroom.search.index import Index, State
from darkroom.search.looks import families
from darkroom.search.requests import Request, read_request

from tests.unit.search.records import document


class InterruptedWriting(Exception):
    pass


EVERYTHING: Request = read_request(b'{"facets": true, "limit": 1000}')


@pytest.fixture
def index(tmp_path: Path) -> Index:
    folder = tmp_path / "index"
    folder.mkdir()
    return Index.create(folder, "ann")


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg", " ", "a/b/c", "Größe \U0001f600 東京.jpg", "a\nb\tc\0d\x7f", "'\"\\*?[](){}^$+-~:",
        "AND OR NOT", "x" * 1000, "%2F+%20", "\u202e\ufeff\ufffd", "users/bob/a.jpg", "..",
    ],
)  # fmt: skip
def test_file_of_any_name_is_put_found_and_deleted(name: str, index: Index) -> None:
    with index.writing() as writer:
        writer.put(document(name))
        writer.put(document("other.jpg"))
    assert set(index.paths()) == {name, "other.jpg"}
    assert f"users/ann/{name}" in Answers.of(index).answer(EVERYTHING)["hits"]
    with index.writing() as writer:
        writer.delete(name)
    assert index.paths() == ["other.jpg"]


def test_document_is_there_once_however_often_it_is_put(index: Index) -> None:
    for turn in range(3):
        with index.writing() as writer:
            for _ in range(2):
                writer.put(document(metadata={"camera": f"Camera {turn}"}))
    answer = Answers.of(index).answer(EVERYTHING)
    assert (answer["total"], answer["facets"]["cameras"]) == (1, [("Camera 2", 1)])


@pytest.mark.parametrize("bits", [0x0, 0x8000000000000000, 0xFFFFFFFFFFFFFFFF, 0x7FFF0000FFFF0000])
def test_any_fingerprint_can_be_held(bits: int, index: Index) -> None:
    """A number that the engine's unsigned fields do not take would end its writer."""
    with index.writing() as writer:
        writer.put(document("a.jpg", perceptual_hash=f"{bits:016x}", dominant_colour="#123456"))
        writer.put(document("b.jpg", perceptual_hash=f"{bits:016x}", dominant_colour="#123456"))
        writer.put(document("old.jpg", metadata={"taken_at": "0001-01-01"}, bytes=2**63 - 1))
    assert Answers.of(index).answer(read_request(b'{"like": "users/ann/a.jpg"}'))["hits"] == [
        "users/ann/b.jpg"
    ]


def test_nothing_is_changed_when_writing_ends_with_an_error(index: Index) -> None:
    with index.writing() as writer:
        writer.put(document("a.jpg"))

    def interrupted() -> None:
        with index.writing() as writer:
            writer.delete("a.jpg")
            raise InterruptedWriting

    with pytest.raises(InterruptedWriting):
        interrupted()
    assert index.paths() == ["a.jpg"]


def test_index_of_another_owner_is_not_opened(index: Index, tmp_path: Path) -> None:
    assert Index.open(tmp_path / "index", "ann").state.owner == "ann"
    with pytest.raises(IndexUnreadable, match="another owner's"):
        Index.open(tmp_path / "index", "bob")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"owner": "ann", "more": 1}', "\0"])
def test_index_with_a_damaged_state_is_not_opened(
    content: str, index: Index, tmp_path: Path
) -> None:
    (tmp_path / "index" / "darkroom.json").write_text(content)
    with pytest.raises(IndexUnreadable):
        Index.open(tmp_path / "index", "ann")


def test_full_disk_is_no_damage(index: Index) -> None:
    """An index must not be begun anew for want of room."""
    usual = resource.getrlimit(resource.RLIMIT_FSIZE)

    def write_without_room() -> None:
        with index.writing() as writer:
            resource.setrlimit(resource.RLIMIT_FSIZE, (4096, usual[1]))
            for number in range(2000):
                writer.put(document(f"{number:099d}.jpg"))

    try:
        with pytest.raises(TransientError, match="cannot be kept on disk"):
            write_without_room()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, usual)


def made_of_records(index: Index) -> Index:
    index.mark(State("ann"))
    return index


def test_families_are_noted_with_every_change(index: Index, tmp_path: Path) -> None:
    random_ = random.Random(7)
    made_of_records(index)
    held: dict[str, int] = {}
    for _ in range(12):
        opened = Index.open(tmp_path / "index", "ann")
        before = opened.families()
        with opened.writing() as writer:
            for number in random_.sample(range(40), 6):
                name = f"{number}.jpg"
                if random_.random() < 0.4:
                    writer.delete(name)
                    held.pop(name, None)
                else:
                    held[name] = 0xABCDEF ^ random_.getrandbits(12)
                    writer.put(document(name, perceptual_hash=f"{held[name]:016x}"))
        opened.note_families(before, writer.fingerprints)
        noted = Index.open(tmp_path / "index", "ann").families()
        assert noted is not None
        assert set(map(frozenset, noted)) == set(map(frozenset, families(held.values())))


def test_families_of_other_files_do_not_count(index: Index, tmp_path: Path) -> None:
    """An older release changes the files beside them, and knows nothing of them."""
    made_of_records(index).note_families(None, ())
    assert index.families() == []
    with index.writing() as writer:
        writer.put(document("a.jpg"))
    assert index.families() is None
    index.note_families(None, ())
    assert index.families() == []
    noted = tmp_path / "index" / "families.bin"
    whole = noted.read_bytes()
    for content in (b"", whole[:-1], bytes(len(whole))):
        noted.write_bytes(content)
        assert index.families() is None


def test_no_families_are_noted_while_files_are_missing(index: Index) -> None:
    made_of_records(index).note_families(None, ())
    index.begin_again()
    index.note_families(index.families(), ())
    assert index.families() is None


def damaged(folder: Path, seed: int) -> Iterator[Path]:
    """Copies of an index, in each of which one file is damaged in some way."""
    random_ = random.Random(seed)
    target = folder.with_name("damaged")
    for path in sorted(folder.iterdir()):
        if path.suffix == ".lock":
            continue
        whole = path.read_bytes()
        flipped = bytearray(whole)
        for _ in range(10):
            flipped[random_.randrange(len(flipped))] ^= 1 << random_.randrange(8)
        for content in (b"", whole[: len(whole) // 2], bytes(flipped), bytes(len(whole)), None):
            shutil.copytree(folder, target)
            if content is None:
                (target / path.name).unlink()
            else:
                (target / path.name).write_bytes(content)
            yield target
            shutil.rmtree(target)


def test_damage_is_told_as_such_or_does_no_harm(index: Index, tmp_path: Path) -> None:
    """Whatever the engine raises on it, its panics among them, is one error of our own."""
    with index.writing() as writer:
        for number in range(300):
            writer.put(document(f"img {number}.jpg", perceptual_hash=f"{number:016x}"))
    told = 0
    for folder in damaged(tmp_path / "index", seed=4):
        try:
            found = Index.open(folder, "ann")
            Answers.of(found).answer(EVERYTHING)
            Answers.of(found).answer(read_request(b'{"text": "img 12", "order": "relevance"}'))
            with found.writing() as writer:
                writer.put(document("new.jpg"))
            found.paths()
        except IndexUnreadable:
            told += 1
    assert told > 20


def test_format_names_the_engine_that_writes_the_files() -> None:
    assert FORMAT.partition("-")[2] == ".".join(version("tantivy").split(".")[:2])
