"""What fails is told in words, and made good by itself within seconds of its cause."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.browser.visitor import Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
# A read that fails is tried again after at most 5 s, and its request may be in a pause of its own;
# the rest is for a busy machine.
SOON_MS = 30_000
# Lets the page's own attempts be ended: what comes after that has another cause. The pauses between
# the requests of one attempt are shorter, and go on: it would never end.
TELLS_PAUSES = """{
  const wait = window.setTimeout;
  const pauses = new Set();
  window.setTimeout = (run, ms, ...rest) => {
    const pause = wait(run, ms, ...rest);
    if (ms >= 400) pauses.add(pause);
    return pause;
  };
  window.endPauses = () => pauses.forEach((pause) => clearTimeout(pause));
}"""
# A browser that keeps no gallery between visits: its page reads all of it.
KEEPS_NOTHING = "Object.defineProperty(window, 'caches', {value: undefined})"
RAW = re.compile("fetch|Exception|Error|JSON|undefined|Rate exceeded", re.IGNORECASE)


class Outage:
    """Requests to a cloud that fail until the outage ends: those whose body holds `words`."""

    def __init__(self, visitor: Visitor, words: str, fail: Callable[[Route], None]) -> None:
        self._words = words
        self._fail = fail
        self.failed = 0
        self.is_over = False
        visitor.expects_failures = True
        visitor.page.route(re.compile(r"^http://127\.0\.0\.1:\d+/$"), self._answer)

    def end(self) -> None:
        self.is_over = True

    def _answer(self, route: Route) -> None:
        if self.is_over or self._words not in (route.request.post_data or ""):
            route.continue_()
            return
        self.failed += 1
        self._fail(route)


def throttle(route: Route) -> None:
    """Answer as DynamoDB does when too much is asked of it."""
    route.fulfill(
        status=400,
        headers={"Access-Control-Allow-Origin": "*", "Content-Type": "application/x-amz-json-1.0"},
        json={
            "__type": "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
            "message": "Rate exceeded",
        },
    )


def cut(route: Route) -> None:
    """Lose the connection."""
    route.abort("connectionreset")


def answer_xml(route: Route) -> None:
    """Answer as a proxy does that knows nothing of the service."""
    route.fulfill(
        status=502,
        headers={"Access-Control-Allow-Origin": "*"},
        body="<Error><Code>BadGateway</Code></Error>",
    )


@pytest.mark.parametrize(
    ("fail", "sentence"),
    [
        (throttle, "Darkroom is very busy just now."),
        (cut, "Darkroom cannot be reached just now. Check your connection."),
        (answer_xml, "Darkroom does not answer as it should just now."),
    ],
)
def test_photos_appear_by_themselves_when_the_first_read_failed(
    visit: Visit, fail: Callable[[Route], None], sentence: str
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    visitor.record_many(3)
    page = visitor.page
    outage = Outage(visitor, "newest-first", fail)

    page.reload()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text(f"Your photos could not be loaded. {sentence}")
    assert not RAW.search(alert.inner_text())
    expect(page.locator("[data-live=true]")).to_be_attached()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    outage.is_over = True

    expect(visitor.tile("3.jpg")).to_be_visible(timeout=SOON_MS)
    expect(alert).to_have_count(0)


def test_photos_are_read_at_once_when_somebody_does_not_want_to_wait(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.enter_as_guest()
    visitor.record_many(1)
    page = visitor.page
    page.add_init_script(TELLS_PAUSES)
    outage = Outage(visitor, "newest-first", cut)
    page.reload()
    again = page.get_by_role("alert").get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    assert visitor.overlaps() == []
    # It ends with the click: before it, the page would find that out by itself, as after it, later.
    page.expose_function("endOutage", outage.end)
    page.evaluate("() => addEventListener('click', () => endOutage(), {capture: true})")
    page.evaluate("endPauses()")

    again.click()

    expect(visitor.tile("1.jpg")).to_be_visible()


def test_pictures_come_back_when_they_could_not_be_loaded_for_a_while(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    visitor.choose(payload("tower.jpg", photo(340, (640, 480))))
    visitor.expect_state("tower.jpg", "ready")
    page = visitor.page
    visitor.expects_failures = True
    refused = 0
    is_over = False

    def refuse(route: Route) -> None:
        nonlocal refused
        if is_over:
            route.continue_()
            return
        refused += 1
        route.abort("connectionreset")

    page.route(re.compile(r"\.(webp|avif|jpe?g)\?"), refuse)
    page.reload()
    visitor.expect_state("tower.jpg", "ready")
    for _ in range(200):
        if refused > 3:
            break
        page.wait_for_timeout(100)
    assert refused > 3
    broken = "[...document.images].filter((one) => one.complete && !one.naturalWidth).length"
    assert page.evaluate(broken) == 0
    is_over = True

    expect(page.locator(".gallery img.shown")).to_be_visible(timeout=SOON_MS)


def test_older_photos_are_asked_for_again_when_they_could_not_be_loaded(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    visitor.record_many(60)
    page = visitor.page
    page.add_init_script(KEEPS_NOTHING)
    outage = Outage(visitor, "ExclusiveStartKey", cut)

    page.reload()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Older photos could not be loaded. Darkroom cannot be reached")
    expect(alert.get_by_role("button", name="Try again")).to_be_visible()
    assert visitor.violations() == []
    outage.is_over = True

    expect(alert).to_have_count(0, timeout=SOON_MS)
    visitor.scroll_to("60.jpg")
    expect(visitor.tile("60.jpg")).to_be_visible()


def test_photo_is_shown_when_its_record_can_be_read_again(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    visitor.record_many(60)
    page = visitor.page
    outage = Outage(visitor, '"image":{"S":', throttle)

    page.goto(f"{visitor.origin}/#/photo/60.jpg")
    page.reload()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("This photo could not be loaded. Darkroom is very busy")
    expect(page.get_by_text("Loading …")).to_have_count(0)
    outage.is_over = True

    expect(page.get_by_role("region", name="Metadata")).to_be_visible(timeout=SOON_MS)


def test_offline_is_told_as_offline(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    visitor.record_many(60)
    page = visitor.page
    visitor.expects_failures = True
    page.add_init_script(KEEPS_NOTHING)
    page.add_init_script(TELLS_PAUSES)
    Outage(visitor, "ExclusiveStartKey", cut)

    page.reload()
    expect(page.locator(".gallery[aria-busy=false]")).to_be_attached()
    page.context.set_offline(True)
    page.unroute_all()
    expect(page.get_by_text("Older photos could not be loaded. You are offline.")).to_be_visible()
    page.evaluate("endPauses()")
    page.context.set_offline(False)

    expect(page.get_by_text("60 photos")).to_be_visible()


@pytest.mark.parametrize("fail", [cut, throttle])
def test_reason_is_a_sentence_when_a_choice_could_not_be_stored(
    visit: Visit, fail: Callable[[Route], None]
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    visitor.choose(payload("kept.jpg", photo(350, (300, 200))[:2000]))
    visitor.expect_state("kept.jpg", "could not be processed")
    told = visitor.open_notifications().get_by_role("listitem")
    expect(told).to_have_count(1)
    Outage(visitor, "", fail)

    told.get_by_role("button", name="Keep kept.jpg").click()

    alert = told.get_by_role("alert")
    expect(alert).to_contain_text("That did not work. Darkroom")
    assert not RAW.search(alert.inner_text())


def test_settings_that_are_missing_are_told_in_words(visit: Visit) -> None:
    visitor = visit()
    visitor.expects_failures = True
    page = visitor.page
    page.route("**/amplify_outputs.json", lambda route: route.fulfill(status=404, body="no"))

    page.goto(visitor.origin)

    expect(page.get_by_role("alert")).to_contain_text("This page is not set up completely.")
    assert "json" not in page.get_by_role("alert").inner_text()
    page.unroute_all()
    page.get_by_role("button", name="Try again").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
