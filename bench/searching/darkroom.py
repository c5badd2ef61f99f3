"""Darkroom's own index: built, replaced and asked as the functions do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from darkroom.search.answers import Answers
from darkroom.search.archive import pack, unpack
from darkroom.search.documents import Document
from darkroom.search.index import Index
from darkroom.search.requests import read_request

from bench.searching.files import OWNER, Request


class Darkroom:
    """An owner's index in a folder."""

    label = "Darkroom"

    def __init__(self, folder: Path, owner: str = OWNER) -> None:
        self._folder, self.archive, self._owner = folder / "index", folder / "index.zip", owner
        self._folder.mkdir()

    def build(self, files: Sequence[Document]) -> None:
        """Make the index of these files, finished."""
        index = Index.create(self._folder, self._owner)
        with index.writing() as writer:
            for file in files:
                writer.put(file)
        index.mark(type(index.state)(self._owner))
        index.note_families(None, ())
        pack(self._folder, self.archive)
        self._open(self._folder)

    def sizes(self) -> tuple[int, int]:
        """Bytes as they lie there, and packed."""
        whole = sum(path.stat().st_size for path in self._folder.iterdir())
        return whole, self.archive.stat().st_size

    def update(self, files: Sequence[Document]) -> None:
        """Put files once more: unpack, write, pack. What is asked stays as it was."""
        folder, archive = self._folder.with_name("updated"), self.archive.with_name("updated.zip")
        folder.mkdir()
        unpack(self.archive.read_bytes(), folder)
        index = Index.open(folder, self._owner)
        families = index.families()
        with index.writing() as writer:
            for file in files:
                writer.put(file)
        index.note_families(families, writer.fingerprints)
        pack(folder, archive)
        shutil.rmtree(folder)

    def open(self) -> None:
        """Unpack and open it, as the first request of a container does."""
        folder = self._folder.with_name("opened")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        unpack(self.archive.read_bytes(), folder)
        self._open(folder)
        self.answer({})

    def answer(self, request: Request) -> dict[str, Any]:
        """The answer to a request as it is sent to a client."""
        answer = self._answers.answer(read_request(json.dumps(request).encode()))
        json.dumps(answer)
        return answer

    def ask(self, request: Request) -> tuple[int, list[str]]:
        """How many match, and the newest 200 of them."""
        answer = self.answer(request)
        return answer["total"], answer["hits"]

    def close(self) -> None:
        """Nothing is left to end."""

    def _open(self, folder: Path) -> None:
        self._answers = Answers.of(Index.open(folder, self._owner))
