"""Small files of public bug reports, none of which are in the repository: each comes out right."""

from __future__ import annotations

import csv
import io
import os
import re
from pathlib import Path
from typing import Any

import pytest
from darkroom.errors import PermanentError
from darkroom.imaging import ImageLimits, Recipe, RenditionSpec, render
from darkroom.imaging.command.inspection import WEB
from darkroom.imaging.document import read_metadata
from PIL import Image
from PIL.ExifTags import Base

from tests.corpus.conftest import ROOT

BUGS = Path(os.environ.get("DARKROOM_BUGS", ROOT.parent / "shared" / "bugs"))
MANIFEST = BUGS / "manifest.csv"
needs_bugs = pytest.mark.skipif(
    not MANIFEST.is_file(), reason=f"no files of bug reports at {BUGS}: set DARKROOM_BUGS"
)
pytestmark = needs_bugs


def rows() -> list[dict[str, str]]:
    if not MANIFEST.is_file():
        return []
    with MANIFEST.open(newline="") as file:
        return [row for row in csv.DictReader(file) if (BUGS / row["file"]).is_file()]


def data_of(name: str) -> bytes:
    path = BUGS / name
    if not path.is_file():
        pytest.skip(f"{name} is not in this collection")
    return path.read_bytes()


def shown(name: str) -> Image.Image:
    spec = RenditionSpec(name="one", width=4_000, format="png")
    (made,) = render(data_of(name), Recipe(renditions=(spec,)), ImageLimits()).renditions
    with Image.open(io.BytesIO(made.data)) as picture:
        return picture.convert("RGBA")


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["file"])
def test_file_is_processed_or_refused_as_a_kind(row: dict[str, str]) -> None:
    refused = outcome_of(data_of(row["file"]))
    assert refused is None or row["check"] == "ok_or_named"
    assert refused is None or "a kind of" in refused


def outcome_of(data: bytes) -> str | None:
    """Why a file is refused; None if all functions have done their work on it."""
    try:
        spec = RenditionSpec(name="one", width=64)
        assert render(data, Recipe(renditions=(spec,)), ImageLimits()).renditions
        render(data, WEB, ImageLimits())
        read_metadata(data, ImageLimits())
    except PermanentError as error:
        return error.sentence
    return None


# What the manifest expects of metadata: facts by name, many with their value.
_NOTE = re.compile(r"\(.*?\)")
_NAMED = re.compile(
    r"\b(taken_at|date|title|keywords|description|copyright|rating|make|orientation)\b"
    r"(?: ([A-Z0-9][^\s,;]*))?"
)
_SHAPED = {
    "f_number": re.compile(r"\bf/([0-9.]+)"),
    "exposure": re.compile(r"(?<!\S)(1/[0-9]+)"),
    "offset": re.compile(r"(?<!\S)([+-][0-9]{2}:[0-9]{2})"),
}
ON_METADATA = [row for row in rows() if row["file"].startswith(("meta_", "heic_exif_"))]
ON_OUTPUTS = [row for row in ON_METADATA if row["expected"].startswith("outputs carry")]


def told(row: dict[str, str]) -> dict[str, str]:
    """The facts that the manifest names, and the value of each; empty where it gives none.

    Behind a semicolon are those of a second chunk, which the file of the row does not have.
    """
    expected = _NOTE.sub("", row["expected"]).partition(";")[0]
    if row["condition"].startswith("Camera of"):
        return {"camera": expected.strip()}
    facts = {
        "taken_at" if name == "date" else name: text for name, text in _NAMED.findall(expected)
    }
    shaped = ((name, form.search(expected)) for name, form in _SHAPED.items())
    return facts | {name: found[1] for name, found in shaped if found}


FACTS = [(row["file"], *fact) for row in ON_METADATA for fact in told(row).items()]


def known(name: str) -> dict[str, str]:
    """What is known of a file, as text: the facts of its record, and those of each block."""
    read = read_metadata(data_of(name), ImageLimits())
    document, facts = read.to_dict(), read.summary()
    for block in ("exif", "xmp", "iptc", "png"):
        facts = document.get(block, {}) | facts
    taken_at = str(facts.get("taken_at", ""))
    texts = {
        key: f"{fact:g}" if isinstance(fact, float) else str(fact) for key, fact in facts.items()
    }
    return texts | {"offset": taken_at[len("2026-07-31T05:06:07") :]}


@pytest.mark.parametrize(("name", "fact", "value"), FACTS)
def test_fact_is_known_as_the_manifest_expects_it(name: str, fact: str, value: str) -> None:
    found = known(name).get(fact, "")
    assert found == value if value else found


def test_every_row_on_metadata_names_a_fact() -> None:
    assert [row["file"] for row in ON_METADATA if not told(row) and row not in ON_OUTPUTS] == []


@pytest.mark.parametrize("row", ON_OUTPUTS, ids=lambda row: row["file"])
def test_outputs_carry_copyright_and_artist(row: dict[str, str]) -> None:
    spec = RenditionSpec(name="one", width=64)
    made = render(data_of(row["file"]), Recipe(renditions=(spec,)), ImageLimits()).renditions
    with Image.open(io.BytesIO(made[0].data)) as picture:
        carried = picture.getexif()
    assert carried.get(Base.Copyright)
    assert carried.get(Base.Artist)


QUARTERS = ((200, 40, 40), (40, 160, 60), (45, 65, 205), (220, 200, 40))
GREYS = ("tiff_grey12.tif", "tiff_grey16_whiteiszero.tif")
PICTURES = [row["file"] for row in rows() if not row["file"].startswith(("meta_", "gif_first"))]


@pytest.mark.parametrize("name", PICTURES)
def test_quarters_have_their_colours_when_the_picture_is_read(name: str) -> None:
    """All show the same: red, green, blue and yellow, or as much grey as there is of red."""
    picture = shown(name)
    for place, colour in zip([(1, 1), (3, 1), (1, 3), (3, 3)], QUARTERS, strict=True):
        expected: Any = colour if name not in GREYS else (colour[0],) * 3
        found = picture.getpixel((picture.width * place[0] // 4, picture.height * place[1] // 4))
        assert found == pytest.approx((*expected, 255), abs=24)


@pytest.mark.parametrize(
    ("name", "size"),
    [("tiff_first_page_is_thumbnail.tif", (240, 160)), ("gif_first_frame_offset.gif", (120, 80))],
)
def test_size_is_that_of_the_picture(name: str, size: tuple[int, int]) -> None:
    assert shown(name).size == size


def test_canvas_is_clear_around_the_first_frame_of_a_gif() -> None:
    picture = shown("gif_first_frame_offset.gif")
    assert [picture.getchannel("A").getpixel(point) for point in ((2, 2), (117, 77))] == [0, 0]
    assert picture.getpixel((30, 20)) == pytest.approx((200, 40, 40, 255), abs=24)


@pytest.mark.parametrize("name", ["webp_exif_with_flag.webp", "png_xmp_orientation6.png"])
def test_web_version_is_made_when_not_every_browser_turns_the_original(name: str) -> None:
    (made,) = render(data_of(name), WEB, ImageLimits()).renditions
    assert (made.width, made.height) == (240, 160)


def test_whole_frames_are_kept_when_the_last_one_of_a_gif_is_cut() -> None:
    (made,) = render(data_of("gif_animated_last_frame_cut.gif"), WEB, ImageLimits()).renditions
    assert (made.frames, made.width, made.height) == (1, 120, 80)
