"""The table of what exiftool reads otherwise, with exiftool where it is and without."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import piexif
import pytest

from tests.privacy import EXIFTOOL
from tests.unit.imaging.pictures import encoded, photo
from tools.compare_metadata import compared, main, row


def verdicts(told: dict[str, Any], document: dict[str, Any]) -> dict[str, str]:
    return {name: verdict for name, verdict, _, _ in compared(told, document)}


@pytest.mark.parametrize(
    ("told", "document", "expected"),
    [
        ({"XMP:Title": "Dawn"}, {"title": "dawn "}, {"title": "same"}),
        ({"XMP:Title": "Dawn"}, {"title": "Dusk"}, {"title": "different"}),
        ({"XMP:Title": "Dawn"}, {}, {"title": "exiftool's"}),
        ({"XMP:Title": " "}, {"title": "Dusk"}, {"title": "ours"}),
        ({"EXIF:FNumber": 5.6}, {"f_number": 5.61}, {"f_number": "same"}),
        ({"EXIF:FNumber": 0}, {}, {}),
        ({"EXIF:ISO": "0 200"}, {"iso": 200}, {"iso": "same"}),
        (
            {"EXIF:DateTimeOriginal": "2026:07:31 05:06:07"},
            {"taken_at": "2026-07-31T05:06:07.08+02:00"},
            {"taken_at": "same"},
        ),
        ({"EXIF:DateTimeOriginal": "0000:00:00 00:00:00"}, {}, {}),
        (
            {"IPTC:Keywords": ["sky", "Sea"]},
            {"iptc": {"keywords": ["sea", "sky"]}},
            {"keywords": "same"},
        ),
        (
            {"Composite:LensID": "AF-S DX Nikkor 18-70mm f/3.5-4.5G"},
            {"exif": {"lens_model": "18-70mm f/3.5-4.5G"}},
            {"lens": "same"},
        ),
    ],
)
def test_verdict_is_about_the_value_not_its_writing(
    told: dict[str, Any], document: dict[str, Any], expected: dict[str, str]
) -> None:
    assert verdicts(told, document) == expected


def test_row_only_shows_text_when_a_name_or_value_holds_an_escape_sequence() -> None:
    line = row("clear\x1b[2J.jpg", "title", "red\x1b[31m", "a\u202egpj.exe")
    assert line.isprintable()
    assert "clear\N{REPLACEMENT CHARACTER}[2J.jpg" in line


def test_a_clear_word_is_said_when_there_is_no_exiftool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert shutil.which("exiftool") is None
    assert main([str(tmp_path)]) == 2
    assert "apt install libimage-exiftool-perl" in capsys.readouterr().err


@pytest.mark.skipif(EXIFTOOL is None, reason="no exiftool: apt install libimage-exiftool-perl")
def test_table_is_printed_when_a_folder_has_pictures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exif = piexif.dump({"0th": {piexif.ImageIFD.Make: b"Canon"}})
    (tmp_path / "a.jpg").write_bytes(encoded(photo(16, 8), "JPEG", exif=exif))
    (tmp_path / "b.jpg").write_bytes(b"\xff\xd8\xff no picture")
    assert main([str(tmp_path)]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[-1] == "files: 1 read, 1 refused"
    assert "make                         1           0           0           0" in printed
