"""The page in German, in the language that somebody chooses, and from right to left."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.visitor import Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]


def test_page_is_german_where_the_browser_is(visit: Visit) -> None:
    visitor = visit(locale="de-DE")
    page = visitor.page
    page.goto(visitor.origin)

    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    expect(page.get_by_label("E-Mail-Adresse")).to_be_visible()
    assert visitor.violations() == []

    page.get_by_role("button", name="Als Gast weitermachen").click()
    expect(page.get_by_text(re.compile("Noch keine (Dateien|Fotos)"))).to_be_visible()
    expect(page.locator(".account-name")).to_have_text("Gast")
    visitor.choose(payload("haus.jpg", photo(401, (640, 480))))
    visitor.expect_state("haus.jpg", "fertig")
    expect(page.get_by_role("heading", name="Deine Fotos")).to_be_visible()
    expect(page.get_by_role("heading", name="Heute")).to_be_visible()
    assert visitor.overlaps() == []

    visitor.open_photo("haus.jpg")
    expect(page.get_by_role("heading", name="haus.jpg")).to_be_visible()
    page.get_by_role("button", name="Dieses Foto löschen").click()
    question = page.get_by_role("dialog", name="Dieses Foto löschen?")
    expect(question).to_contain_text(
        "haus.jpg und alles, was daraus gemacht wurde, sind dann endgültig weg."
    )
    assert visitor.overlaps() == []
    assert visitor.violations() == []


def test_notification_is_told_in_the_language_of_the_page(visit: Visit) -> None:
    visitor = visit(locale="de-DE")
    page = visitor.page
    page.goto(visitor.origin)
    page.get_by_role("button", name="Als Gast weitermachen").click()

    visitor.choose(payload("kaputt.jpg", photo(402, (640, 480))[:2000]))
    visitor.expect_state("kaputt.jpg", "konnte nicht verarbeitet werden")

    page.get_by_role("button", name=re.compile("^Mitteilungen")).click()
    panel = page.get_by_role("dialog", name="Mitteilungen")
    expect(panel).to_contain_text(re.compile("Diese Datei ist (unvollständig|beschädigt)"))


def test_language_that_was_chosen_is_kept(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    dialog = visitor.open_account()

    dialog.get_by_label("Language").select_option("Deutsch")

    expect(dialog.get_by_role("heading", name="Konto")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.reload()
    expect(page.get_by_text(re.compile("Noch keine (Dateien|Fotos)"))).to_be_visible()
    expect(page.locator(".account-name")).to_have_text("Gast")

    page.get_by_role("button", name="Konto", exact=True).click()
    dialog.get_by_label("Sprache").select_option("Wie im Browser eingestellt")

    expect(dialog.get_by_role("heading", name="Account")).to_be_visible()
    page.reload()
    expect(page.get_by_text(re.compile("No (files|photos) yet"))).to_be_visible()


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_page_from_right_to_left_has_nothing_over_another(visit: Visit, phone: bool) -> None:
    visitor = visit(phone=phone, locale="ar-XB")
    page = visitor.page
    page.goto(visitor.origin)
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert visitor.overlaps() == []

    visitor.enter_as_guest()
    assert visitor.overlaps() == []
    visitor.choose(*(payload(f"{n}.jpg", photo(410 + n, (300, 200))) for n in range(3)))
    for n in range(3):
        visitor.expect_state(f"{n}.jpg", "ready")
    expect(page.get_by_text("٣ photos", exact=True)).to_be_visible()
    assert visitor.overlaps() == []
    names = page.locator(".tile-caption").all_inner_texts()
    lefts = [_left_of(visitor, name) for name in names]
    assert lefts == sorted(lefts, reverse=True)

    visitor.open_account()
    assert visitor.overlaps() == []
    page.keyboard.press("Escape")
    visitor.open_photo("1.jpg")
    expect(page.get_by_role("heading", name="1.jpg")).to_be_visible()
    assert visitor.overlaps() == []
    assert visitor.violations() == []


def test_arrow_that_points_on_leads_on_from_right_to_left(visit: Visit) -> None:
    visitor = visit(locale="ar-XB")
    visitor.enter_as_guest()
    page = visitor.page
    visitor.choose(*(payload(f"{n}.jpg", photo(420 + n, (300, 200))) for n in range(2)))
    for n in range(2):
        visitor.expect_state(f"{n}.jpg", "ready")
    first, second = page.locator(".tile-caption").all_inner_texts()

    visitor.tile(first).get_by_role("link").focus()
    page.keyboard.press("ArrowLeft")
    expect(visitor.tile(second).get_by_role("link")).to_be_focused()

    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=second)).to_be_visible()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", name=first)).to_be_visible()


def _left_of(visitor: Visitor, name: str) -> float:
    box = visitor.tile(name).bounding_box()
    assert box is not None
    return box["x"]
