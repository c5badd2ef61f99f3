"""What is no picture that we read is refused by its own name, whatever its file is called."""

from __future__ import annotations

import struct

import pytest
from darkroom.errors import PermanentError
from darkroom.imaging import Limits
from darkroom.imaging.source import open_source
from PIL import Image

from tests.unit.imaging.pictures import encoded


def tiff_with(tags: dict[int, int | bytes]) -> bytes:
    """A sound little TIFF with more tags."""
    return encoded(Image.new("RGB", (8, 8)), "TIFF", tiffinfo=dict(tags))


def ftyp(brand: bytes, *others: bytes) -> bytes:
    body = brand + b"\0\0\0\0" + b"".join(others)
    return struct.pack(">I", 8 + len(body)) + b"ftyp" + body + b"\0" * 64


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "an SVG drawing"),
        (b"\xef\xbb\xbf <svg width='1'/>", "an SVG drawing"),
        (b"%PDF-1.7\n" + b"x" * 64, "a PDF document"),
        (ftyp(b"isom", b"mp42"), "a video"),
        (ftyp(b"qt  "), "a video"),
        (b"RIFF\x40\0\0\0AVI " + b"x" * 64, "a video"),
        (b"\x1aE\xdf\xa3" + b"x" * 64, "a video"),
        (ftyp(b"crx "), "a camera's raw file"),
        (b"II*\0\x10\0\0\0CR\2\0" + b"x" * 64, "a camera's raw file"),
        (b"IIRO\x08\0\0\0" + b"x" * 64, "a camera's raw file"),
        (b"FUJIFILMCCD-RAW 0201", "a camera's raw file"),
        (tiff_with({50706: b"\1\4\0\0"}), "a camera's raw file"),  # DNG
        (tiff_with({254: 1, 330: 8}), "a camera's raw file"),  # its preview, which comes first
        (b"\xff\x0a" + b"x" * 64, "a JPEG XL picture"),
        (b"\0\0\0\x0cjP  \r\n\x87\n" + b"x" * 64, "a JPEG 2000 picture"),
        (b"8BPS\0\1" + b"x" * 64, "a Photoshop document"),
        (b"PK\3\4" + b"x" * 64, "a ZIP archive"),
        (b"<!DOCTYPE html><html>", "a web page"),
        (b"<?php system($_GET[0]);", "a PHP script"),
        (b"BPG\xfb" + b"x" * 64, "a BPG picture"),
        (b"MZ" + b"x" * 64, "a program"),
        (b"BM is how this text begins, and not a bitmap", "not a picture"),
        (b"x", "not a picture"),
    ],
)
def test_file_is_refused_by_name_when_it_is(data: bytes, name: str) -> None:
    with pytest.raises(PermanentError) as caught:
        open_source(data, Limits())
    assert caught.value.code == "unsupported"
    assert name in caught.value.sentence
    assert "Please upload a JPEG, PNG, WebP, GIF, HEIC, AVIF, TIFF or BMP" in caught.value.sentence


def test_file_is_refused_when_it_is_empty() -> None:
    with pytest.raises(PermanentError) as caught:
        open_source(b"", Limits())
    assert caught.value.code == "empty"


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "HEIF", "AVIF"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_file_is_refused_as_cut_short_when_it_is(format_: str, share: float) -> None:
    from darkroom.imaging import Recipe, RenditionSpec, render

    whole = encoded(Image.effect_noise((200, 150), 80).convert("RGB"), format_)
    spec = RenditionSpec(name="one", width=50)
    with pytest.raises(PermanentError) as caught:
        render(whole[: int(len(whole) * share)], Recipe(renditions=(spec,)), Limits())
    assert caught.value.code == "truncated"
