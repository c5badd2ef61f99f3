"""The map of places: clusters of photos, moved and zoomed by hand, wheel, fingers and keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from local.user import wait_for
from tests.browser.test_search import SEARCH_ROUTE, _search, expect_found
from tests.browser.visitor import Visitor

__all__ = ["_search"]  # a fixture for all tests here

Visit = Callable[..., Visitor]
# The towns in which photos were taken, and how many: the first two are near each other.
TOWNS: dict[str, tuple[float, float, int]] = {
    "Potsdam": (52.4, 13.06, 1),
    "Berlin": (52.52, 13.4, 3),
    "Nairobi": (-1.29, 36.82, 2),
}
FILES = {f"{town} {n}.jpg": town for town, (_, _, count) in TOWNS.items() for n in range(count)}


def enter(visitor: Visitor, map_name: str = "Places") -> Page:
    """Go in as a guest who has these files, and look at the map once they are counted."""
    visitor.enter_as_guest()
    for number, (name, town) in enumerate(FILES.items()):
        record(visitor, name, number, town)
    record(visitor, "nowhere.jpg", len(FILES))
    page = visitor.page
    page.goto(f"{visitor.origin}/#/search")
    page.reload()
    expect(page.locator(".results .tile")).to_have_count(len(FILES) + 1)
    page.goto(f"{visitor.origin}/#")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(visitor.go_to(map_name)).to_have_text(map_name)
    return page


def record(visitor: Visitor, name: str, number: int, town: str | None = None) -> None:
    metadata: dict[str, Any] = {"taken_at": f"2024-06-{number + 1:02d}T12:00:00"}
    if town:
        latitude, longitude, _ = TOWNS[town]
        place = {"town": town, "country": "Somewhere"}
        metadata |= {"latitude": latitude, "longitude": longitude, "place": place}
    visitor.record(
        name,
        status="processed",
        steps={"metadata": {"state": "done"}},
        dominant_colour=f"#{number * 999999 % 0xFFFFFF:06x}",
        width=400,
        height=300,
        metadata=metadata,
    )


def the_map(page: Page) -> Locator:
    return page.get_by_role("application", name="Map of your photos")


def expect_pins(page: Page, *names: str) -> None:
    """Wait until the map shows these clusters and no others, the largest first."""
    pins = the_map(page).get_by_role("link")
    expect(pins).to_have_count(len(names))
    for at, name in enumerate(names):
        expect(pins.nth(at)).to_have_accessible_name(name)


BOTH = ("4 photos near Berlin, Somewhere", "2 photos near Nairobi, Somewhere")


def middle(locator: Locator) -> tuple[float, float]:
    box = locator.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_map_is_gone_through_by_keyboard_and_leads_to_the_photos_of_a_place(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    expect_pins(page, *BOTH)
    expect(page).to_have_title("Places · Darkroom")
    expect(page).to_have_url(f"{visitor.origin}/#/places")
    status = page.locator(".places").get_by_role("status")
    expect(status).to_have_text("6 photos in view")
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    page.keyboard.press("Tab")
    expect(the_map(page)).to_be_focused()
    before = middle(page.get_by_role("link", name=BOTH[1]))
    page.keyboard.press("ArrowDown")
    moved = middle(page.get_by_role("link", name=BOTH[1]))
    assert moved[1] < before[1]
    page.keyboard.press("0")
    expect_pins(page, *BOTH)
    page.keyboard.press("Tab")
    berlin = page.get_by_role("link", name=BOTH[0])
    expect(berlin).to_be_focused()
    page.keyboard.press("Enter")

    expect_found(visitor, "Berlin 2.jpg", "Berlin 1.jpg", "Berlin 0.jpg", "Potsdam 0.jpg")
    expect(page).to_have_url(re.compile("#/search\\?near=52"))
    visitor.check("Berlin 2.jpg")
    bar = page.get_by_role("region", name="Selected photos")
    expect(bar.get_by_role("status")).to_have_text("1 selected")
    page.keyboard.press("Escape")
    page.go_back()
    expect_pins(page, *BOTH)
    expect(berlin).to_be_focused()
    page.keyboard.press("Escape")
    expect(visitor.tile("nowhere.jpg")).to_be_visible()


def test_zoom_takes_clusters_apart_and_keeps_keys_on_the_map(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    expect_pins(page, *BOTH)
    nairobi = page.get_by_role("link", name=BOTH[1])
    nairobi.focus()
    x, y = middle(page.get_by_role("link", name=BOTH[0]).locator(".pin-picture"))
    page.mouse.move(x, y)
    while (before := scale(page)) < 90:
        page.mouse.wheel(0, -100)
        wait_for(lambda: scale(page) > before or None, what="the wheel to zoom")

    expect_pins(page, "3 photos near Berlin, Somewhere", "1 photo near Potsdam, Somewhere")
    expect(page.locator(".places").get_by_role("status")).to_have_text("4 photos in view")
    expect(the_map(page)).to_be_focused()  # the cluster that had the focus is out of view
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.get_by_role("button", name="Show all places").click()
    expect_pins(page, *BOTH)
    wide = scale(page)
    page.get_by_role("button", name="Zoom in").click()
    expect_wider(page, wide)
    page.keyboard.press("-")
    wait_for(lambda: scale(page) == pytest.approx(wide) or None, what="the scale from before")


def scale(page: Page) -> float:
    """How large the land is drawn."""
    drawn: float = page.evaluate("document.querySelector('.map .land').getCTM().a")
    return drawn


def expect_wider(page: Page, than: float) -> None:
    wait_for(lambda: scale(page) > than * 1.5 or None, what="the map to be zoomed")


def test_dragging_moves_the_map_and_opens_nothing(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    expect_pins(page, *BOTH)
    x, y = middle(page.get_by_role("link", name=BOTH[0]))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 60, y + 20)
    page.mouse.move(x - 120, y + 40)
    page.mouse.up()

    moved = middle(page.get_by_role("link", name=BOTH[0]))
    assert moved == pytest.approx((x - 120, y + 40), abs=2)
    expect(page).to_have_url(f"{visitor.origin}/#/places")
    assert the_map(page).get_by_role("link").first.evaluate(NO_PICTURE_IS_DRAGGED)
    box = the_map(page).bounding_box()
    assert box is not None
    below = box["y"] + box["height"]
    page.mouse.move(x, below - 2)
    page.mouse.down()
    page.mouse.move(x, below + 20)
    page.mouse.up()
    page.mouse.move(x, below - 100)
    page.mouse.move(x, below - 200)
    assert middle(page.get_by_role("link", name=BOTH[0])) == pytest.approx(moved, abs=2)
    page.get_by_role("link", name=BOTH[0]).click()
    expect_found(visitor, "Berlin 2.jpg", "Berlin 1.jpg", "Berlin 0.jpg", "Potsdam 0.jpg")
    page.go_back()
    expect_pins(page, *BOTH)
    assert middle(page.get_by_role("link", name=BOTH[0])) == pytest.approx(moved, abs=2)


NO_PICTURE_IS_DRAGGED = """(link) => {
  const start = new DragEvent('dragstart', {bubbles: true, cancelable: true});
  return !link.dispatchEvent(start);
}"""


def test_two_fingers_zoom_a_phones_map_and_a_tap_opens_a_place(visit: Visit) -> None:
    visitor = visit(phone=True, dark=True)
    page = enter(visitor)
    expect_pins(page, *BOTH)
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    wide = scale(page)
    x, y = middle(the_map(page))
    protocol = page.context.new_cdp_session(page)

    def fingers(kind: str, *apart: float) -> None:
        points = [{"x": x, "y": y + side * each, "id": side} for each in apart for side in (-1, 1)]
        for point in points:
            point["id"] += 1
        protocol.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    fingers("touchStart", 40)
    for apart in (60, 80, 100):
        fingers("touchMove", apart)
    fingers("touchEnd")

    expect_wider(page, wide)
    expect(page).to_have_url(f"{visitor.origin}/#/places")
    page.get_by_role("button", name="Show all places").tap()
    expect_pins(page, *BOTH)
    page.get_by_role("link", name=BOTH[1]).tap()
    expect_found(visitor, "Nairobi 1.jpg", "Nairobi 0.jpg")
    page.go_back()
    page.set_viewport_size({"width": 320, "height": 640})
    page.wait_for_function("document.documentElement.scrollWidth === 320")
    page.get_by_role("button", name="Show all places").tap()
    expect_pins(page, *BOTH)
    assert visitor.overlaps() == []


@pytest.mark.usefixtures("told_all")
def test_what_is_in_the_bin_is_not_counted(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    expect_pins(page, *BOTH)
    page.get_by_role("link", name=BOTH[1]).click()
    expect_found(visitor, "Nairobi 1.jpg", "Nairobi 0.jpg")
    page.get_by_role("link", name="Nairobi 1.jpg").click()
    page.get_by_role("button", name="Move this photo to the bin").click()
    expect_found(visitor, "Nairobi 0.jpg")

    visitor.go_to("Places")
    expect_pins(page, BOTH[0], "1 photo near Nairobi, Somewhere")
    visitor.notice.get_by_role("button", name="Undo").click()
    expect_pins(page, *BOTH)


def test_photos_without_places_are_told_of_and_the_map_is_loaded_when_it_is_looked_at(
    visit: Visit,
) -> None:
    visitor = visit(locale="de-DE")
    page = visitor.page
    loaded: list[str] = []
    page.on("request", lambda request: loaded.append(request.url))
    page.goto(visitor.origin)
    page.get_by_role("button", name="Als Gast weitermachen").click()
    expect(page.get_by_text("Noch keine Dateien")).to_be_visible()
    visitor.record_many(1)
    page.reload()
    page.get_by_role("button", name="Sammlung").click()
    assert not [url for url in loaded if "/assets/places-room-" in url]

    page.get_by_role("link", name="Orte").click()

    expect(page.get_by_role("heading", name="Orte", level=1)).to_be_focused()
    said = page.get_by_text("Keines deiner Fotos sagt, wo es aufgenommen wurde")
    expect(said).to_be_visible()
    expect(page.get_by_role("application")).to_have_count(0)
    assert [url for url in loaded if "/assets/places-room-" in url]
    assert visitor.violations() == []
    assert visitor.overlaps() == []


def test_a_map_that_cannot_be_counted_says_so_and_is_there_by_itself(visit: Visit) -> None:
    visitor = visit()
    visitor.expects_failures = True

    def refuse(route: Route) -> None:
        if "map" in (route.request.post_data or ""):
            route.abort()
        else:
            route.continue_()

    visitor.page.route(SEARCH_ROUTE, refuse)
    page = enter(visitor)
    problem = page.locator(".places").get_by_role("alert")
    expect(problem).to_contain_text("The places could not be loaded. Darkroom cannot be reached")
    assert visitor.violations() == []
    page.unroute(SEARCH_ROUTE)

    expect_pins(page, *BOTH)
    expect(problem).to_have_count(0)
