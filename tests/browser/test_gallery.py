"""The gallery and its photos: what is loaded, and where one is."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page, Route, expect

from tests.browser.visitor import Visitor, payload, touch
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]


class Pictures:
    """The renditions that a page has loaded, apart from those that its browser had already."""

    def __init__(self, page: Page, bucket: str) -> None:
        self._bucket = f"/{bucket}/"
        self._known: set[str] = set()
        self.loaded: list[str] = []
        protocol = page.context.new_cdp_session(page)
        protocol.send("Network.enable")
        protocol.on("Network.requestServedFromCache", lambda event: self._known.add(_id(event)))
        protocol.on("Network.responseReceived", self._note)

    def _note(self, event: dict[str, Any]) -> None:
        answer = event["response"]
        if event["type"] != "Image" or self._bucket not in answer["url"]:
            return
        if not answer["fromDiskCache"] and _id(event) not in self._known:
            self.loaded.append(answer["url"])


def _id(event: dict[str, Any]) -> str:
    return str(event["requestId"])


def test_no_picture_is_loaded_again_when_the_page_is_visited_again(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    bucket = visitor.cloud.outputs["ProcessedBucketName"]
    first = Pictures(page, bucket)
    names = ["one.jpg", "two.jpg"]
    visitor.choose(*(payload(name, photo(300 + n, (640, 480))) for n, name in enumerate(names)))
    for name in names:
        visitor.expect_state(name, "ready")
    expect(page.locator(".gallery img.shown")).to_have_count(2)
    assert len(first.loaded) == 2

    second = Pictures(page, bucket)
    page.reload()
    expect(page.locator(".gallery img.shown")).to_have_count(2)
    tab = page.context.new_page()
    third = Pictures(tab, bucket)
    tab.goto(visitor.origin)
    expect(tab.locator(".gallery img.shown")).to_have_count(2)

    assert second.loaded == []
    assert third.loaded == []


def come_back_by_escape(page: Page) -> None:
    page.keyboard.press("Escape")


def come_back_by_link(page: Page) -> None:
    page.get_by_role("link", name="All photos", exact=True).click()


def come_back_by_browser(page: Page) -> None:
    page.go_back()


@pytest.mark.parametrize(
    "come_back", [come_back_by_escape, come_back_by_link, come_back_by_browser]
)
def test_place_and_focus_are_kept_when_one_comes_back_from_a_photo(
    visit: Visit, come_back: Callable[[Page], None]
) -> None:
    visitor = visit(phone=come_back is not come_back_by_escape)
    visitor.enter_with(90)
    page = visitor.page
    visitor.scroll_to("70.jpg")
    page.evaluate("addEventListener('click', () => { window.placeAtClick = scrollY }, true)")

    visitor.open_photo("70.jpg")
    before = page.evaluate("window.placeAtClick")
    assert before > 1000
    assert page.evaluate("scrollY") == 0
    come_back(page)

    expect(visitor.tile("70.jpg").get_by_role("link")).to_be_focused()
    expect(visitor.tile("70.jpg")).to_be_in_viewport()
    page.wait_for_function(f"() => Math.abs(scrollY - {before}) <= 2")


def test_every_photo_is_reached_by_the_arrow_keys_when_few_have_been_loaded(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_with(60)
    page = visitor.page
    visitor.scroll_to("45.jpg")
    visitor.open_photo("45.jpg")

    for number in range(46, 61):
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("heading", level=1)).to_have_text(f"{number}.jpg")
        expect(page.locator(".photo-picture")).to_have_css("background-color", colour_of(number))
        older = page.get_by_role("button", name="Older photo")
        expect(older).to_have_attribute("aria-disabled", "true" if number == 60 else "false")

    page.go_back()
    expect(visitor.tile("60.jpg").get_by_role("link")).to_be_focused()
    expect(visitor.tile("60.jpg")).to_be_in_viewport()


def colour_of(number: int) -> str:
    """The colour of a photo that `record_many` has written, as a style sheet has it."""
    red, green, blue = (number * 9999 % 0xFFFFFF).to_bytes(3, "big")
    return f"rgb({red}, {green}, {blue})"


def test_photos_beside_one_are_found_when_it_was_opened_by_its_address(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    visitor.leave()  # if it heard of some of them, it would keep those as all that there are
    visitor.record_many(120)

    page.goto(f"{visitor.origin}/#/photo/119.jpg")

    expect(page.get_by_role("heading", level=1)).to_have_text("119.jpg")
    newer = page.get_by_role("button", name="Newer photo")
    expect(newer).to_have_attribute("aria-disabled", "false")
    newer.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("118.jpg")
    expect(newer).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("119.jpg")
    expect(page.get_by_role("button", name="Older photo")).to_have_attribute(
        "aria-disabled", "false"
    )
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("120.jpg")
    assert visitor.violations() == []


PRESS_AT_ONCE = """new MutationObserver((_, observer) => {
    if (!document.querySelector("[aria-label='Newer photo']")) return;
    observer.disconnect();
    dispatchEvent(new KeyboardEvent("keydown", {key: "ArrowLeft"}));
}).observe(document, {childList: true, subtree: true});"""


def test_arrow_key_is_heard_in_the_moment_in_which_a_photo_is_shown(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_with(3)
    page = visitor.page
    visitor.open_photo("3.jpg")
    page.add_init_script(PRESS_AT_ONCE)

    page.reload()

    expect(page.get_by_role("heading", level=1)).to_have_text("2.jpg")


def swipe(page: Page, pixels: int, *, down: int = 0) -> None:
    """Move a finger over the picture."""
    box = page.locator(".photo-picture").bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    touch(page, *((x + part * pixels, y + part * down) for part in (0.0, 0.5, 1.0)))


def test_next_photo_is_shown_when_a_finger_swipes_over_the_picture(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.enter_with(3)
    page = visitor.page
    visitor.open_photo("2.jpg")
    heading = page.get_by_role("heading", level=1)
    expect(page.get_by_role("button", name="Older photo")).to_have_attribute(
        "aria-disabled", "false"
    )

    swipe(page, -120)
    expect(heading).to_have_text("3.jpg")
    expect(page.get_by_role("button", name="Newer photo")).to_have_attribute(
        "aria-disabled", "false"
    )
    swipe(page, -120)  # there is none
    swipe(page, 30, down=90)  # this scrolls
    expect(heading).to_have_text("3.jpg")
    swipe(page, 120)
    expect(heading).to_have_text("2.jpg")
    assert visitor.overlaps() == []


def test_order_stays_when_the_page_is_reloaded(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    # Those chosen first and last arrive after all others.
    held: list[Route] = []
    page.route(re.compile("/[16].jpg\\?"), lambda route: held.append(route))
    visitor.choose(*(payload(f"{n}.jpg", photo(320 + n, (200, 150))) for n in range(1, 7)))
    for n in range(2, 6):
        visitor.expect_state(f"{n}.jpg", "ready")
    assert len(held) == 2
    for route in held:
        route.continue_()
    visitor.expect_state("1.jpg", "ready")
    visitor.expect_state("6.jpg", "ready")
    order = ["6.jpg", "5.jpg", "4.jpg", "3.jpg", "2.jpg", "1.jpg"]
    expect(page.locator(".tile-caption")).to_have_text(order)

    page.evaluate("localStorage.removeItem(Object.keys(localStorage).find(n => /photos/.test(n)))")
    page.reload()

    visitor.expect_state("1.jpg", "ready")
    expect(page.locator("[aria-busy=false]")).to_be_attached()
    expect(page.locator(".tile-caption")).to_have_text(order)


def test_ring_is_seen_all_round_a_tile_when_it_has_the_focus(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_with(2)
    page = visitor.page
    expect(visitor.tile("1.jpg")).to_be_visible()
    page.get_by_role("button", name="Account").focus()
    before = pixels(page, visitor)
    page.keyboard.press("Tab")
    expect(visitor.tile("1.jpg").get_by_role("link")).to_be_focused()

    after = pixels(page, visitor)

    width, height = after.size
    for x, y in [(width // 2, 1), (1, height // 2), (width - 2, height // 2), (width // 2, 150)]:
        assert (before.getpixel((x, y)) == after.getpixel((x, y))) == (y == 150), (x, y)
    assert after.getpixel((width // 2, 1)) == (0xA8, 0x3A, 0x1A)  # --accent


def pixels(page: Page, visitor: Visitor) -> Image.Image:
    """A tile as it is drawn."""
    shot = visitor.tile("1.jpg").screenshot(animations="disabled")
    return Image.open(io.BytesIO(shot)).convert("RGB")


def test_escape_closes_one_thing_at_a_time(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_with(1)
    page = visitor.page
    visitor.open_photo("1.jpg")
    panel = visitor.open_notifications()
    expect(panel).to_be_visible()

    page.get_by_role("button", name="Notifications", exact=True).focus()
    page.keyboard.press("Escape")
    expect(panel).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("1.jpg")

    page.get_by_role("button", name="Delete this photo").click()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_role("heading", level=1)).to_have_text("1.jpg")

    page.keyboard.press("Escape")
    expect(visitor.tile("1.jpg").get_by_role("link")).to_be_focused()


def test_animation_moves_and_stops_when_its_photo_is_open(visit: Visit) -> None:
    frames = [Image.new("RGB", (300, 200), colour) for colour in ("red", "lime", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100, loop=0)
    visitor = visit(phone=True)
    visitor.enter_as_guest()
    page = visitor.page
    visitor.choose(payload("wave.gif", out.getvalue(), "image/gif"))
    visitor.expect_state("wave.gif", "ready")
    visitor.open_photo("wave.gif")
    picture = page.locator(".photo-picture img.shown")
    expect(picture).to_be_visible()
    still = picture.get_attribute("src")

    # This visitor wants little motion, so it does not begin by itself.
    page.get_by_role("button", name="Play the animation").click()

    expect(picture).not_to_have_attribute("src", still or "")
    seen = set()
    for _ in range(400):
        shot = Image.open(io.BytesIO(picture.screenshot())).convert("RGB")
        middle = shot.crop((100, 60, 101, 61)).tobytes()
        seen.add(tuple(value > 128 for value in middle))
        if len(seen) == 3:
            break
    assert len(seen) == 3
    assert visitor.violations() == []
    page.get_by_role("button", name="Stop the animation").click()
    expect(picture).to_have_attribute("src", still or "")


def test_there_is_no_trace_of_a_search_where_the_stack_has_none(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    visitor.record_many(2)
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))

    page.goto(f"{visitor.origin}/#/search?q=1")
    page.reload()
    expect(visitor.tile("2.jpg")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("search")).to_have_count(0)
    page.goto(f"{visitor.origin}/#/photo/1.jpg?q=1")
    expect(page.get_by_role("heading", level=1)).to_have_text("1.jpg")
    expect(page.get_by_role("link", name="More like this")).to_have_count(0)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("2.jpg")
    page.get_by_role("link", name="All photos", exact=True).click()
    expect(visitor.tile("2.jpg")).to_be_visible()

    assert not [url for url in loaded if "search" in url.rpartition("#")[0]]
