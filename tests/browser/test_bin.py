"""The bin: what goes there comes back, unless somebody deletes it for good."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from local.user import wait_for
from tests.browser.visitor import Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
pytestmark = pytest.mark.usefixtures("told_all")


def binned(visitor: Visitor) -> set[str]:
    """The names of those that the table holds as binned."""
    rows = [row for row in visitor.items("Images") if "binned_at" in row]
    return {row["image"].rpartition("/")[2] for row in rows}


def expect_binned(visitor: Visitor, *names: str) -> None:
    wait_for(lambda: binned(visitor) == set(names) or None, what="the bin to be noted")


def test_binned_photos_are_in_no_list_and_come_back_by_undo_and_from_the_bin(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_with(5)
    page = visitor.page
    visitor.open_photo("2.jpg")

    page.get_by_role("button", name="Move this photo to the bin").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(visitor.notice).to_contain_text("1 photo moved to the bin.")
    expect(visitor.tile("2.jpg")).to_have_count(0)
    expect(page.get_by_text("4 photos")).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    expect_binned(visitor, "2.jpg")
    page.reload()
    expect(visitor.tile("1.jpg")).to_be_visible()
    expect(visitor.tile("2.jpg")).to_have_count(0)

    visitor.check("3.jpg")
    visitor.tile("4.jpg").get_by_role("link").click()
    bar = page.get_by_role("region", name="Selected photos")
    bar.get_by_role("button", name="Move the selected photos to the bin").click()
    expect(visitor.tile("5.jpg").get_by_role("link")).to_be_focused()
    expect(page.get_by_text("2 photos", exact=True)).to_be_visible()
    undo = visitor.notice.get_by_role("button", name="Undo")
    undo.focus()
    page.keyboard.press("Enter")
    expect(visitor.notice).to_have_text("")
    expect(page.get_by_text("4 photos")).to_be_visible()
    expect_binned(visitor, "2.jpg")

    visitor.open_photo("3.jpg")
    page.get_by_role("button", name="Move this photo to the bin").click()
    visitor.go_to("Bin")
    expect(visitor.names(".room")).to_have_text(["3.jpg", "2.jpg"])
    expect(page.locator(".room .tile-overlay")).to_have_text(["30 days left"] * 2)
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.locator(".room").get_by_role("link", name="3.jpg").click()
    expect(page.get_by_text("It is in the bin, and will be deleted for good after")).to_be_visible()
    page.get_by_role("button", name="Next photo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("2.jpg")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.get_by_role("button", name="Restore this photo").click()
    expect(page.get_by_role("button", name="Move this photo to the bin")).to_be_visible()
    title = page.get_by_role("heading", level=1)
    expect(title).to_be_focused()
    previous = page.get_by_role("button", name="Previous photo")
    expect(previous).to_have_attribute("aria-disabled", "false")
    visitor.notice.get_by_role("button", name="Close this message").focus()
    page.keyboard.press("Enter")
    expect(title).to_be_focused()
    page.get_by_role("link", name="Bin").click()
    expect(visitor.names(".room")).to_have_text(["3.jpg"])
    expect_binned(visitor, "3.jpg")
    visitor.go_to("All photos")
    expect(visitor.tile("2.jpg")).to_be_visible()


def test_photos_go_for_good_after_a_question_one_by_one_and_all_at_once(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.enter_as_guest()
    page = visitor.page
    names = [f"{number}.jpg" for number in range(3)]
    visitor.choose(*(payload(name, photo(970 + n, (300, 200))) for n, name in enumerate(names)))
    for name in names:
        visitor.expect_state(name, "ready")
    for name in names[:2]:
        visitor.tile(name).get_by_role("link").tap()
        page.get_by_role("button", name="Move this photo to the bin").tap()
        expect(visitor.tile(name)).to_have_count(0)
    assert visitor.overlaps() == []
    visitor.go_to("Bin")
    expect(page.locator(".room .tile")).to_have_count(2)
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    visitor.tile("1.jpg").get_by_role("link").tap()
    page.get_by_role("button", name="Delete this photo").tap()
    question = page.get_by_role("dialog")
    for button in question.get_by_role("button").all():
        assert button.evaluate("button => button.scrollWidth <= button.clientWidth")
    question.get_by_role("button", name="Delete", exact=True).tap()
    expect(page.locator(".room .tile")).to_have_count(1)
    page.get_by_role("button", name="Empty now").tap()
    dialog = page.get_by_role("dialog", name="Empty the bin?")
    expect(dialog).to_contain_text("1 photo and everything that was made from it")
    assert visitor.violations() == []
    dialog.get_by_role("button", name="Keep all").tap()
    expect(page.locator(".room .tile")).to_have_count(1)
    page.get_by_role("button", name="Empty now").tap()
    held: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.method == "DELETE":
            held.append(route)
        else:
            route.fallback()

    page.route("**/*", hold)
    with page.expect_request(lambda request: request.method == "DELETE"):
        dialog.get_by_role("button", name="Delete for good").tap()
    expect(dialog.get_by_role("button", name="Keep all")).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(dialog).to_be_visible()
    for route in held:
        route.continue_()

    expect(page.get_by_text("The bin is empty")).to_be_visible()
    expect(page.get_by_role("heading", level=1, name="Bin")).to_be_focused()
    assert visitor.violations() == []
    visitor.cloud.wait_until_idle()
    assert [row["image"].rpartition("/")[2] for row in visitor.items("Images")] == ["2.jpg"]


def test_notice_stays_as_long_as_somebody_is_on_it_and_says_what_could_not_be_done(
    visit: Visit,
) -> None:
    visitor = visit()
    page = visitor.page
    page.clock.install()
    visitor.enter_with(3)
    visitor.open_photo("2.jpg")
    page.get_by_role("button", name="Move this photo to the bin").click()
    undo = visitor.notice.get_by_role("button", name="Undo")
    expect_binned(visitor, "2.jpg")

    undo.hover()
    page.clock.fast_forward(11_000)
    expect(undo).to_be_visible()
    page.mouse.move(0, 0)
    page.clock.fast_forward(11_000)
    expect(undo).to_have_count(0)

    visitor.expects_failures = True
    page.context.set_offline(True)
    visitor.check("3.jpg")
    page.get_by_role("button", name="Move the selected photos to the bin").click()
    expect(visitor.notice).to_contain_text(
        "1 photo could not be moved to the bin. You are offline."
    )
    expect(visitor.tile("3.jpg")).to_be_visible()
    assert visitor.violations() == []
