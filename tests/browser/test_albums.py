"""Albums: photos in orders of their own."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from local.user import wait_for
from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]


def albums(visitor: Visitor) -> dict[str, list[str]]:
    """The names of the albums that the tables hold, each with its photos in its order."""
    images = visitor.items("Images")
    found = {}
    for album in visitor.items("Albums"):
        ranks = {
            row["image"].rpartition("/")[2]: row["albums"][album["album_id"]]
            for row in images
            if album["album_id"] in row.get("albums", {})
        }
        found[album["name"]] = sorted(ranks, key=lambda name: ranks[name])
    return found


def expect_albums(visitor: Visitor, **expected: list[str]) -> None:
    wait_for(lambda: albums(visitor) == expected or None, what=f"albums {expected}")


def test_album_is_made_ordered_renamed_and_deleted_and_its_photos_stay(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_with(5)
    page = visitor.page
    visitor.check("1.jpg")
    visitor.tile("4.jpg").get_by_role("link").click(modifiers=["Shift"])
    bar = page.get_by_role("region", name="Selected photos")
    bar.get_by_role("button", name="Add the selected photos to an album").click()
    dialog = page.get_by_role("dialog", name="Add 4 photos to an album")
    dialog.get_by_label("New album").fill("Summer")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.keyboard.press("Enter")
    expect(visitor.notice).to_contain_text("4 photos added to “Summer”.")
    expect(bar).to_have_count(0)
    expect_albums(visitor, Summer=["4.jpg", "3.jpg", "2.jpg", "1.jpg"])

    expect(visitor.go_to("Albums")).to_be_focused()
    room = page.locator(".room")
    card = room.get_by_role("link", name="Summer 4 photos")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    card.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Summer")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(visitor.names(".room")).to_have_text(["4.jpg", "3.jpg", "2.jpg", "1.jpg"])
    expect(room.get_by_role("heading", level=2)).to_have_count(0)
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    room.get_by_role("link", name="4.jpg").focus()
    page.keyboard.press("Shift+ArrowRight")
    expect(visitor.names(".room")).to_have_text(["3.jpg", "4.jpg", "2.jpg", "1.jpg"])
    expect(room.get_by_role("link", name="4.jpg")).to_be_focused()
    room.locator(".tile", has_text="1.jpg").hover()
    room.get_by_role("checkbox", name="Select 1.jpg").click()
    bar.get_by_role("button", name="Use as the album’s cover").click()
    room.get_by_role("link", name="2.jpg").click()
    bar.get_by_role("button", name="Move earlier").click()
    expect(visitor.names(".room")).to_have_text(["3.jpg", "2.jpg", "1.jpg", "4.jpg"])
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    bar.get_by_role("button", name="Take out of the album").click()
    expect(visitor.names(".room")).to_have_text(["3.jpg", "4.jpg"])
    visitor.notice.get_by_role("button", name="Undo").click()
    expect(visitor.names(".room")).to_have_text(["3.jpg", "2.jpg", "1.jpg", "4.jpg"])
    expect_albums(visitor, Summer=["3.jpg", "2.jpg", "1.jpg", "4.jpg"])
    page.reload()
    expect(visitor.names(".room")).to_have_text(["3.jpg", "2.jpg", "1.jpg", "4.jpg"])

    room.get_by_role("link", name="2.jpg").click()
    next_photo = page.get_by_role("button", name="Next photo")
    expect(next_photo).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("1.jpg")
    expect(page.get_by_role("link", name="Summer")).to_be_visible()
    page.keyboard.press("Escape")
    expect(room.get_by_role("link", name="1.jpg")).to_be_focused()
    page.get_by_role("button", name="Rename").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Winter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Winter")
    expect_albums(visitor, Winter=["3.jpg", "2.jpg", "1.jpg", "4.jpg"])
    assert visitor.items("Albums")[0]["cover"].endswith("/1.jpg")
    page.keyboard.press("Escape")
    expect(room.get_by_role("link", name="Winter 4 photos")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete album").click()
    assert visitor.violations() == []
    page.get_by_role("dialog").get_by_role("button", name="Delete the album").click()

    expect(page.get_by_text("No albums yet")).to_be_visible()
    expect_albums(visitor)
    visitor.go_to("All photos")
    expect(page.locator(".tile")).to_have_count(5)


def test_photo_is_added_to_an_album_on_a_phone_and_an_album_is_taken_back_when_it_is_offline(
    visit: Visit,
) -> None:
    visitor = visit(phone=True, dark=True)
    visitor.enter_with(2)
    page = visitor.page
    visitor.go_to("Albums")
    expect(page.get_by_text("No albums yet")).to_be_visible()
    page.get_by_role("button", name="New album").tap()
    page.get_by_role("dialog").get_by_label("Name").fill(
        "A name that is too long for one line here"
    )
    assert visitor.violations() == []
    page.get_by_role("dialog").get_by_role("button", name="Make it").tap()
    expect(page.get_by_text("Nothing is in this album yet")).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    visitor.go_to("All photos")
    visitor.tile("1.jpg").get_by_role("link").tap()
    page.get_by_role("button", name="Add to an album").tap()
    page.get_by_role("dialog").get_by_role("button", name="A name that is too long").tap()
    expect(page.get_by_role("link", name="A name that is too long")).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.get_by_role("link", name="A name that is too long").tap()
    expect(visitor.names(".room")).to_have_text(["1.jpg"])
    assert visitor.overlaps() == []
    wait_for(lambda: list(albums(visitor).values()) == [["1.jpg"]] or None, what="the photo")

    visitor.expects_failures = True
    visitor.go_to("Albums")
    page.context.set_offline(True)
    page.get_by_role("button", name="New album").tap()
    page.get_by_role("dialog").get_by_label("Name").fill("Lost")
    page.get_by_role("dialog").get_by_role("button", name="Make it").tap()
    expect(visitor.notice).to_contain_text("The album “Lost” was not made. You are offline.")
    expect(page.locator(".album")).to_have_count(1)
    assert visitor.overlaps() == []
