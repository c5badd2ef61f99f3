from __future__ import annotations

import struct

import pytest
from darkroom.imaging.icc_name import profile_name
from hypothesis import given
from hypothesis import strategies as st
from PIL import ImageCms


def profile(description: bytes) -> bytes:
    """A profile's header, a table of one tag and the tag; nothing that shows a colour."""
    table = struct.pack(">I4sII", 1, b"desc", 144, len(description))
    return bytes(128) + table + description


def names(*translations: tuple[bytes, str]) -> bytes:
    start = 16 + 12 * len(translations)
    table, text = b"", b""
    for language, name in translations:
        encoded = name.encode("utf-16-be")
        table += language + struct.pack(">II", len(encoded), start + len(text))
        text += encoded
    return b"mluc\0\0\0\0" + struct.pack(">II", len(translations), 12) + table + text


def test_name_is_read_when_the_profile_is_of_version_2() -> None:
    name = b"sRGB IEC61966-2.1\0"
    assert profile_name(profile(b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name)) == (
        "sRGB IEC61966-2.1"
    )


def test_name_is_english_when_the_profile_has_several_languages() -> None:
    tag = names((b"deDE", "Anzeige P3"), (b"enUS", "Display P3"))
    assert profile_name(profile(tag)) == "Display P3"


def test_name_is_the_first_when_none_is_english() -> None:
    assert profile_name(profile(names((b"deDE", "Anzeige P3")))) == "Anzeige P3"


def test_name_is_read_when_littlecms_wrote_the_profile() -> None:
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert profile_name(icc) == "sRGB built-in"


@pytest.mark.parametrize(
    "icc",
    [
        b"",
        b"\xff" * 500,
        bytes(500),
        profile(b"text"),
        profile(b"desc\0\0\0\0\xff\xff\xff\xff"),
        profile(b"mluc\0\0\0\0" + b"\xff" * 40),
    ],
)
def test_name_is_none_when_the_profile_is_garbage(icc: bytes) -> None:
    assert profile_name(icc) is None


@given(st.binary(max_size=120))
def test_reading_never_fails_when_bytes_are_random(noise: bytes) -> None:
    profile_name(noise)
    profile_name(profile(b"mluc" + noise))
    profile_name(profile(b"desc" + noise))
