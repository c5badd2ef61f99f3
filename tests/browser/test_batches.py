"""Many uploads at once: what is said of them is true, and the page stays quick."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

from playwright.sync_api import Browser, Request, Route, expect

from tests.browser.conftest import DESKTOP
from tests.browser.test_uploads import Slowly
from tests.browser.visitor import Payload, Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]


def weighty(name: str, seed: int, size: int) -> Payload:
    """A photo of so many bytes: noise follows its end, as with motion photos."""
    picture = photo(seed, (320, 240))
    return payload(name, picture + Random(seed).randbytes(size - len(picture)))


# What the bar and its line say, whenever they change.
_WATCH = """() => {
  window.said = [];
  new MutationObserver(() => {
    const list = document.querySelector('.upload-list');
    if (!list) return;
    const bar = list.querySelector(':scope > progress');
    const line = list.querySelector('.upload-list-title').innerText.trim();
    window.said.push([bar ? bar.value : null, line]);
  }).observe(document.body, {subtree: true, childList: true, attributes: true,
                             characterData: true});
}"""


def test_one_bar_never_goes_back_and_all_is_summed_up_when_many_are_uploaded(
    visit: Visit,
) -> None:
    visitor = visit(phone=True)
    visitor.enter_as_guest()
    page = visitor.page
    page.evaluate(_WATCH)
    line = Slowly(visitor)
    line.set_speed(100_000)  # until all is looked at, which takes the page's whole time
    held: list[Route] = []
    first: list[Route] = []

    def hold_all_but_the_first(route: Route) -> None:
        if route.request.method != "PUT":
            route.continue_()
        elif first:
            held.append(route)
        else:
            first.append(route)
            route.continue_()

    page.route(re.compile(r"/\d+\.jpg\?"), hold_all_but_the_first)
    visitor.choose(*(weighty(f"{n}.jpg", 400 + n, 300_000) for n in range(12)))
    expect(page.get_by_role("button", name=re.compile(r"left$"))).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    line.set_speed(600_000)
    # One by one, however busy the machine is.
    for done in range(1, 12):
        expect(page.get_by_role("button", name=f"Uploading {done} of 12 photos")).to_be_visible()
        held.pop(0).continue_()

    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads.get_by_role("status")).to_have_text("12 photos uploaded")
    said: list[tuple[float | None, str]] = page.evaluate("window.said")
    values = [value for value, _ in said if value is not None]
    assert len(set(values)) > 10
    assert values == sorted(values)
    counts = [re.match(r"Uploading (\d+) of 12 photos", words) for _, words in said]
    assert len({match[1] for match in counts if match}) > 10
    expect(uploads).to_have_count(0)  # it was said for long enough


def test_nothing_more_is_sent_when_all_uploads_are_cancelled(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    line = Slowly(visitor)
    line.set_speed(200_000)
    visitor.choose(*(weighty(f"{n}.jpg", 420 + n, 900_000) for n in range(8)))
    page.get_by_role("button", name="Cancel all").click()
    dialog = page.get_by_role("dialog", name="Cancel all uploads?")
    expect(dialog).to_contain_text("8 photos that have not arrived yet will not be uploaded.")
    assert visitor.violations() == []

    dialog.get_by_role("button", name="Cancel all").click()

    expect(page.get_by_text("No files yet")).to_be_visible()
    expect(page.get_by_role("region", name="Uploads")).to_have_count(0)
    line.set_free()
    visitor.cloud.wait_until_idle()
    assert visitor.items("Images") == []


def test_small_photo_arrives_and_no_other_is_sent_when_uploads_are_paused(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    puts: list[str] = []

    def note(request: Request) -> None:
        if request.method == "PUT":
            puts.append(request.url.partition("?")[0].rpartition("/")[2])

    page.on("request", note)
    line = Slowly(visitor)
    line.set_speed(60_000)  # these take until the line is free
    names = [f"{n}.jpg" for n in range(8)]
    visitor.choose(*(weighty(name, 440 + n, 600_000) for n, name in enumerate(names)))
    expect(page.get_by_role("button", name=re.compile("Uploading 0 of 8"))).to_be_visible()
    page.get_by_role("button", name=re.compile("Uploading 0 of 8")).click()
    rows = page.get_by_role("region", name="Uploads").get_by_role("listitem")
    expect(rows.first).to_contain_text(re.compile("[1-9] % of"))
    page.get_by_role("button", name="Pause all").click()
    expect(page.get_by_role("button", name=re.compile("^Pausing: "))).to_be_visible()
    line.set_free()

    paused = page.get_by_role("button", name=re.compile(r"^Paused: 4 of 8 photos"))
    expect(paused).to_be_visible()
    under_way = set(puts)
    assert len(under_way) == 4
    page.wait_for_timeout(700)  # at full speed the rest would be there by now
    assert set(puts) == under_way
    page.get_by_role("button", name="Resume all").click()

    for name in names:
        visitor.expect_state(name, "ready")
    assert sorted(puts) == names  # each was sent once


def test_photos_that_are_still_to_be_read_are_not_sent_when_uploads_are_paused(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    page.evaluate(_HOLD_READING)
    names = [f"{n}.jpg" for n in range(4)]
    visitor.choose(*(weighty(name, 470 + n, 100_000) for n, name in enumerate(names)))
    sent = page.get_by_role("button", name=re.compile("^Uploading 2 of 4"))
    expect(sent).to_be_visible()
    sent.click()
    rows = page.get_by_role("region", name="Uploads").get_by_role("listitem")
    page.get_by_role("button", name="Pause all").click()
    expect(rows.filter(has_text="Paused")).to_have_count(2)

    page.evaluate("window.read()")

    page.wait_for_timeout(700)  # they would be there by now
    expect(rows.filter(has_text="Paused")).to_have_count(2)
    page.get_by_role("button", name="Resume all").click()
    for name in names:
        visitor.expect_state(name, "ready")


_HOLD_READING = """() => {
  const digest = crypto.subtle.digest.bind(crypto.subtle);
  const reading = new Promise((go) => { window.read = go; });
  let count = 0;
  crypto.subtle.digest = async (...given) => {
    // Requests are hashed, too, when they are signed.
    if (given[1].byteLength > 50_000 && ++count > 2) await reading;
    return digest(...given);
  };
}"""


_DROP_MANY = """([count, body]) => {
  const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
  const transfer = new DataTransfer();
  for (let n = 0; n < count; n++) {
    const file = new File([bytes, `${n}`], `IMG_${n}.jpg`, {type: 'image/jpeg', lastModified: n});
    transfer.items.add(file);
  }
  window.drop = () => document.body.dispatchEvent(
    new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: transfer}));
}"""


def longest_task_ms(trace: bytes) -> float:
    """The processor's time for the longest task of the page's main thread."""
    events: list[dict[str, Any]] = json.loads(trace)["traceEvents"]
    main = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    tasks = [
        float(event.get("tdur", 0)) / 1000
        for event in events
        if event["name"] == "ThreadControllerImpl::RunTask" and (event["pid"], event["tid"]) in main
    ]
    assert len(tasks) > 100
    return max(tasks)


def test_page_does_not_freeze_and_shows_what_moves_when_a_thousand_are_chosen(
    visit: Visit, browser: Browser
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    Slowly(visitor).set_speed(50_000)  # some four of these a second
    body = base64.b64encode(photo(460, (320, 240))).decode()
    page.evaluate(_DROP_MANY, [1000, body])
    browser.start_tracing(page=page, categories=["toplevel"])

    page.evaluate("window.drop()")
    title = page.get_by_role("button", name=re.compile(r"Uploading [1-9]\d* of 1,000 photos"))
    expect(title).to_be_visible()
    title.click()
    rows = page.get_by_role("region", name="Uploads").get_by_role("listitem")
    expect(rows.first).to_contain_text("Uploading")
    moving = rows.first.locator(".upload-name").inner_text()
    expect(visitor.tile(moving)).to_be_in_viewport()
    longest = longest_task_ms(browser.stop_tracing())

    assert longest < 100
    assert rows.count() <= 51
    page.get_by_role("button", name="Cancel all").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel all").click()
    expect(page.get_by_role("button", name=re.compile("^Uploading"))).to_have_count(0)


def folder_of_photos(root: Path) -> Path:
    """A folder with two photos, one of them deeper, and what systems leave beside them."""
    folder = root / "holiday"
    (folder / "beach").mkdir(parents=True)
    (folder / "first.jpg").write_bytes(photo(470, (300, 200)))
    (folder / "beach" / "second.jpg").write_bytes(photo(471, (300, 200)))
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "beach" / "Thumbs.db").write_bytes(b"\0")
    return folder


def expect_folder(visitor: Visitor) -> None:
    for name in ("first.jpg", "second.jpg"):
        visitor.expect_state(name, "ready")
    expect(visitor.page.locator(".gallery li")).to_have_count(2)
    expect(visitor.page.get_by_text("not accepted")).to_have_count(0)


def test_photos_of_a_folder_are_uploaded_when_it_is_chosen(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    expect(visitor.page.get_by_role("button", name="Choose a folder")).to_be_visible()

    visitor.page.locator("#folder-chooser").set_input_files(folder_of_photos(tmp_path))

    expect_folder(visitor)


def test_photos_of_a_folder_are_uploaded_when_it_is_dropped(visit: Visit, tmp_path: Path) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    folder = folder_of_photos(tmp_path)
    protocol = visitor.page.context.new_cdp_session(visitor.page)
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    middle = {"x": DESKTOP["width"] / 2, "y": DESKTOP["height"] / 2}

    for kind in ("dragEnter", "dragOver", "drop"):
        protocol.send("Input.dispatchDragEvent", {"type": kind, **middle, "data": data})

    expect_folder(visitor)


def test_jpeg_is_taken_by_its_bytes_when_its_name_says_nothing(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()

    visitor.choose(payload("IMG_0001", photo(480, (300, 200)), ""), payload("notes", b"words", ""))

    visitor.expect_state("IMG_0001", "ready")
    rows = visitor.page.get_by_role("region", name="Uploads").get_by_role("listitem")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("notes")
    expect(rows).to_contain_text("cannot process this kind of file")


def test_photo_is_not_sent_again_when_its_owner_has_it_already(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.enter_as_guest()
    page = visitor.page
    body = photo(490, (300, 200))
    visitor.choose(payload("original.jpg", body))
    visitor.expect_state("original.jpg", "ready")
    page.reload()
    visitor.expect_state("original.jpg", "ready")
    puts: list[Request] = []
    page.on("request", lambda request: puts.append(request) if request.method == "PUT" else None)

    visitor.choose(payload("copy.jpg", body), payload("other.jpg", photo(491, (300, 200))))
    visitor.expect_state("other.jpg", "ready")

    row = page.get_by_role("region", name="Uploads").get_by_role("listitem")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("You have this photo already.")
    expect(row.get_by_role("link", name="Show it")).to_have_attribute(
        "href", re.compile(r"original\.jpg$")
    )
    assert len(puts) == 1
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    row.get_by_role("button", name="Upload anyway: copy.jpg").click()
    visitor.expect_state("copy.jpg", "ready")


def test_photo_is_sent_again_when_its_owner_has_deleted_it(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    body = photo(495, (300, 200))
    visitor.choose(payload("gone.jpg", body))
    visitor.expect_state("gone.jpg", "ready")
    visitor.open_photo("gone.jpg")
    page.get_by_role("button", name="Delete this photo").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No files yet")).to_be_visible()

    visitor.choose(payload("again.jpg", body))

    visitor.expect_state("again.jpg", "ready")


def test_page_stays_and_says_why_when_a_download_fails(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    visitor.choose(payload("tower.jpg", photo(498, (300, 200))))
    visitor.expect_state("tower.jpg", "ready")
    visitor.open_photo("tower.jpg")
    visitor.expects_failures = True
    original = page.get_by_role("button", name="Download the original")
    said = page.get_by_role("article").get_by_role("alert")
    wanted = re.compile("response-content-disposition")
    for fail, reason in (
        (lambda route: route.abort("connectionreset"), "Darkroom cannot be reached just now."),
        (lambda route: route.fulfill(status=403, body="<Error/>"), "Your session may not do this."),
    ):
        page.route(wanted, fail)
        original.click()
        expect(said).to_contain_text(f"It was not saved. {reason}")
        expect(page.get_by_role("heading", level=1)).to_have_text("tower.jpg")
        page.unroute(wanted)
    assert visitor.violations() == []

    with page.expect_download() as download:
        original.click()

    assert download.value.suggested_filename == "tower.jpg"
    assert download.value.path().read_bytes() == photo(498, (300, 200))
    expect(said).to_have_count(0)


def test_guest_is_asked_first_when_signing_out_would_lose_their_photos(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.enter_as_guest()
    page = visitor.page
    visitor.choose(payload("only.jpg", photo(499, (300, 200))))
    visitor.expect_state("only.jpg", "ready")

    visitor.sign_out()
    dialog = page.get_by_role("dialog", name="Leave your photos behind?")
    expect(dialog).to_contain_text("by nobody any more")
    assert visitor.violations() == []
    dialog.get_by_role("button", name="Stay").click()
    expect(dialog).to_be_hidden()
    expect(visitor.tile("only.jpg")).to_be_visible()

    visitor.sign_out()
    dialog.get_by_role("button", name="Sign out and lose them").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_question_comes_first_when_somebody_signs_out_while_photos_are_uploaded(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    Slowly(visitor).set_speed(50_000)
    visitor.choose(weighty("slow.jpg", 500, 900_000))
    expect(page.get_by_role("button", name=re.compile("Uploading 1 photo"))).to_be_visible()

    visitor.sign_out()

    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("1 photo is not uploaded yet. It will not be uploaded.")
    dialog.get_by_role("button", name="Stay").click()
    expect(page.get_by_role("button", name=re.compile("Uploading 1 photo"))).to_be_visible()
