"""Tables on the page: chosen, read, shown with what was left out, saved, deleted."""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Locator, Page, Route, expect

from local.tables import BROKEN_ROWS, houses
from tests.browser.visitor import Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
EXCEL = "application/vnd.ms-excel"  # what Windows with Excel calls a CSV file
CUT_OFF = [
    number for number, line in enumerate(houses().decode().split("\n"), 1) if "cut off" in line
]


def save(page: Page, button: Locator) -> tuple[str, Path]:
    """The name and the place of what a button saves."""
    with page.expect_download() as saved:
        button.click()
    return saved.value.suggested_filename, saved.value.path()


def test_table_is_shown_with_what_was_left_out_and_its_files_are_saved(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.enter_as_guest()
    visitor.choose(
        payload("bad.csv", b"a,b\n1,2\n3,4\n" + b"x\n" * 3, "text/csv"),
        payload("houses.csv", houses(), EXCEL),
    )
    visitor.expect_state("bad.csv", "could not be processed")
    visitor.expect_state("houses.csv", "ready")
    expect(visitor.tile("houses.csv")).to_contain_text("2,000 rows 7 columns3 rows left out")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your tables")
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    visitor.tile("houses.csv").get_by_role("link").focus()
    page.keyboard.press("Enter")

    rows = page.get_by_role("region", name="First rows")
    expect(rows.get_by_role("row")).to_have_count(21)
    expect(rows.get_by_role("columnheader", name="price")).to_have_text("priceNumber")
    expect(rows.get_by_role("row").nth(1).get_by_role("cell")).to_have_text(
        ["0", *first_house(), 'needs a "new" roof\nand a door']
    )
    facts = page.get_by_role("region", name="About this table")
    for name, value in {"Rows": "2,000", "Encoding": "UTF-8", "Delimiter": "Semicolon"}.items():
        expect(facts.locator("div", has_text=name)).to_have_text(f"{name}{value}")
    column = page.get_by_role("listitem").filter(has=page.get_by_role("heading", name="rooms"))
    expect(column).to_contain_text("1 to 8")
    expect(column).to_contain_text("100 empty (5 %) · 8 different values")
    expect(
        column.get_by_role("list", name="Most frequent values").get_by_role("listitem")
    ).to_have_count(5)
    left_out = page.get_by_role("region", name="What was left out").get_by_role("row")
    expect(left_out).to_have_count(BROKEN_ROWS + 1)
    for line, row in zip(CUT_OFF, left_out.all()[1:], strict=True):
        expect(row).to_contain_text(f"{line}priceThe row has fewer values than the header.")
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    name, path = save(page, page.get_by_role("button", name="All rows Parquet"))
    assert (name, path.read_bytes()[:4]) == ("houses.parquet", b"PAR1")
    name, path = save(page, page.get_by_role("button", name="What was left out CSV"))
    told = list(csv.DictReader(io.StringIO(path.read_text())))
    assert (name, [int(row["line"]) for row in told]) == ("houses-left-out.csv", CUT_OFF)
    name, path = save(page, page.get_by_role("button", name="Download the original"))
    assert (name, path.read_bytes()) == ("houses.csv", houses())

    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("bad.csv")
    expect(page.get_by_role("alert")).to_contain_text("line 4")
    assert visitor.violations() == []


def first_house() -> list[str]:
    """The values between the number and the remarks of the first row, as they are shown."""
    row = next(csv.DictReader(io.StringIO(houses().decode()), delimiter=";"))
    price = str(float(row["price"].replace(",", ".")))
    return [row["town"], row["sold"], price, row["rooms"] or "empty", row["garden"]]


def test_wide_table_scrolls_within_its_frame_when_it_is_read_on_a_phone(visit: Visit) -> None:
    visitor = visit(phone=True, dark=True)
    page = visitor.page
    visitor.enter_as_guest()
    visitor.choose(
        payload("houses.csv.gz", gzip.compress(houses()), "application/gzip"),
        payload("roof.jpg", photo(900, (640, 480))),
    )
    visitor.expect_state("houses.csv.gz", "ready")
    visitor.expect_state("roof.jpg", "ready")
    expect(page.get_by_role("region", name="Uploads")).to_have_count(0)
    assert visitor.overlaps() == []
    visitor.open_photo("houses.csv.gz")
    rows = page.get_by_role("region", name="First rows")
    expect(rows.get_by_role("row")).to_have_count(21)

    assert visitor.overlaps() == []  # the page does not scroll sideways
    assert visitor.violations() == []
    rows.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => document.activeElement.scrollLeft > 0")
    expect(page.get_by_role("heading", level=1)).to_have_text("houses.csv.gz")
    page.get_by_role("button", name="Show them").click()
    expect(page.get_by_role("heading", name="What was left out")).to_be_focused()

    notifications = visitor.open_notifications()
    expect(notifications).to_contain_text("2 files are ready.")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.keyboard.press("Escape")
    page.get_by_role("link", name="All files", exact=True).click()
    page.get_by_role("heading", level=1, name="Your files").wait_for()
    meter = page.get_by_role("meter", name="Storage used")
    expect(meter).to_have_attribute("aria-valuetext", re.compile("^2 files, "))
    visitor.sign_out()
    question = page.get_by_role("dialog", name="Leave your files behind?")
    expect(question).to_contain_text("Your files can be reached from this browser only")
    question.get_by_role("button", name="Stay").click()
    for name in ("houses.csv.gz", "roof.jpg"):
        visitor.tile(name).get_by_role("checkbox").focus()
        page.keyboard.press("Space")
    name, path = save(page, page.get_by_role("button", name="Download the selected files"))
    with zipfile.ZipFile(path) as folder:
        assert (name, sorted(folder.namelist())) == ("Files.zip", ["houses.csv.gz", "roof.jpg"])
    page.get_by_role("button", name="Select nothing").click()

    visitor.open_photo("houses.csv.gz")
    page.get_by_role("button", name="Delete this table").click()
    page.get_by_role("dialog", name="Delete this table?").get_by_role(
        "button", name="Delete"
    ).click()
    expect(visitor.tile("roof.jpg")).to_be_visible()
    expect(visitor.tile("houses.csv.gz")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your photos")


def test_table_is_refused_with_a_sentence_when_the_stack_processes_none(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page

    def of_pictures(route: Route) -> None:
        outputs = route.fetch().json()
        outputs["custom"]["kinds"] = ["picture"]
        route.fulfill(json=outputs)

    page.route("**/amplify_outputs.json", of_pictures)
    visitor.enter_as_guest()
    expect(page.locator("main")).not_to_contain_text("able")

    visitor.choose(payload("houses.csv", houses(), EXCEL))

    expect(page.get_by_role("region", name="Uploads")).to_contain_text(
        "This Darkroom takes no tables. It takes photos: JPEG"
    )
    assert visitor.items("Images") == []
