"""A terminal shows what a file is called; what its name would make the terminal do is left out."""

from __future__ import annotations

import io
import sys

import pytest
from rich.table import Table

from operations.command import CommandError, run_command
from operations.screen import console, shorten

ESCAPES = {
    "clear the screen": "\x1b[2Ja.jpg",
    "set the title": "\x1b]0;root\x07a.jpg",
    "copy to the clipboard": "\x1b]52;c;cm0gLXJmIH4=\x1b\\a.jpg",
    "begin a sequence in one byte": "\x9b2Ja.jpg",
    "go back": "a.jpg\x08\x08\x08exe",
    "start the line anew": "a.jpg\rsafe",
    "turn the direction around": "a\u202egpj.exe",
}


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the console writes, to a terminal with colours."""
    written = io.StringIO()
    monkeypatch.setattr(console, "_file", written)
    monkeypatch.setattr(console, "_force_terminal", True)
    return written


def harmful(text: str) -> set[str]:
    """The characters of a text that do something, without rich's own colours and line ends."""
    for colour in ("\x1b[31m", "\x1b[1m", "\x1b[2m", "\x1b[0m"):
        text = text.replace(colour, "")
    return {character for character in text.replace("\n", "") if not character.isprintable()}


@pytest.mark.parametrize("name", ESCAPES.values(), ids=ESCAPES)
def test_terminal_is_told_nothing_by_a_name_when_it_is_printed(
    shown: io.StringIO, name: str
) -> None:
    table = Table(name, box=None)
    table.add_row(name, shorten(name, 200))

    console.print(table)
    console.print(f"[red]✕[/] {shorten(name, 200)}")
    console.print(name, markup=False)
    console.print(f"first {name}\nsecond")

    assert "\nsecond" in shown.getvalue()
    assert harmful(shown.getvalue()) == set()


@pytest.mark.parametrize("name", ESCAPES.values(), ids=ESCAPES)
def test_terminal_is_told_nothing_by_a_name_when_a_command_fails(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    written = io.StringIO()
    monkeypatch.setattr(sys, "stderr", written)
    monkeypatch.setattr("signal.signal", lambda *_: None)

    def fail() -> int:
        raise CommandError(f"{name} is not there\nlook elsewhere")

    with pytest.raises(SystemExit):
        run_command(fail)

    assert written.getvalue().splitlines()[1] == "look elsewhere"
    assert harmful(written.getvalue()) == set()
