"""How the page opens on a slow line: nothing is asked for later than it could be."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Request, Route, expect

from tests.browser.visitor import Visitor

Visit = Callable[..., Visitor]

FIRST_CODE = re.compile(r"/assets/index-[^/]+\.js$")
MAIN_PAGE = re.compile(r"/assets/main-page-[^/]+\.js$")
_FORGET_PHOTOS = """
for (const name of Object.keys(localStorage))
  if (name.startsWith("darkroom.photos")) localStorage.removeItem(name);
"""


def asks_for_newest(request: Request) -> bool:
    return '"IndexName":"newest-first"' in (request.post_data or "")


def test_code_of_the_main_page_is_loaded_beside_the_first_code_when_there_is_a_session(
    visit: Visit,
) -> None:
    visitor = visit()
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(visitor.origin)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert not any(MAIN_PAGE.search(url) for url in asked)
    visitor.enter_with(1)
    held: list[Route] = []
    page.route(FIRST_CODE, lambda route: held.append(route))

    with page.expect_request(MAIN_PAGE):
        page.reload(wait_until="commit")

    for route in held:
        route.continue_()
    expect(visitor.tile("1.jpg")).to_be_visible()


def test_newest_photos_are_asked_for_while_the_code_that_shows_them_is_on_its_way(
    visit: Visit,
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.enter_with(3)
    expect(visitor.tile("3.jpg")).to_be_visible()
    held: list[Route] = []
    page.route(MAIN_PAGE, lambda route: held.append(route))

    with page.expect_request(asks_for_newest):
        page.reload(wait_until="commit")

    expect(visitor.tile("1.jpg")).to_have_count(0)
    for route in held:
        route.continue_()
    expect(visitor.tile("1.jpg")).to_be_visible()


def test_photos_are_shown_while_the_usage_is_still_waited_for(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.enter_with(2)
    expect(visitor.tile("2.jpg")).to_be_visible()
    page.goto("about:blank")
    table = visitor.cloud.outputs["UsageTableName"]
    held: list[Route] = []

    def hold_usage(route: Route) -> None:
        if table in (route.request.post_data or ""):
            held.append(route)
        else:
            route.fallback()

    page.route(f"{visitor.cloud.endpoint}/**", hold_usage)
    page.add_init_script(_FORGET_PHOTOS)

    page.goto(visitor.origin)

    expect(visitor.tile("2.jpg")).to_be_visible()
    assert held
    for route in held:
        route.continue_()
    page.unroute_all(behavior="ignoreErrors")
