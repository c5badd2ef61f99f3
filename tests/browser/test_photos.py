"""What a person does with the page, from the first upload to the last deletion."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import piexif
import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Locator, Route, expect

from local.user import wait_for
from tests.browser.visitor import Payload, Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
KREUZBERG = {
    "has_gps": True,
    "latitude": 52.4986,
    "longitude": 13.4034,
    "place": {"country": "Germany", "region": "Berlin", "town": "Kreuzberg"},
}


def heic(seed: int) -> bytes:
    """A picture as iPhones store it."""
    pillow_heif.register_heif_opener()
    out = io.BytesIO()
    with Image.open(io.BytesIO(photo(seed, (640, 480)))) as image:
        image.save(out, "HEIF", quality=60)
    return out.getvalue()


def ten_files() -> list[Payload]:
    """A HEIC and a broken file among eight good ones."""
    good = [payload(f"beach-{n}.jpg", photo(100 + n, (800, 600))) for n in range(1, 7)]
    return [
        *good,
        payload("logo.png", photo(107, (300, 200), file_format="PNG"), "image/png"),
        payload("web.webp", photo(108, (400, 300), file_format="WEBP"), "image/webp"),
        payload("phone.heic", heic(109), "image/heic"),
        payload("broken.jpg", photo(110)[:2000]),
    ]


def test_steps_results_and_notifications_are_shown_when_ten_files_are_uploaded(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    files = ten_files()

    visitor.choose(*files)
    expect(page.locator(".tile-overlay", has_text="Developing …").first).to_be_visible()
    for file in files[:-1]:
        visitor.expect_state(file["name"], "ready")
    visitor.expect_state("broken.jpg", "could not be processed")

    expect(page.locator(".tile-caption")).to_have_text([file["name"] for file in reversed(files)])
    expect(visitor.tile("broken.jpg")).to_contain_text("part of the file is missing")
    # The renditions have taken the place of the placeholders.
    expect(page.locator(".gallery img.shown")).to_have_count(9)
    expect(page.get_by_role("meter", name="Storage used")).to_have_attribute(
        "aria-valuenow", str(sum(len(file["buffer"]) for file in files))
    )
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    assert visitor.layout_shift() < 0.1

    expect(page.get_by_role("button", name="Notifications, 10 new")).to_be_visible()
    told = visitor.open_notifications()
    # As a mail has them: those that are ready together, and the one that is not by its name.
    expect(told.get_by_role("listitem")).to_have_count(2)
    ready = told.get_by_role("listitem").filter(has_text="9 photos are ready.")
    expect(ready.get_by_role("link")).to_have_count(5)
    expect(ready).to_contain_text("and 4 more")
    expect(ready.get_by_role("button")).to_have_count(0)
    expect(ready).not_to_contain_text("(new)")
    expect(page.get_by_role("button", name="Notifications", exact=True)).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    broken = told.get_by_role("listitem").filter(has_text="broken.jpg")
    expect(broken).not_to_contain_text("(new)")
    broken.get_by_role("button", name="Delete broken.jpg").click()
    broken.get_by_role("button", name="Delete for good").click()
    expect(broken).to_contain_text("You deleted it.")
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()

    expect(visitor.tile("broken.jpg")).to_have_count(0)
    answers = wait_for(lambda: answered(visitor, 1), what="the answer to be noted")
    assert set(answers) == {"delete"}
    for row in answers.values():
        moments = [row[name][:19] for name in ("sent_at", "seen_at", "responded_at")]
        assert moments == sorted(moments)  # a stream tells whole seconds


def answered(visitor: Visitor, count: int) -> dict[str, dict[str, Any]] | None:
    """The visitor's notifications by their reply, once so many have one."""
    rows = [row for row in visitor.items("Notifications") if "response" in row]
    return {row["response"]: row for row in rows} if len(rows) == count else None


def test_everything_of_a_photo_is_shown_and_deleted_when_its_page_is_opened(
    visit: Visit,
) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    visitor.choose(payload("tower.jpg", photo(120, (2000, 1500))))
    visitor.expect_state("tower.jpg", "ready")

    page.keyboard.press("Tab")
    visitor.tile("tower.jpg").get_by_role("link").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("tower.jpg")
    expect(page.locator(".photo-picture img.shown")).to_be_visible()
    page.get_by_text("All 5 steps are finished").click()
    expect(page.locator(".step-list li")).to_have_count(5)
    expect(page.get_by_role("region", name="Metadata")).to_contain_text("2000 × 1500 pixels")
    page.get_by_text("All metadata of the file").click()
    expect(page.locator("pre")).to_contain_text('"sha256"')
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    with page.expect_download() as original:
        page.get_by_role("button", name="Download the original").click()
    assert original.value.suggested_filename == "tower.jpg"
    assert original.value.path().read_bytes() == photo(120, (2000, 1500))
    page.get_by_text("Other sizes and formats").click()
    with page.expect_download() as small:
        page.get_by_role("button", name="240 px, WebP").click()
    assert small.value.suggested_filename == "tower-thumbnail-240.webp"
    with Image.open(small.value.path()) as image:
        assert image.size == (240, 180)

    page.get_by_role("button", name="Delete this photo").click()
    dialog = page.get_by_role("dialog", name="Delete this photo?")
    dialog.get_by_role("button", name="Keep it").click()
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="Delete this photo").click()
    assert visitor.violations() == []
    dialog.get_by_role("button", name="Delete", exact=True).click()
    expect(page.get_by_text("No files yet")).to_be_visible()
    visitor.cloud.wait_until_idle()
    assert visitor.items("Images") == []
    page.reload()
    expect(page.get_by_text("No files yet")).to_be_visible()


def test_steps_and_kinds_that_the_page_has_never_heard_of_are_shown(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    visitor.record(
        "crowd.jpg",
        status="processing",
        steps={"quota": {"state": "done"}, "face-search": {"state": "pending"}},
    )
    reason = "This file is neither a picture nor anything else that Darkroom knows."
    rejected = {"state": "rejected", "message": reason}
    visitor.record(
        "letter.txt",
        status="rejected",
        kind="other",
        message=reason,
        steps={"thumbnail": rejected, "metadata": rejected, "quota": {"state": "done"}},
    )

    expect(visitor.tile("crowd.jpg")).to_contain_text("Developing …")
    visitor.open_photo("crowd.jpg")
    steps = page.get_by_role("region", name="Steps").get_by_role("listitem")
    expect(steps).to_have_text(["Face search: under way", "Quota: done"])

    page.goto(f"{visitor.origin}/#")
    visitor.open_photo("letter.txt")
    expect(page.get_by_role("article").get_by_text(reason)).to_have_count(1)
    expect(page.get_by_role("region", name="Steps")).to_have_count(0)
    assert visitor.violations() == []
    assert visitor.overlaps() == []


def test_map_is_linked_when_the_photo_says_where_it_was_taken(visit: Visit) -> None:
    place = {
        piexif.GPSIFD.GPSLatitudeRef: b"S",
        piexif.GPSIFD.GPSLatitude: ((33, 1), (51, 1), (2450, 100)),
        piexif.GPSIFD.GPSLongitudeRef: b"E",
        piexif.GPSIFD.GPSLongitude: ((151, 1), (12, 1), (5400, 100)),
    }
    out = io.BytesIO()
    piexif.insert(piexif.dump({"GPS": place}), photo(130, (300, 200)), out)
    visitor = visit()
    visitor.enter_as_guest()

    visitor.choose(payload("opera.jpg", out.getvalue()))
    visitor.expect_state("opera.jpg", "ready")
    visitor.open_photo("opera.jpg")

    name = visitor.page.get_by_text("Sydney, New South Wales, Australia", exact=True)
    expect(name).to_be_visible()
    link = visitor.page.get_by_role("link", name="on OpenStreetMap")
    expect(link).to_have_attribute("href", re.compile(r"mlat=-33\.8568\d*&mlon=151\.215"))
    expect(link).to_have_attribute("rel", "noopener noreferrer")


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_small_map_from_the_page_s_own_files_shows_where_a_photo_was_taken(
    visit: Visit, phone: bool
) -> None:
    visitor = visit(phone=phone)
    page = visitor.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    held: list[Route] = []
    page.route("**/assets/place-map-*.js", lambda route: held.append(route))
    visitor.enter_as_guest()
    ready = {"status": "processed", "steps": {"metadata": {"state": "done"}}}
    visitor.record("nowhere.jpg", **ready, metadata={"camera": "Holga"})
    visitor.record("berlin.jpg", **ready, metadata=KREUZBERG)
    page.reload()

    visitor.open_photo("nowhere.jpg")
    expect(page.get_by_text("Holga")).to_be_visible()
    expect(page.locator(".place-map")).to_have_count(0)
    assert held == []
    page.keyboard.press("Escape")
    with page.expect_request("**/assets/place-map-*.js"):
        visitor.open_photo("berlin.jpg")
    expect(page.get_by_text("Kreuzberg, Berlin, Germany", exact=True)).to_be_visible()
    frame = page.locator(".place-map")
    frame.scroll_into_view_if_needed()
    reserved = frame.bounding_box()
    with page.expect_response("**/assets/place-map-*.js"):
        held[0].continue_()

    shown = page.get_by_role("img", name="Map: the photo was taken at Kreuzberg, Berlin, Germany")
    expect(shown).to_be_visible()
    assert frame.bounding_box() == reserved
    assert middle_of(shown) == pytest.approx(middle_of(shown.locator(".spot")), abs=1)
    box = shown.bounding_box()
    assert box is not None
    assert box["width"] / box["height"] == pytest.approx(16 / 9, rel=0.02)
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    addresses = [urlsplit(url) for url in asked]
    assert {one.hostname for one in addresses if one.scheme not in ("data", "blob")} == {
        "127.0.0.1"
    }


def test_place_is_named_without_a_map_when_the_map_cannot_be_loaded(visit: Visit) -> None:
    visitor = visit()
    page = visitor.page
    visitor.expects_failures = True
    page.route("**/assets/place-map-*.js", lambda route: route.abort())
    visitor.enter_as_guest()
    visitor.record("berlin.jpg", status="processed", steps={}, metadata=KREUZBERG)
    page.reload()

    with page.expect_event("requestfailed", lambda request: "/assets/place-map-" in request.url):
        visitor.open_photo("berlin.jpg")

    expect(page.locator(".place-map")).to_have_count(0)
    expect(page.get_by_text("Kreuzberg, Berlin, Germany", exact=True)).to_be_visible()
    assert visitor.overlaps() == []


def middle_of(part: Locator) -> tuple[float, float]:
    """The middle of what is drawn, on the screen."""
    box = part.bounding_box()
    assert box is not None
    return (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)


def test_file_is_not_sent_and_the_reason_is_given_when_it_is_no_photo(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()

    visitor.choose(payload("letter.pdf", b"%PDF-1.7", "application/pdf"), payload("empty.jpg", b""))

    uploads = visitor.page.get_by_role("region", name="Uploads")
    expect(uploads.get_by_role("listitem").filter(has_text="letter.pdf")).to_contain_text(
        "Darkroom cannot process this kind of file."
    )
    expect(uploads.get_by_role("listitem").filter(has_text="empty.jpg")).to_contain_text(
        "This file is empty."
    )
    assert visitor.violations() == []
    assert visitor.items("Images") == []


def test_nobody_sees_a_photo_of_another_s_when_two_use_the_page(visit: Visit) -> None:
    ann, bob = visit(), visit()
    ann.enter_as_guest()
    bob.enter_as_guest()
    ann.choose(payload("diary.jpg", photo(140, (300, 200))))
    ann.expect_state("diary.jpg", "ready")
    bob.choose(payload("bobs.jpg", photo(141, (300, 200))))
    bob.expect_state("bobs.jpg", "ready")
    ann.open_photo("diary.jpg")

    bob.page.goto(ann.page.url)

    expect(bob.page.get_by_text("There is no such photo.")).to_be_visible()
    bob.page.goto(f"{bob.origin}/#")
    expect(bob.page.locator(".gallery li")).to_have_count(1)


def test_names_are_shown_as_text_when_they_are_hostile(visit: Visit) -> None:
    names = [
        "<img src=x onerror=document.title='owned'>.jpg",
        "\u202egpj.exe.jpg",
        "👩‍👩‍👧‍👦 100% & +#?.jpg",
        "../../etc/passwd.jpg",
        f"{'long' * 300}.jpg",
    ]
    shown: list[str | re.Pattern[str]] = [
        *names[:3],
        "..∕..∕etc∕passwd.jpg",
        re.compile(r"^(long)+l?o?n?….jpg$"),
    ]
    visitor = visit(phone=True)
    visitor.enter_as_guest()
    page = visitor.page

    # In the page, for the browser's file chooser would itself alter some of these.
    page.evaluate(
        """([names, body]) => {
             const transfer = new DataTransfer();
             const bytes = Uint8Array.from(atob(body), (c) => c.charCodeAt(0));
             // What follows the end of a JPEG makes another photo of each.
             const file = (name, n) => new File([bytes, `${n}`], name, {type: 'image/jpeg'});
             names.forEach((name, n) => transfer.items.add(file(name, n)));
             document.body.dispatchEvent(
               new DragEvent('drop', {bubbles: true, cancelable: true, dataTransfer: transfer}));
           }""",
        [names, base64.b64encode(photo(150, (200, 100))).decode()],
    )

    expect(page.locator(".tile-state", has_text=", ready")).to_have_count(5)
    captions = page.locator(".tile-caption")
    for name in shown:
        expect(captions.filter(has_text=name)).to_have_count(1)
    assert page.title() == "Darkroom"
    assert page.locator(".gallery [onerror]").count() == 0
    assert visitor.overlaps() == []
    for key in (row["image"] for row in visitor.items("Images")):
        assert len(key.encode()) <= 1024
    captions.last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(names[0])
    assert visitor.overlaps() == []
