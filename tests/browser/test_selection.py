"""Many photos at once: how they are selected, and what is done with all of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.visitor import Visitor, payload, touch
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]


def test_range_is_selected_when_another_is_clicked_with_shift(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_with(8)
    page = visitor.page
    bar = page.get_by_role("region", name="Selected photos")

    visitor.check("2.jpg")
    expect(bar.get_by_role("status")).to_have_text("1 selected")
    visitor.tile("5.jpg").get_by_role("link").click(modifiers=["Shift"])
    expect(bar.get_by_role("status")).to_have_text("4 selected")
    visitor.tile("3.jpg").get_by_role("link").click()
    expect(bar.get_by_role("status")).to_have_text("3 selected")
    expect(visitor.tile("3.jpg").get_by_role("checkbox")).not_to_be_checked()
    expect(visitor.tile("4.jpg").get_by_role("checkbox")).to_be_checked()
    assert visitor.violations() == []

    page.keyboard.press("Escape")
    expect(bar).to_have_count(0)
    visitor.tile("3.jpg").get_by_role("checkbox").focus()
    page.keyboard.press("Space")
    expect(bar.get_by_role("status")).to_have_text("1 selected")
    bar.get_by_role("button", name="Select nothing").click()
    visitor.open_photo("3.jpg")


def test_selection_begins_when_a_finger_stays_on_a_photo(visit: Visit) -> None:
    visitor = visit(phone=True)
    visitor.enter_with(4)
    page = visitor.page
    box = visitor.tile("2.jpg").bounding_box()
    assert box is not None

    bar = page.get_by_role("region", name="Selected photos")

    touch(
        page,
        (box["x"] + box["width"] / 2, box["y"] + 60),
        until=lambda: expect(bar.get_by_role("status")).to_have_text("1 selected"),
    )

    expect(bar.get_by_role("status")).to_have_text("1 selected")
    visitor.tile("1.jpg").get_by_role("link").tap()
    expect(bar.get_by_role("status")).to_have_text("2 selected")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    visitor.tile("1.jpg").get_by_role("link").tap()
    visitor.tile("2.jpg").get_by_role("link").tap()
    expect(bar).to_have_count(0)
    visitor.tile("2.jpg").get_by_role("link").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("2.jpg")


def test_selected_photos_are_saved_in_one_file_and_deleted_at_once(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    page = visitor.page
    bodies = [photo(850 + n, (300, 200)) for n in range(3)]
    for name, body in zip(["one.jpg", "two.jpg", "two.jpg"], bodies, strict=True):
        visitor.choose(payload(name, body))
    expect(page.locator(".tile-state", has_text=", ready")).to_have_count(3)
    visitor.choose(payload("stays.jpg", photo(860, (300, 200))))
    visitor.expect_state("stays.jpg", "ready")
    visitor.check("one.jpg")
    visitor.tile("two.jpg").first.get_by_role("link").click(modifiers=["Shift"])
    bar = page.get_by_role("region", name="Selected photos")
    expect(bar.get_by_role("status")).to_have_text("3 selected")

    with page.expect_download() as saved:
        bar.get_by_role("button", name="Download").click()

    assert saved.value.suggested_filename == "Photos.zip"
    with zipfile.ZipFile(io.BytesIO(saved.value.path().read_bytes())) as folder:
        assert sorted(folder.namelist()) == ["one.jpg", "two (2).jpg", "two.jpg"]
        assert sorted(folder.read(name) for name in folder.namelist()) == sorted(bodies)
    bar.get_by_role("button", name="Delete").click()
    dialog = page.get_by_role("dialog", name="Delete 3 photos?")
    assert visitor.violations() == []
    dialog.get_by_role("button", name="Delete").click()
    expect(bar).to_have_count(0)
    expect(page.locator(".tile")).to_have_count(1)
    expect(visitor.tile("stays.jpg").get_by_role("link")).to_be_focused()
    visitor.cloud.wait_until_idle()
    assert [row["image"].rpartition("/")[2] for row in visitor.items("Images")] == ["stays.jpg"]


def test_focus_stays_among_the_photos_when_a_selection_ends(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_with(4)
    page = visitor.page
    bar = page.get_by_role("region", name="Selected photos")

    def delete_selected() -> None:
        bar.get_by_role("button", name="Delete").click()
        page.get_by_role("dialog").get_by_role("button", name="Delete").click()
        expect(bar).to_have_count(0)

    visitor.check("2.jpg")
    bar.get_by_role("button", name="Select nothing").press("Enter")
    expect(visitor.tile("2.jpg").get_by_role("link")).to_be_focused()
    visitor.check("2.jpg")
    delete_selected()
    expect(visitor.tile("3.jpg").get_by_role("link")).to_be_focused()
    visitor.check("4.jpg")
    delete_selected()
    expect(visitor.tile("3.jpg").get_by_role("link")).to_be_focused()
    visitor.check("1.jpg")
    visitor.tile("3.jpg").get_by_role("link").click()
    delete_selected()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
