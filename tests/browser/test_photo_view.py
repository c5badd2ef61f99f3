"""One photo: how large it is shown, and what its bar does."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.visitor import Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
SHAPES = {"wide.jpg": (1600, 900), "four-three.jpg": (1600, 1200), "tall.jpg": (1000, 1500)}


@pytest.mark.parametrize(
    ("width", "height"), [(1440, 900), (1280, 720), (390, 844)], ids=["large", "small", "phone"]
)
def test_picture_fits_the_window_and_is_never_blown_up(
    visit: Visit, width: int, height: int
) -> None:
    visitor = visit(phone=width < 500)
    page = visitor.page
    page.set_viewport_size({"width": width, "height": height})
    visitor.enter_as_guest()
    visitor.choose(
        payload("little.png", photo(800, (300, 200))),
        *(payload(name, photo(801 + n, size)) for n, (name, size) in enumerate(SHAPES.items())),
    )
    for name in ["little.png", *SHAPES]:
        visitor.expect_state(name, "ready")
    # The list of uploads, which lies over the page for a while, has said that they have arrived.
    expect(page.get_by_role("region", name="Uploads")).to_have_count(0)

    for name, size in {"little.png": (300, 200), **SHAPES}.items():
        visitor.open_photo(name)
        expect(page.locator(".photo-picture img.shown")).to_be_visible()
        box = page.locator(".photo-picture").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= height, name
        assert 0 <= box["x"] <= width - box["width"], name
        assert (box["width"] <= size[0], box["height"] <= size[1]) == (True, True), name
        assert box["width"] / box["height"] == pytest.approx(size[0] / size[1], rel=0.02), name
        if name != "little.png":  # and it uses the room there is
            assert box["width"] > width * 0.9 or box["height"] > height * 0.6, (name, box)
        assert visitor.overlaps() == []
        page.keyboard.press("Escape")


def test_each_pixel_is_shown_when_the_photo_is_zoomed_on_the_full_screen(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.enter_as_guest()
    visitor.choose(payload("large.jpg", photo(810, (3000, 2000))))
    visitor.expect_state("large.jpg", "ready")
    visitor.open_photo("large.jpg")

    page.get_by_role("button", name="Full screen").click()
    view = page.get_by_role("dialog", name="large.jpg, full screen")
    expect(view.locator("img.shown")).to_be_visible()
    page.wait_for_function("() => document.fullscreenElement !== null")
    assert visitor.violations() == []
    view.get_by_role("button", name="Show each pixel").click()

    picture = view.get_by_role("img", name="The photo large.jpg")
    expect(picture).to_be_visible()
    box = picture.bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == (3000, 2000)
    assert visitor.violations() == []
    view.get_by_role("button", name="Fit to the screen").click()
    expect(view.locator("img.shown")).to_be_visible()
    page.keyboard.press("ArrowRight")  # nothing is behind it
    view.get_by_role("button", name="Leave full screen").click()
    expect(view).to_be_hidden()
    page.wait_for_function("() => document.fullscreenElement === null")
    expect(page.get_by_role("heading", level=1)).to_have_text("large.jpg")
    page.get_by_role("button", name="Full screen").click()
    expect(view.locator("img.shown")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your photos")
    page.wait_for_function("() => document.fullscreenElement === null")


def test_link_without_the_place_is_copied_when_the_browser_hands_photos_to_no_app(
    visit: Visit,
) -> None:
    visitor = visit()
    page = visitor.page
    visitor.enter_as_guest()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    visitor.choose(payload("shared.jpg", photo(820, (1200, 800))))
    visitor.expect_state("shared.jpg", "ready")
    visitor.open_photo("shared.jpg")

    page.get_by_role("button", name="Share this photo").click()

    expect(page.get_by_role("status").filter(has_text="A link is copied.")).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    link = page.evaluate("navigator.clipboard.readText()")
    assert f"/{visitor.cloud.outputs['ProcessedBucketName']}/" in link
    answer = page.context.request.get(link)
    assert answer.headers["content-type"] == "image/jpeg"
    assert "shared-thumbnail-1920.jpg" in answer.headers["content-disposition"]


def test_other_app_gets_the_photo_when_the_phone_shares_it(visit: Visit) -> None:
    visitor = visit(phone=True)
    page = visitor.page
    # Chromium on Linux has no other apps to share with.
    page.add_init_script(
        """navigator.canShare = () => true;
           window.shared = new Promise((resolve) => {
             navigator.share = async ({files: [file]}) =>
               resolve([file.name, file.type, file.size]);
           });"""
    )
    visitor.enter_as_guest()
    visitor.choose(payload("shared.jpg", photo(821, (1200, 800))))
    visitor.expect_state("shared.jpg", "ready")
    visitor.open_photo("shared.jpg")

    page.get_by_role("button", name="Share this photo").click()

    name, kind, size = page.evaluate("window.shared")
    assert (name, kind) == ("shared-thumbnail-1920.jpg", "image/jpeg")
    assert size == largest(visitor.items("Images")[0]["renditions"])
    assert visitor.overlaps() == []


def test_large_file_is_shared_with_a_second_tap_when_it_took_too_long_to_load(
    visit: Visit,
) -> None:
    visitor = visit(phone=True)
    page = visitor.page
    # As phones do: what is shared long after a tap may be no wish of whoever taps.
    page.add_init_script(
        """navigator.canShare = () => true;
           window.taps = 0;
           window.shared = new Promise((resolve) => {
             navigator.share = async ({files: [file]}) => {
               if (++window.taps === 1) throw new DOMException('', 'NotAllowedError');
               resolve(file.size);
             };
           });"""
    )
    visitor.enter_as_guest()
    visitor.choose(payload("shared.jpg", photo(822, (1200, 800))))
    visitor.expect_state("shared.jpg", "ready")
    visitor.open_photo("shared.jpg")
    share = page.get_by_role("button", name="Share this photo")
    share.click()
    expect(page.get_by_text("Please share it once more.")).to_be_visible()
    assert visitor.overlaps() == []
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))

    share.click()

    assert page.evaluate("window.shared") == largest(visitor.items("Images")[0]["renditions"])
    assert not [address for address in asked if "shared-thumbnail" in address]
    expect(page.get_by_text("Please share it once more.")).to_have_count(0)


def largest(renditions: dict[str, Any]) -> int:
    return int(renditions["thumbnail-1920-jpeg"]["bytes"])


def test_same_size_is_offered_once_when_a_photo_is_small(visit: Visit) -> None:
    visitor = visit()
    page: Page = visitor.page
    visitor.enter_as_guest()
    visitor.choose(payload("little.jpg", photo(830, (300, 200))))
    visitor.expect_state("little.jpg", "ready")
    visitor.open_photo("little.jpg")
    page.get_by_text("Other sizes and formats").click()

    sizes = [
        re.sub(r",[^,]*$", "", text) for text in page.locator(".downloads li").all_inner_texts()
    ]

    assert len(sizes) == len(set(sizes))
    assert [size for size in sizes if size.startswith("300 px")] == [
        "300 px, JPEG 300 × 200",
        "300 px, WebP 300 × 200",
    ]
    assert visitor.violations() == []
    assert visitor.overlaps() == []
