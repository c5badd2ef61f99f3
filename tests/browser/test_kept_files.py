"""Files of no kind that is processed on the page, where the stack keeps them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.test_tables import save
from tests.browser.visitor import Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
LETTER = b"%PDF-1.7\n" + b"Dear diary. " * 1000

pytestmark = pytest.mark.usefixtures("told_all")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_letter_is_kept_shown_and_saved_as_it_was(visit: Visit, phone: bool) -> None:
    visitor = visit(phone=phone)
    page = visitor.page
    visitor.enter_as_guest()
    expect(page.get_by_text("Any other file is kept as it is; up to 50 GB each.")).to_be_visible()
    visitor.choose(
        payload("letter.pdf", LETTER, "application/pdf"), payload("sea.jpg", photo(910, (300, 200)))
    )
    visitor.expect_state("letter.pdf", "ready")
    visitor.expect_state("sea.jpg", "ready")
    expect(visitor.tile("letter.pdf")).to_contain_text("PDF12 kB")
    expect(page.get_by_role("heading", level=1)).to_have_text("Your files")
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    visitor.open_photo("letter.pdf")

    expect(page.get_by_text("This file is kept as it is. Download it to open it.")).to_be_visible()
    expect(page.get_by_role("region", name="Metadata")).to_contain_text("12 kB")
    expect(page.get_by_role("button", name="Share this file")).to_have_count(0)
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    name, path = save(page, page.get_by_role("button", name="Download the original"))
    assert (name, path.read_bytes()) == ("letter.pdf", LETTER)


def test_letter_is_found_in_the_bin_and_among_what_happened(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.enter_as_guest()
    visitor.choose(payload("notes", LETTER, ""))
    visitor.expect_state("notes", "ready")

    told = visitor.open_notifications()
    expect(told.get_by_role("listitem")).to_contain_text("Your file is ready")
    page.keyboard.press("Escape")
    visitor.open_photo("notes")
    page.get_by_role("button", name="Move this file to the bin").click()

    visitor.go_to("Bin")
    expect(visitor.tile("notes")).to_be_visible()
    assert visitor.violations() == []
