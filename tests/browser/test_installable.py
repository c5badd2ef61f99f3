"""The page as something that is installed: it opens without a connection, with its pictures."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
_CONTROLLED = "() => navigator.serviceWorker.controller !== null"
_KEPT = """async () => (await (await caches.open('darkroom-shell')).keys()).map(({url}) => url)"""
_EXPIRE = """() => {
  const name = Object.keys(localStorage).find((key) => /credentials/.test(key));
  const kept = JSON.parse(localStorage.getItem(name));
  localStorage.setItem(name, JSON.stringify({...kept, until: Date.now() - 60_000}));
}"""
_PAINTED = "image => image.complete && image.naturalWidth > 0"


def test_chromium_finds_the_page_installable(visit: Visit) -> None:
    visitor = visit(installable=True)
    visitor.enter_as_guest()
    devtools = visitor.page.context.new_cdp_session(visitor.page)

    found = devtools.send("Page.getInstallabilityErrors")
    manifest = devtools.send("Page.getAppManifest")

    # A window of a test is as good as a private one, from which nothing can be installed.
    errors = [error["errorId"] for error in found["installabilityErrors"]]
    assert [error for error in errors if error != "in-incognito"] == []
    assert manifest["errors"] == []
    assert json.loads(manifest["data"])["name"] == "Darkroom"


def test_page_opens_without_a_connection_and_sends_what_was_chosen_then(visit: Visit) -> None:
    visitor = visit(installable=True, phone=True)
    visitor.enter_as_guest()
    visitor.choose(payload("before.jpg", photo(230, (300, 200))))
    visitor.expect_state("before.jpg", "ready")
    page = visitor.page
    page.wait_for_function(_CONTROLLED)
    page.reload()  # now with the service worker, which keeps what it passes on
    visitor.expect_state("before.jpg", "ready")
    picture = visitor.tile("before.jpg").locator("img.shown")
    expect(picture).to_be_visible()
    for code in ("engine", "photo-view"):
        visitor.wait_until(
            "async () => (await (await caches.open('darkroom-shell')).keys())"
            f".some(({{url}}) => url.includes('{code}'))",
            f"the code to be kept that nothing has needed yet: {code}",
        )
    page.evaluate(_EXPIRE)
    visitor.expects_failures = True

    page.context.set_offline(True)
    page.reload()

    expect(page.get_by_text("You are offline.")).to_be_visible()
    expect(picture).to_be_visible()
    assert picture.evaluate(_PAINTED)
    visitor.tile("before.jpg").get_by_role("link").click()
    expect(page.get_by_role("heading", name="before.jpg")).to_be_focused()
    page.go_back()
    visitor.choose(payload("meanwhile.jpg", photo(231, (300, 200))))
    expect(visitor.tile("meanwhile.jpg")).to_contain_text("Waiting for the connection")

    page.context.set_offline(False)

    visitor.expect_state("meanwhile.jpg", "ready")
    expect(page.get_by_text("You are offline.")).to_have_count(0)


def test_another_release_replaces_what_is_kept_of_the_one_before(visit: Visit) -> None:
    visitor = visit(installable=True)
    visitor.enter_as_guest()
    page = visitor.page
    page.wait_for_function(_CONTROLLED)
    page.reload()
    expect(page.get_by_role("button", name="Choose files")).to_be_visible()
    page.evaluate(
        """async () => {
             const cache = await caches.open('darkroom-shell');
             await cache.put(new URL('./', location.href), new Response('an earlier release'));
             await cache.put('./assets/index-earlier.js', new Response('its code'));
           }"""
    )

    page.reload()
    visitor.wait_until(
        "async () => !(await (await caches.open('darkroom-shell')).keys())"
        ".some(({url}) => url.endsWith('index-earlier.js'))",
        "the page of before to be forgotten",
    )

    kept = page.evaluate(_KEPT)
    assert not any("earlier" in url for url in kept)
    assert not any("/users/" in url for url in kept)  # photos are not kept there
