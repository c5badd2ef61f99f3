"""The order of an album: photos are dragged with the mouse or a finger, or moved by keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from darkroom.aws.attribute_values import to_item
from playwright.sync_api import FloatRect, Locator, expect

from local.user import wait_for
from tests.browser.visitor import Finger, Visitor

Visit = Callable[..., Visitor]
ALBUM = "0a1b2c3d4e5f"

# What the browser asks before it drags a link by itself: false where it may not.
_DRAG_AS_LINK = """(link) =>
  link.dispatchEvent(new DragEvent("dragstart", {bubbles: true, cancelable: true}))"""


class Album:
    """An album of so many photos, on the page of a visitor: `1.jpg` is the first."""

    def __init__(self, visitor: Visitor, photos: int) -> None:
        self.visitor = visitor
        self.page = visitor.page
        visitor.enter_as_guest()
        visitor.record_many(photos, album=ALBUM)
        made = {"album_id": ALBUM, "name": "Summer", "made_at": datetime.now(UTC).isoformat()}
        visitor.cloud.client("dynamodb").put_item(
            TableName=visitor.cloud.outputs["AlbumsTableName"],
            Item=to_item({"identity_id": visitor.identity_id, **made}),
        )
        self.page.goto(f"{visitor.origin}#/album/{ALBUM}")
        self.page.reload()
        self.room = self.page.locator(".room")
        expect(self.tile(1)).to_have_attribute("aria-setsize", str(photos))
        self.ranks = self.read_ranks()

    def tile(self, number: int) -> Locator:
        return self.visitor.tile(f"{number}.jpg")

    def link(self, number: int) -> Locator:
        return self.tile(number).get_by_role("link")

    def box(self, number: int) -> FloatRect:
        found = self.tile(number).bounding_box()
        assert found is not None
        return found

    def middle(self, number: int) -> tuple[float, float]:
        """The middle of a photo's picture, which is as high as it is wide."""
        box = self.box(number)
        return box["x"] + box["width"] / 2, box["y"] + box["width"] / 2

    @property
    def landing(self) -> Locator:
        """What shows where a photo will lie."""
        return self.page.locator(".landing")

    def expect_landing_before(self, number: int, *, at: str = "left") -> None:
        """Wait until what is lifted would land at the left of a photo, or at the right."""

        def is_there() -> bool | None:
            found, box = self.landing.bounding_box(), self.box(number)
            if found is None or abs(found["y"] - box["y"]) > 1:
                return None
            right = found["x"] - box["x"] - box["width"]
            return 0 < (box["x"] - found["x"] if at == "left" else right) < 16 or None

        wait_for(is_there, what=f"the landing before {number}.jpg")

    def expect_said(self, text: str) -> None:
        expect(self.room.locator(".gallery [role=status]")).to_have_text(text)

    def expect_shown(self, *numbers: int) -> None:
        names = [f"{number}.jpg" for number in numbers]
        expect(self.visitor.names(".room")).to_have_text(names)

    def read_ranks(self) -> dict[int, str]:
        """The ranks that the table holds, by the numbers of the photos."""
        rows = self.visitor.items("Images")
        numbered = [(re.search(r"(\d+)\.jpg$", row["image"]), row) for row in rows]
        return {int(found[1]): row["albums"][ALBUM] for found, row in numbered if found}

    def expect_written(self, *moved: int) -> list[int]:
        """Wait until exactly these photos have other ranks than at first; the order then."""

        def changed() -> bool | None:
            now = self.read_ranks()
            return {one for one in now if now[one] != self.ranks[one]} == set(moved) or None

        wait_for(changed, what=f"new ranks of {moved}")
        ranks = self.read_ranks()
        return sorted(ranks, key=lambda number: ranks[number])


@pytest.fixture
def open_album(visit: Visit) -> Callable[..., Album]:
    def open_album(photos: int, **device: bool | str) -> Album:
        return Album(visit(**device), photos)

    return open_album


Open = Callable[..., Album]


def test_photo_is_dragged_with_the_mouse_and_lands_where_it_is_shown(open_album: Open) -> None:
    album = open_album(8)
    mouse = album.page.mouse
    x, y = album.middle(2)

    mouse.move(*album.middle(5))
    mouse.down()
    mouse.move(x, y)
    mouse.move(x - 20, y + 5)

    album.expect_landing_before(2)
    album.expect_said("At place 2 of 8.")
    assert abs(album.middle(5)[0] - (x - 20)) < 2
    assert abs(album.middle(5)[1] - (y + 5)) < 2
    assert album.visitor.violations() == []
    mouse.up()

    album.expect_shown(1, 5, 2, 3, 4, 6, 7, 8)
    expect(album.landing).to_have_count(0)
    album.expect_said("Put down: 5.jpg, at place 2 of 8.")
    expect(album.link(5)).to_be_focused()
    expect(album.page.get_by_role("heading", level=1)).to_have_text("Summer")
    assert album.visitor.violations() == []
    assert album.visitor.overlaps() == []
    assert album.expect_written(5) == [1, 5, 2, 3, 4, 6, 7, 8]
    album.page.reload()
    album.expect_shown(1, 5, 2, 3, 4, 6, 7, 8)


def test_photo_that_is_dragged_is_put_back_by_escape_and_a_click_still_opens_it(
    open_album: Open,
) -> None:
    album = open_album(6)
    mouse = album.page.mouse
    mouse.move(*album.middle(4))
    mouse.down()
    mouse.move(*album.middle(1), steps=3)
    expect(album.landing).to_be_visible()

    album.page.keyboard.press("Escape")

    expect(album.landing).to_have_count(0)
    album.expect_said("Put back: 4.jpg.")
    expect(album.link(4)).to_be_focused()
    mouse.move(*album.middle(4))
    mouse.up()
    expect(album.page.get_by_role("heading", level=1)).to_have_text("Summer")
    album.expect_shown(1, 2, 3, 4, 5, 6)
    assert album.link(4).evaluate(_DRAG_AS_LINK) is False
    album.link(4).click()
    expect(album.page.get_by_role("heading", level=1)).to_have_text("4.jpg")
    assert album.read_ranks() == album.ranks


def test_page_does_not_grow_when_a_photo_is_dragged_over_its_edge(open_album: Open) -> None:
    album = open_album(3)
    size = "['scrollWidth', 'scrollHeight'].map((name) => document.documentElement[name])"
    before = album.page.evaluate(size)
    album.page.mouse.move(*album.middle(1))
    album.page.mouse.down()

    album.page.mouse.move(1279, 799)

    album.expect_said("At place 3 of 3.")
    assert album.page.evaluate(size) == before
    album.page.mouse.up()
    album.expect_shown(2, 3, 1)


def test_photo_lands_at_the_right_of_others_where_lines_begin_there(open_album: Open) -> None:
    album = open_album(6, locale="ar-XB")
    mouse = album.page.mouse
    x, y = album.middle(2)

    mouse.move(*album.middle(5))
    mouse.down()
    mouse.move(x, y)
    mouse.move(x + 20, y)
    album.expect_landing_before(2, at="right")
    mouse.up()
    album.expect_shown(1, 5, 2, 3, 4, 6)
    expect(album.link(5)).to_be_focused()

    for key in ("Space", "ArrowLeft", "Enter"):
        album.page.keyboard.press(key)
    album.expect_shown(1, 2, 5, 3, 4, 6)


def test_photos_that_are_selected_are_dragged_together_and_stay_selected(open_album: Open) -> None:
    album = open_album(6)
    album.visitor.check("1.jpg")
    album.visitor.check("3.jpg")
    bar = album.page.get_by_role("region", name="Selected photos")
    mouse = album.page.mouse

    mouse.move(*album.middle(3))
    mouse.down()
    x, y = album.middle(6)
    mouse.move(x + 30, y, steps=3)
    album.expect_said("At place 5 of 6.")
    mouse.up()

    album.expect_shown(2, 4, 5, 6, 1, 3)
    album.expect_said("Put down: 2 photos, at place 5 of 6.")
    expect(bar.get_by_role("status")).to_have_text("2 selected")
    assert album.expect_written(1, 3) == [2, 4, 5, 6, 1, 3]


def test_photo_is_lifted_by_the_space_bar_moved_by_arrows_and_put_down_by_enter(
    open_album: Open,
) -> None:
    album = open_album(8)
    keyboard = album.page.keyboard
    columns = sum(abs(album.box(n)["y"] - album.box(1)["y"]) < 1 for n in range(1, 9))
    assert 2 < columns < 6
    album.link(2).focus()

    keyboard.press("Space")
    album.expect_said(
        "Lifted: 2.jpg, at place 2 of 8. The arrow keys move it, Enter puts it down, Escape puts"
        " it back."
    )
    assert album.visitor.violations() == []
    keyboard.press("ArrowRight")
    album.expect_said("At place 3 of 8.")
    album.expect_landing_before(4)
    keyboard.press("ArrowDown")
    album.expect_said(f"At place {3 + columns} of 8.")
    keyboard.press("End")
    album.expect_said("At place 8 of 8.")
    keyboard.press("ArrowRight")
    keyboard.press("Home")
    album.expect_said("At place 1 of 8.")
    album.expect_landing_before(1)
    album.expect_shown(1, 2, 3, 4, 5, 6, 7, 8)
    keyboard.press("Enter")

    album.expect_shown(2, 1, 3, 4, 5, 6, 7, 8)
    album.expect_said("Put down: 2.jpg, at place 1 of 8.")
    expect(album.link(2)).to_be_focused()
    assert album.expect_written(2) == [2, 1, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("key", ["Escape", "Tab"])
def test_photo_that_was_lifted_by_keys_is_put_back(open_album: Open, key: str) -> None:
    album = open_album(4)
    album.link(3).focus()
    album.page.keyboard.press("Space")
    album.page.keyboard.press("Home")
    album.expect_said("At place 1 of 4.")

    album.page.keyboard.press(key)

    album.expect_said("Put back: 3.jpg.")
    expect(album.landing).to_have_count(0)
    focused = album.link(3) if key == "Escape" else album.tile(3).get_by_role("checkbox")
    expect(focused).to_be_focused()
    album.expect_shown(1, 2, 3, 4)
    album.page.keyboard.press("ArrowRight")  # which moves nothing any more
    album.expect_shown(1, 2, 3, 4)
    assert album.read_ranks() == album.ranks


def test_photo_is_dragged_by_a_finger_that_stayed_on_it_and_is_not_selected(
    open_album: Open,
) -> None:
    album = open_album(60, phone=True)
    bar = album.page.get_by_role("region", name="Selected photos")
    finger = Finger(album.page)
    x, y = album.middle(2)

    finger.down(*album.middle(6))
    expect(bar.get_by_role("status")).to_have_text("1 selected")
    finger.move(x - 10, y + 20)
    finger.move(x - 20, y + 5)

    album.expect_landing_before(2)
    expect(bar).to_have_count(0)
    assert album.page.evaluate("scrollY") == 0
    assert album.visitor.violations() == []
    finger.up()

    expect(album.visitor.names(".room").nth(1)).to_have_text("6.jpg")
    expect(bar).to_have_count(0)
    expect(album.page.get_by_role("heading", level=1)).to_have_text("Summer")
    assert album.visitor.overlaps() == []
    assert album.expect_written(6)[:4] == [1, 6, 2, 3]


def test_photo_is_put_back_when_a_second_finger_comes(open_album: Open) -> None:
    album = open_album(60, phone=True)
    selected = album.page.get_by_role("region", name="Selected photos")
    finger = Finger(album.page)
    x, y = album.middle(2)

    finger.down(*album.middle(6))
    expect(selected).to_be_visible()
    finger.move(x - 20, y + 5)
    album.expect_landing_before(2)
    finger.pinch(x - 20, y + 5)

    expect(album.landing).to_have_count(0)
    finger.up()
    expect(album.visitor.names(".room").nth(1)).to_have_text("2.jpg")
    assert album.read_ranks() == album.ranks


def test_photo_follows_a_finger_far_from_where_it_was(open_album: Open) -> None:
    album = open_album(200, phone=True)
    finger = Finger(album.page)
    x, y = album.middle(2)
    bottom = album.page.evaluate("innerHeight") - 5

    finger.down(x, y)
    selected = album.page.get_by_role("region", name="Selected photos")
    expect(selected).to_be_visible()
    finger.move(x, y + 20)
    finger.move(x, bottom)
    album.visitor.wait_until("() => scrollY > 3000", "that the page scrolls down")
    finger.move(x, bottom - 200)
    expect(album.tile(2)).to_be_in_viewport()
    expect(album.tile(2)).to_have_attribute("data-lifted", "1")
    finger.up()

    expect(album.landing).to_have_count(0)
    expect(album.tile(2)).to_be_in_viewport()
    assert album.expect_written(2).index(2) > 40


def test_finger_scrolls_an_album_when_it_moves_at_once_and_selects_when_it_only_stays(
    open_album: Open,
) -> None:
    album = open_album(60, phone=True)
    bar = album.page.get_by_role("region", name="Selected photos")
    finger = Finger(album.page)
    x, y = album.middle(7)

    finger.down(x, y)
    for step in range(1, 11):
        finger.move(x, y - 20 * step)
    album.visitor.wait_until("() => scrollY > 100", "that the page scrolls")
    finger.up()
    expect(album.landing).to_have_count(0)
    expect(bar).to_have_count(0)

    album.tile(30).scroll_into_view_if_needed()
    finger.down(*album.middle(30))
    expect(bar.get_by_role("status")).to_have_text("1 selected")
    finger.up()
    expect(album.tile(30).get_by_role("checkbox")).to_be_checked()
    expect(album.landing).to_have_count(0)
    assert album.read_ranks() == album.ranks


def test_page_scrolls_while_one_of_a_thousand_photos_is_dragged_at_its_edge(
    open_album: Open,
) -> None:
    album = open_album(1000)
    page = album.page
    x, _ = album.middle(1)
    bottom = page.evaluate("innerHeight") - 5

    page.mouse.move(*album.middle(1))
    page.mouse.down()
    page.mouse.move(x, bottom, steps=3)
    album.visitor.wait_until("() => scrollY > 4000", "that the page scrolls down")
    page.mouse.move(x, bottom - 300)
    expect(album.tile(1)).to_have_attribute("data-lifted", "1")
    said = album.room.locator(".gallery [role=status]")
    expect(said).to_have_text(re.compile(r"^At place \d+ of 1,000\.$"))
    assert album.visitor.names(".room").count() < 150
    page.mouse.up()

    expect(said).to_contain_text("Put down: 1.jpg")
    expect(album.link(1)).to_be_focused()
    expect(album.tile(1)).to_be_in_viewport()
    landed = album.expect_written(1).index(1) + 1
    assert landed > 60
    expect(said).to_have_text(f"Put down: 1.jpg, at place {landed} of 1,000.")

    page.keyboard.press("Space")
    page.keyboard.press("End")
    album.expect_said("At place 1,000 of 1,000.")
    expect(album.landing).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(album.link(1)).to_be_focused()
    expect(album.tile(1)).to_be_in_viewport()
    wait_for(
        lambda: max(ranks := album.read_ranks(), key=lambda n: ranks[n]) == 1 or None,
        what="1.jpg at the end",
    )


def test_photo_is_back_with_a_sentence_when_its_new_place_could_not_be_written(
    open_album: Open,
) -> None:
    album = open_album(4)
    album.visitor.expects_failures = True
    album.page.context.set_offline(True)
    album.link(3).focus()
    album.page.keyboard.press("Space")
    album.page.keyboard.press("ArrowLeft")
    album.page.keyboard.press("Space")

    expect(album.visitor.notice).to_contain_text("1 photo could not be moved. You are offline.")
    album.expect_shown(1, 2, 3, 4)
