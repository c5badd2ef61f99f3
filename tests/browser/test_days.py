"""The gallery by day: headings, months to jump to, and a large gallery that is drawn in part."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from PIL import Image
from PIL.ExifTags import IFD, Base
from playwright.sync_api import Page, expect

from local.user import wait_for
from tests.browser.visitor import Visitor, payload

Visit = Callable[..., Visitor]
MANY = 400


def record_months(visitor: Visitor) -> None:
    """Photos of forty months, ten in each, all uploaded within an hour: `0.jpg` was taken last."""
    uploaded = datetime(2026, 11, 20, tzinfo=UTC)
    for number in range(MANY):
        month, place = 12 * 2024 + 10 - number // 10, number % 10  # November 2024, and back
        day = f"{month // 12}-{month % 12 + 1:02}-{28 - place // 4:02}"
        visitor.record(
            f"{number}.jpg",
            status="processed",
            steps={"quota": {"state": "done"}},
            # In another order than they were taken.
            uploaded_at=(uploaded - timedelta(seconds=number * 7919 % 3600)).isoformat(
                timespec="milliseconds"
            ),
            metadata={"taken_at": f"{day}T12:00:0{9 - place}"},
            dominant_colour=f"#{number * 9999 % 0xFFFFFF:06x}",
        )


def headings(page: Page) -> list[str]:
    return page.locator(".gallery h2").all_inner_texts()


def settled(page: Page) -> list[str]:
    """The headings once no others are drawn, some of which are out of view."""
    before: list[str] = []
    while (now := headings(page)) != before:
        before = now
        page.wait_for_timeout(300)
    return now


@pytest.mark.parametrize("phone", [False, True])
def test_every_month_is_a_jump_away_and_the_page_stays_small_when_there_are_many_photos(
    visit: Visit, phone: bool
) -> None:
    visitor = visit(phone=phone, dark=phone)
    visitor.enter_as_guest()
    page = visitor.page
    record_months(visitor)
    page.reload()
    expect(page.get_by_text(f"{MANY} photos")).to_be_visible()
    assert headings(page)[:3] == [
        "Thu, 28 Nov 2024",
        "Wed, 27 Nov 2024",
        "Tue, 26 Nov 2024",
    ]
    assert visitor.tile("0.jpg").is_visible()
    months = page.get_by_role("combobox", name="Jump to a month")
    assert months.locator("option").count() == MANY // 10
    assert page.locator(".tile").count() < MANY / 3
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    months.focus()
    months.press("End")  # by the keyboard, to what was never in view

    expect(visitor.tile("390.jpg").locator(".tile-state")).to_have_text(", ready")
    expect(visitor.tile("390.jpg")).to_be_in_viewport()
    expect(months).to_have_value("2021-08")
    assert page.evaluate("document.querySelectorAll('*').length") < 1500
    assert visitor.violations() == []
    months.select_option("2023-02")
    expect(page.get_by_role("heading", name="Tue, 28 Feb 2023")).to_be_in_viewport()

    visitor.open_photo("210.jpg")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("heading", level=1)).to_have_text("211.jpg")
    page.go_back()
    expect(visitor.tile("211.jpg").get_by_role("link")).to_be_focused()
    expect(visitor.tile("211.jpg")).to_be_in_viewport()
    shown = settled(page)
    page.reload()
    months.select_option("2023-02")
    expect(page.get_by_role("heading", name="Tue, 28 Feb 2023")).to_be_in_viewport()
    wait_for(lambda: headings(page) == shown or None, what=f"the headings {shown}")


def test_keys_and_ranges_reach_over_what_is_not_drawn(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    record_months(visitor)
    page.reload()
    expect(page.get_by_text(f"{MANY} photos")).to_be_visible()
    visitor.tile("0.jpg").get_by_role("link").focus()

    for key, name in [("Right", "1.jpg"), ("Down", "5.jpg"), ("Left", "4.jpg"), ("Up", "0.jpg")]:
        page.keyboard.press(f"Arrow{key}")
        expect(visitor.tile(name).get_by_role("link")).to_be_focused()
    page.mouse.wheel(0, 6000)
    expect(visitor.tile("1.jpg")).to_have_count(0)
    expect(visitor.tile("0.jpg").get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(visitor.tile("1.jpg").get_by_role("link")).to_be_focused()
    expect(visitor.tile("1.jpg")).to_be_in_viewport()

    visitor.check("1.jpg")
    page.get_by_label("Jump to a month").select_option("2021-08")
    expect(visitor.tile("392.jpg")).to_be_in_viewport()
    visitor.tile("392.jpg").get_by_role("link").click(modifiers=["Shift"])
    bar = page.get_by_role("region", name="Selected photos")
    expect(bar.get_by_role("status")).to_have_text("392 selected")
    expect(visitor.tile("391.jpg").get_by_role("checkbox")).to_be_checked()
    expect(visitor.tile("393.jpg").get_by_role("checkbox")).not_to_be_checked()
    assert visitor.violations() == []


def taken(at: str, offset: str) -> bytes:
    """A photo that says when it was taken, and where the clock stood there."""
    exif = Image.Exif()
    exif.get_ifd(IFD.Exif).update({Base.DateTimeOriginal: at, Base.OffsetTimeOriginal: offset})
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "teal").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_photo_finds_its_day_while_it_is_processed_and_has_it_after_a_reload(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    expect(page.locator("[data-live=true]")).to_be_attached()
    # Late in the evening there, and the next day in this browser's zone.
    visitor.choose(payload("party.jpg", taken("2025:12:31 23:30:00", "-08:00")))
    day = page.get_by_role("region", name="Wed, 31 Dec 2025")

    expect(day.get_by_role("link", name="party.jpg , ready")).to_be_visible()

    out = io.BytesIO()
    Image.new("RGB", (300, 200), "navy").save(out, "JPEG")
    visitor.choose(payload("scan.jpg", out.getvalue()))
    visitor.expect_state("scan.jpg", "ready")
    assert headings(page) == ["Today", "Wed, 31 Dec 2025"]
    page.evaluate("localStorage.removeItem(Object.keys(localStorage).find(n => /photos/.test(n)))")
    page.reload()
    expect(day.get_by_role("link", name="party.jpg , ready")).to_be_visible()
    visitor.expect_state("scan.jpg", "ready")
    assert headings(page) == ["Today", "Wed, 31 Dec 2025"]
    assert visitor.layout_shift() < 0.1
    visitor.open_photo("party.jpg")
    facts = page.get_by_role("region", name="Metadata")
    expect(facts).to_contain_text("31 Dec 2025, 23:30")  # as its place in the gallery says
