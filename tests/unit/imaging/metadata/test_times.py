from __future__ import annotations

import re

import pytest
from darkroom.imaging.metadata.times import moment
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026:07:31 05:06:07", "2026-07-31T05:06:07"),
        ("2026-07-31T05:06:07+02:00", "2026-07-31T05:06:07+02:00"),
        ("2026-07-31T05:06:07.08Z", "2026-07-31T05:06:07.08+00:00"),
        ("2026/07/31 05:06:07", "2026-07-31T05:06:07"),
        ("2026.07.31 05:06:07 -0330", "2026-07-31T05:06:07-03:30"),
        ("2015:08:22 24:08:19", "2015-08-22T00:08:19"),
        ("2026:07:31 05:06:60", "2026-07-31T05:06:59"),
        ("2026:07:31 05:60:00", "2026-07-31"),
        ("2026:07:31 25:00:00", "2026-07-31"),
        ("2026:7:1 5:6:7", "2026-07-01T05:06:07"),
        ("2026: 7: 1  5: 6: 7", "2026-07-01T05:06:07"),
        ("2026:07:31 05:06", "2026-07-31T05:06"),
        ("2026:07:31 05:06:  ", "2026-07-31T05:06"),
        ("1993:07:04", "1993-07-04"),
        ("1993:07:04   :  :  ", "1993-07-04"),
        ("1993-07", "1993-07"),
        ("1993", "1993"),
        ("2026:13:01 00:00:00", None),
        ("2026:02:30 00:00:00", None),
        ("0000:00:00 00:00:00", None),
        ("    :  :     :  :  ", None),
        ("yesterday", None),
        ("٢٠٢٦-٠٧-٣١", None),
        ("", None),
        (None, None),
    ],
)
def test_time_is_as_exact_as_written_when_its_form_is(
    text: str | None, expected: str | None
) -> None:
    assert moment(text) == expected


def test_fraction_and_offset_of_other_fields_are_used_when_the_text_has_none() -> None:
    text = "2026:07:31 05:06:07"
    assert moment(text, fraction="08", offset="+02:00") == "2026-07-31T05:06:07.08+02:00"
    assert moment(text + ".5Z", fraction="08", offset="+02:00") == "2026-07-31T05:06:07.5+00:00"
    assert moment("2026:07:31", fraction="08", offset="+02:00") == "2026-07-31"


_ISO = re.compile(
    r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?([+-]\d\d:\d\d)?)?)?)?", re.ASCII
)


@given(st.text("0123456789:-/. TZ+", max_size=30), st.text(max_size=6), st.text(max_size=6))
def test_time_is_iso_8601_or_nothing_when_the_text_is_any(
    text: str, fraction: str, offset: str
) -> None:
    digits = re.match(r"[0-9]{1,6}", fraction)
    found = moment(text, fraction=digits and digits[0], offset=offset)
    assert found is None or _ISO.fullmatch(found)
