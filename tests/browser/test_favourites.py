"""Favourites: how they are made, where they are shown, and what happens when they cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from local.user import wait_for
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def favourites(visitor: Visitor) -> set[str]:
    """The names of those that the table holds as favourites."""
    rows = [row for row in visitor.items("Images") if row.get("favourite")]
    return {row["image"].rpartition("/")[2] for row in rows}


def expect_favourites(visitor: Visitor, *names: str) -> None:
    wait_for(lambda: favourites(visitor) == set(names) or None, what="favourites to be noted")


def test_favourites_are_made_in_both_bars_and_gone_through_in_their_own_list(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_with(6)
    page = visitor.page
    visitor.open_photo("2.jpg")
    heart = page.get_by_role("button", name="Favourite", exact=True)
    expect(heart).to_have_attribute("aria-pressed", "false")

    page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", "true")
    expect(page.get_by_text("2.jpg: favourite")).to_be_attached()
    page.keyboard.press("Escape")
    expect(visitor.tile("2.jpg").get_by_role("link")).to_have_accessible_name(
        re.compile("^2.jpg ?, ready ?, favourite$")
    )
    expect(visitor.tile("2.jpg").locator(".tile-favourite")).to_be_visible()
    visitor.check("4.jpg")
    visitor.tile("5.jpg").get_by_role("link").click()
    bar = page.get_by_role("region", name="Selected photos")
    bar.get_by_role("button", name="Favourite the selected photos").click()
    expect(bar.get_by_role("button", name="Favourite the selected photos")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    bar.get_by_role("button", name="Select nothing").click()
    expect_favourites(visitor, "2.jpg", "4.jpg", "5.jpg")

    page.get_by_role("button", name="Library").click()
    menu = page.get_by_role("navigation", name="Library")
    expect(menu.get_by_role("link")).to_have_text(["All photos", "Favourites", "Albums"])
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Library")).to_be_focused()
    heading = visitor.go_to("Favourites")
    expect(heading).to_be_focused()
    expect(page).to_have_title("Favourites · Darkroom")
    expect(visitor.names(".room")).to_have_text(["2.jpg", "4.jpg", "5.jpg"])
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    room = page.locator(".room")
    room.get_by_role("link", name="4.jpg").click()
    title = page.get_by_role("heading", level=1)
    older = page.get_by_role("button", name="Older photo")
    expect(older).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("ArrowRight")
    expect(title).to_have_text("5.jpg")
    expect(older).to_have_attribute("aria-disabled", "true")
    page.reload()
    newer = page.get_by_role("button", name="Newer photo")
    expect(newer).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("ArrowLeft")
    expect(title).to_have_text("4.jpg")
    page.get_by_role("link", name="Favourites").click()
    expect(room.get_by_role("link", name="4.jpg")).to_be_focused()
    page.keyboard.press("Enter")
    expect(title).to_have_text("4.jpg")
    page.keyboard.press("f")
    expect(heart).to_have_attribute("aria-pressed", "false")
    expect(older).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("ArrowLeft")
    expect(title).to_have_text("2.jpg")
    page.keyboard.press("Escape")
    expect(visitor.names(".room")).to_have_text(["2.jpg", "5.jpg"])
    expect_favourites(visitor, "2.jpg", "5.jpg")
    page.keyboard.press("Escape")
    expect(visitor.tile("1.jpg")).to_be_visible()


# Opens a photo, and presses a key in the moment in which it is shown, before anything is read.
_PRESS_AT_ONCE = """(link) => new Promise((done) => {
  const isShown = (one) => one.textContent === "2.jpg" && one.checkVisibility();
  new MutationObserver((_, watch) => {
    if (![...document.querySelectorAll("h1")].some(isShown)) return;
    watch.disconnect();
    document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "f", bubbles: true}));
    done();
  }).observe(document.body, {childList: true, subtree: true, attributes: true});
  link.click();
})"""


def test_ways_lead_on_from_a_photo_that_is_taken_out_of_its_list_at_once(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_with(3)
    page = visitor.page
    visitor.check("1.jpg")
    for name in ("2.jpg", "3.jpg"):
        visitor.tile(name).get_by_role("link").click()
    bar = page.get_by_role("region", name="Selected photos")
    bar.get_by_role("button", name="Favourite the selected photos").click()
    bar.get_by_role("button", name="Select nothing").click()
    expect_favourites(visitor, "1.jpg", "2.jpg", "3.jpg")
    visitor.go_to("Favourites")

    page.locator(".room").get_by_role("link", name="2.jpg").evaluate(_PRESS_AT_ONCE)

    heart = page.get_by_role("button", name="Favourite", exact=True)
    expect(heart).to_have_attribute("aria-pressed", "false")
    for way in ("Newer photo", "Older photo"):
        expect(page.get_by_role("button", name=way)).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("3.jpg")


def test_favourite_of_a_phone_is_taken_back_with_a_sentence_when_it_is_offline(
    visit: Visit,
) -> None:
    visitor = visit(phone=True, dark=True)
    visitor.enter_with(3)
    page = visitor.page
    expect(visitor.tile("1.jpg")).to_be_visible()
    assert visitor.overlaps() == []
    visitor.go_to("Favourites")
    expect(page.get_by_text("No favourites yet")).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    visitor.go_to("All photos")
    visitor.tile("1.jpg").get_by_role("link").tap()
    heart = page.get_by_role("button", name="Favourite", exact=True)
    expect(heart).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    visitor.expects_failures = True
    page.context.set_offline(True)
    heart.tap()

    expect(visitor.notice).to_contain_text(
        "1 photo could not be added to your favourites. You are offline."
    )
    expect(heart).to_have_attribute("aria-pressed", "false")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.context.set_offline(False)
    heart.tap()
    expect_favourites(visitor, "1.jpg")
    page.reload()
    expect(heart).to_have_attribute("aria-pressed", "true")
