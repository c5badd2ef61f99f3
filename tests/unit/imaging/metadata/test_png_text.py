from __future__ import annotations

import pytest
from darkroom.imaging.metadata.png_text import PngText, raw_profile, read_png_text
from hypothesis import given
from hypothesis import strategies as st


def test_every_field_is_read_when_a_program_wrote_all() -> None:
    texts = {
        "Title": "Dawn",
        "AUTHOR": "Zoë",
        "description": "Sky\nand sea",
        "Copyright": "© Zoë",
        "Comment": "A remark",
        "Software": "Painter",
        "Creation Time": "2026-07-31T05:06:07+02:00",
        "Other": "nobody asks",
    }
    assert read_png_text(texts) == PngText(
        title="Dawn",
        author="Zoë",
        description="Sky and sea",
        copyright="© Zoë",
        comment="A remark",
        software="Painter",
        created_at="2026-07-31T05:06:07+02:00",
    )


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Thu, 28 Jan 2016 12:21:20 +0100", "2016-01-28T12:21:20+01:00"),
        ("28 Jan 2016 12:21:20 GMT", "2016-01-28T12:21:20+00:00"),
        ("2016:01:28 12:21:20", "2016-01-28T12:21:20"),
        ("2016-01-28", "2016-01-28"),
        ("28 Jan 2016 99:21:20 GMT", None),
        ("06/05/08", None),
        ("", None),
    ],
)
def test_time_is_read_when_it_is_written_as(written: str, expected: str | None) -> None:
    assert read_png_text({"Creation Time": written}).created_at == expected
    assert read_png_text({"CreationTime": written}).created_at == expected


def test_profile_is_read_when_its_text_is_hexadecimal() -> None:
    texts = {
        "Raw profile type iptc": "\niptc\n       4\n1c02\n6900\n",
        "Raw profile type exif": "x",
    }
    assert raw_profile(texts, "iptc") == b"\x1c\x02\x69\0"
    assert raw_profile(texts, "exif", "iptc") == b"\x1c\x02\x69\0"
    assert raw_profile(texts, "xmp") is None


@given(st.text(max_size=60))
def test_reading_never_fails_when_texts_are_broken(text: str) -> None:
    raw_profile({"Raw profile type exif": text}, "exif")
    read_png_text({"Title": text, "Creation Time": text})
