"""The gallery and its photos: what is loaded, and where one is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor, payload
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
