"""The bench of search compares engines that find the same."""

from __future__ import annotations

from pathlib import Path

from darkroom.search.documents import document_of

from bench.searching.darkroom import Darkroom
from bench.searching.files import questions, records
from bench.searching.sqlite import Sqlite


def test_engines_find_the_same_files_when_they_are_asked_the_same(tmp_path: Path) -> None:
    files = [document_of(*each) for each in records(600)]
    found = []
    for make in (Darkroom, Sqlite):
        folder = tmp_path / make.__name__
        folder.mkdir()
        engine = make(folder)
        engine.build(files)
        found.append(
            [
                engine.ask(request)
                for requests in questions(files, 4).values()
                for request in requests
            ]
        )
        engine.close()
    assert found[0] == found[1]
    assert len([total for total, _ in found[0] if total]) > 20


def test_made_up_files_are_always_the_same() -> None:
    assert list(records(50)) == list(records(50))
