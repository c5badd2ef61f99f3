"""What begins as a picture that we read, and is refused by what comes after its first bytes."""

from __future__ import annotations

import pytest
from darkroom.errors import PermanentError
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from darkroom.imaging.source import open_source
from PIL import Image

from tests.unit.imaging.pictures import encoded


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "HEIF", "AVIF"])
@pytest.mark.parametrize("share", [0.3, 0.7])
def test_file_is_refused_as_cut_short_when_it_is(format_: str, share: float) -> None:
    whole = encoded(Image.effect_noise((200, 150), 80).convert("RGB"), format_)
    spec = RenditionSpec(name="one", width=50)

    with pytest.raises(PermanentError) as caught:
        render(whole[: int(len(whole) * share)], Recipe(renditions=(spec,)), ImageLimits())

    assert caught.value.code == "truncated"


@pytest.mark.parametrize(("data", "code"), [(b"", "empty"), (b"Dear diary", "unsupported")])
def test_file_is_refused_when_its_first_bytes_are_no_picture(data: bytes, code: str) -> None:
    with pytest.raises(PermanentError) as caught:
        open_source(data, ImageLimits())

    assert caught.value.code == code
