"""Pictures in every way that files hold them: ours look as Chromium shows the file itself."""

from __future__ import annotations

import base64
import io

import pytest
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from PIL import Image, ImageChops, ImageStat
from playwright.sync_api import Browser

from tests.unit.imaging.charts import shown_by_browsers

FILES = shown_by_browsers()
MOST = 8  # levels of 255, on average over a file
_DRAW = """async ([data, type]) => {
  const picture = new Image();
  picture.src = `data:${type};base64,${data}`;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = picture.naturalWidth;
  canvas.height = picture.naturalHeight;
  canvas.getContext("2d", { colorSpace: "srgb" }).drawImage(picture, 0, 0);
  return canvas.toDataURL("image/png").split(",")[1];
}"""


@pytest.fixture(scope="module")
def in_chromium(browser: Browser) -> dict[str, Image.Image]:
    """Each file as Chromium draws it, mode RGBA."""
    page = browser.new_page()
    found = {}
    for name, (media_type, data) in FILES.items():
        drawn = page.evaluate(_DRAW, [base64.b64encode(data).decode(), media_type])
        with Image.open(io.BytesIO(base64.b64decode(drawn))) as picture:
            found[name] = picture.convert("RGBA")
    page.close()
    return found


@pytest.mark.parametrize("name", FILES)
def test_rendition_looks_as_chromium_shows_the_file(
    name: str, in_chromium: dict[str, Image.Image]
) -> None:
    spec = RenditionSpec(name="one", width=4_000, format="png")
    (made,) = render(FILES[name][1], Recipe(renditions=(spec,)), ImageLimits()).renditions

    with Image.open(io.BytesIO(made.data)) as picture:
        ours, theirs = picture.convert("RGBA").convert("RGBa"), in_chromium[name].convert("RGBa")

    assert ours.size == theirs.size
    assert max(ImageStat.Stat(ImageChops.difference(ours, theirs)).mean) <= MOST
