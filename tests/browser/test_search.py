"""Finding files: the field, suggestions, filters and results, with a search that is deployed.

Most files here are records that the search makes its index of, as it does when it has none yet.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, Request, Route, expect

from local.cloud import SEARCH, LocalCloud
from local.site import Site
from local.user import wait_for
from tests.browser.conftest import as_most_expect
from tests.browser.visitor import Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]
SEARCH_ROUTE = re.compile("/search$")


@pytest.fixture(scope="module", autouse=True)
def _search(served: tuple[LocalCloud, Site]) -> Iterator[None]:
    """A search beside the stack, of which the page knows; it is gone after these tests."""
    cloud, site = served
    cloud.build_stack("search")
    cloud.deploy_stack("search")
    site.publish(as_most_expect(cloud), cloud.endpoint)
    yield
    cloud.client("cloudformation").delete_stack(StackName=SEARCH)
    outputs = as_most_expect(cloud)
    outputs["custom"].pop("searchUrl", None)  # the stack may still be on its way out
    site.publish(outputs, cloud.endpoint)


# The names of files, in the order in which they were taken, with what is asked for here.
FILES: dict[str, dict[str, Any]] = {
    "sunset at the lake.jpg": {"town": "Berlin", "camera": "Canon EOS R5", "at": "2024-06-30"},
    "sunset two.jpg": {"town": "Zürich", "camera": "FUJIFILM X100V", "at": "2024-06-29"},
    "market.jpg": {"town": "Berlin", "camera": "FUJIFILM X100V", "at": "2024-06-29"},
    "the sunset.jpg": {"town": "Berlin", "camera": "Canon EOS R5", "at": "2023-01-05"},
    "snow.jpg": {"town": "Bern", "camera": "Canon EOS R5", "at": "2022-12-24"},
}


def enter(visitor: Visitor) -> Page:
    """Go in as a guest who has these files, and wait until they can be found."""
    visitor.enter_as_guest()
    for name, about in FILES.items():
        visitor.record(
            name,
            status="processed",
            steps={"metadata": {"state": "done"}},
            uploaded_at=f"{about['at']}T12:00:00.000+00:00",
            dominant_colour="#c02020" if "sunset" in name else "#2040c0",
            width=400,
            height=300,
            metadata={
                "taken_at": f"{about['at']}T12:00:00",
                "camera": about["camera"],
                "place": {"town": about["town"], "country": "Somewhere"},
            },
        )
    visitor.page.goto(f"{visitor.origin}/#/search")
    visitor.page.reload()
    expect(results(visitor).locator(".tile")).to_have_count(len(FILES))
    return back_in_the_gallery(visitor)


def upload(visitor: Visitor, files: dict[str, bytes]) -> Page:
    """Go in as a guest, upload files, and wait until all can be found."""
    visitor.enter_as_guest()
    page = visitor.page
    for name, body in files.items():
        visitor.choose(payload(name, body))
        visitor.expect_state(name, "ready")
    page.goto(f"{visitor.origin}/#/search")

    def are_found() -> bool | None:
        page.reload()
        expect(results(visitor).locator("[aria-busy=false]")).to_be_attached()
        return True if results(visitor).locator(".tile").count() == len(files) else None

    wait_for(are_found, what="all files to be found")
    return back_in_the_gallery(visitor)


def back_in_the_gallery(visitor: Visitor) -> Page:
    visitor.page.goto(f"{visitor.origin}/#")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
    return visitor.page


def results(visitor: Visitor) -> Locator:
    return visitor.page.locator(".results")


def suggestions(visitor: Visitor) -> Locator:
    return visitor.page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def found(visitor: Visitor) -> list[str]:
    """The names of what is shown as found, as they are shown."""
    return results(visitor).locator(".tile-caption").all_inner_texts()


def expect_found(visitor: Visitor, *names: str) -> None:
    """Wait until this is found, and nothing else."""
    captions = results(visitor).locator(".tile-caption")
    expect(results(visitor).locator("[aria-busy=false]")).to_be_attached()
    expect(captions).to_have_text(list(names))


def test_files_are_found_with_the_keyboard_alone_by_what_is_suggested(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    field = page.get_by_role("combobox", name="Search")

    page.keyboard.press("/")
    expect(field).to_be_focused()
    expect(page.get_by_role("option", name="Berlin")).to_be_visible()
    page.keyboard.type("sunset ber")
    expect(suggestions(visitor)).to_have_text(
        [re.compile("^Search for “sunset ber”"), re.compile("^BerlinPlace")]
    )
    assert visitor.violations() == []
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("option", name="Berlin")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")

    expect_found(visitor, "sunset at the lake.jpg", "the sunset.jpg")
    expect(page).to_have_url(f"{visitor.origin}/#/search?q=sunset&place=Berlin")
    expect(page).to_have_title("“sunset” · Darkroom")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(results(visitor).get_by_role("status")).to_have_text("2 photos found")
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    headings = results(visitor).get_by_role("heading", level=2)
    expect(headings).to_have_text([re.compile("30 Jun"), re.compile("5 Jan")])
    page.keyboard.press("Escape")
    expect(visitor.tile("snow.jpg")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_filters_are_chips_that_are_in_the_address_and_can_be_taken_away(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    page.get_by_role("combobox", name="Search").fill("sunset")
    page.keyboard.press("Enter")
    expect_found(visitor, "sunset at the lake.jpg", "sunset two.jpg", "the sunset.jpg")

    page.get_by_role("combobox", name="Camera").select_option("Canon EOS R5")
    expect_found(visitor, "sunset at the lake.jpg", "the sunset.jpg")
    page.get_by_role("combobox", name="Year").select_option("2024")
    expect_found(visitor, "sunset at the lake.jpg")
    chips = results(visitor).get_by_role("list", name="Filters").get_by_role("button")
    expect(chips).to_have_text(["Canon EOS R5", "2024"])
    address = page.url

    page.reload()
    expect_found(visitor, "sunset at the lake.jpg")
    expect(chips).to_have_text(["Canon EOS R5", "2024"])
    page.get_by_role("button", name="Remove the filter Camera: Canon EOS R5").click()
    expect_found(visitor, "sunset at the lake.jpg", "sunset two.jpg")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    page.go_back()
    expect_found(visitor, "sunset at the lake.jpg")
    expect(page).to_have_url(address)
    page.go_back()
    expect_found(visitor, "sunset at the lake.jpg", "the sunset.jpg")
    page.go_back()
    page.go_back()
    expect(visitor.tile("snow.jpg")).to_be_visible()
    expect(page.get_by_role("combobox", name="Search")).to_have_value("")


def expect_options(visitor: Visitor, about: str, *options: str) -> None:
    """Wait until a choice of filters has these options, behind its title."""
    choice = results(visitor).get_by_role("combobox", name=about, exact=True)
    expect(choice.locator("option:not([value=''])")).to_have_text(list(options))


def album_of(visitor: Visitor, photos: int) -> str:
    """The id of a visitor's only album, as soon as the tables hold it with so many photos."""

    def look() -> str | None:
        albums = [row["album_id"] for row in visitor.items("Albums")]
        inside = [
            row for row in visitor.items("Images") if albums and albums[0] in row.get("albums", {})
        ]
        return albums[0] if len(inside) == photos else None

    return wait_for(look, what=f"an album of {photos}")


def test_albums_and_favourites_are_filters_that_follow_what_is_said(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    visitor.check("sunset two.jpg")
    visitor.check("the sunset.jpg")
    bar = page.get_by_role("region", name="Selected photos")
    bar.get_by_role("button", name="Favourite the selected photos").click()
    bar.get_by_role("button", name="Add the selected photos to an album").click()
    page.get_by_role("dialog").get_by_label("New album").fill("Summer")
    page.keyboard.press("Enter")
    expect(visitor.notice).to_contain_text("2 photos added to “Summer”.")
    page.get_by_role("combobox", name="Search").fill("sunset")
    page.keyboard.press("Enter")
    expect_found(visitor, "sunset at the lake.jpg", "sunset two.jpg", "the sunset.jpg")
    expect_options(visitor, "Camera", "Canon EOS R5 (2)", "FUJIFILM X100V (1)")

    library = results(visitor).get_by_role("combobox", name="Library")
    expect_options(visitor, "Library", "Favourites", "Summer")
    library.select_option("Summer")
    expect_found(visitor, "sunset two.jpg", "the sunset.jpg")
    expect(results(visitor).get_by_role("status")).to_have_text("2 photos found")
    expect_options(visitor, "Camera", "Canon EOS R5 (1)", "FUJIFILM X100V (1)")
    chips = results(visitor).get_by_role("list", name="Filters").get_by_role("button")
    expect(chips).to_have_text(["In “Summer”"])
    expect(page).to_have_url(f"{visitor.origin}/#/search?q=sunset&album={album_of(visitor, 2)}")
    assert visitor.violations() == []
    assert visitor.overlaps() == []

    page.reload()
    expect_found(visitor, "sunset two.jpg", "the sunset.jpg")
    expect(chips).to_have_text(["In “Summer”"])
    library.focus()
    page.keyboard.press("ArrowDown")
    expect(chips).to_have_text(["Favourites", "In “Summer”"])
    expect_found(visitor, "sunset two.jpg", "the sunset.jpg")
    results(visitor).get_by_role("link", name="the sunset.jpg").click()
    # Right after a reload, what shows a photo alone is still being loaded.
    expect(page.get_by_role("heading", level=1, name="the sunset.jpg")).to_be_visible()
    page.keyboard.press("f")
    expect(page.get_by_role("button", name="Favourite", exact=True)).to_have_attribute(
        "aria-pressed", "false"
    )
    page.keyboard.press("Escape")
    expect_found(visitor, "sunset two.jpg")
    expect(results(visitor).get_by_role("status")).to_have_text("1 photo found")
    page.get_by_role("button", name="Remove the filter Album: In “Summer”").click()
    expect_found(visitor, "sunset two.jpg")
    page.get_by_role("button", name="Remove the filter Library: Favourites").click()
    expect_found(visitor, "sunset at the lake.jpg", "sunset two.jpg", "the sunset.jpg")

    visitor.go_to("Albums")
    page.locator(".room").get_by_role("link", name="Summer 2 photos").click()
    search = page.get_by_role("link", name="Search in it")
    expect(search).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    search.press("Enter")
    expect_found(visitor, "sunset two.jpg", "the sunset.jpg")
    expect(page).to_have_title("In “Summer” · Darkroom")
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_album_of_another_finds_nothing(visit: Visit) -> None:
    visitor, other = visit(), visit(locale="de-DE")
    page = enter(visitor)
    visitor.check("snow.jpg")
    bar = page.get_by_role("region", name="Selected photos")
    bar.get_by_role("button", name="Add the selected photos to an album").click()
    page.get_by_role("dialog").get_by_label("New album").fill("Winter")
    page.keyboard.press("Enter")
    address = f"#/search?album={album_of(visitor, 1)}"
    page.goto(f"{visitor.origin}/{address}")
    expect_found(visitor, "snow.jpg")

    other.page.goto(visitor.origin)
    other.page.get_by_role("button", name="Als Gast weitermachen").click()
    expect(other.page.get_by_text(re.compile("Noch keine (Dateien|Fotos)"))).to_be_visible()
    other.record("snow.jpg", status="processed", steps={}, favourite=True)
    other.page.goto(f"{visitor.origin}/#/search?favourites=")
    other.page.reload()
    expect_found(other, "snow.jpg")
    chip = results(other).get_by_role("button", name="Filter Sammlung: Favoriten entfernen")
    expect(chip).to_have_text("Favoriten")
    other.page.goto(f"{visitor.origin}/{address}")
    expect(results(other).get_by_text("Nichts gefunden mit diesem Filter.")).to_be_visible()
    expect(results(other).get_by_role("list", name="Filter")).to_have_text("In einem Album")


@pytest.mark.usefixtures("told_all")
def test_what_is_in_the_bin_is_not_counted_and_comes_back(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    page.goto(f"{visitor.origin}/#/search?q=sunset")
    expect_found(visitor, "sunset at the lake.jpg", "sunset two.jpg", "the sunset.jpg")
    expect_options(visitor, "Camera", "Canon EOS R5 (2)", "FUJIFILM X100V (1)")

    results(visitor).get_by_role("link", name="the sunset.jpg").click()
    page.get_by_role("button", name="Move this photo to the bin").click()
    expect_found(visitor, "sunset at the lake.jpg", "sunset two.jpg")
    expect(results(visitor).get_by_role("status")).to_have_text("2 photos found")
    expect_options(visitor, "Camera", "Canon EOS R5 (1)", "FUJIFILM X100V (1)")
    visitor.notice.get_by_role("button", name="Undo").click()
    expect_found(visitor, "sunset at the lake.jpg", "sunset two.jpg", "the sunset.jpg")
    expect(results(visitor).get_by_role("status")).to_have_text("3 photos found")
    expect_options(visitor, "Camera", "Canon EOS R5 (2)", "FUJIFILM X100V (1)")


def test_a_phone_finds_behind_an_icon(visit: Visit) -> None:
    visitor = visit(phone=True, dark=True)
    page = enter(visitor)
    field = page.get_by_role("combobox", name="Search")
    expect(field).to_be_hidden()

    page.get_by_role("button", name="Search", exact=True).tap()
    expect(field).to_be_focused()
    page.keyboard.type("sn")
    expect(page.get_by_role("option", name="snow")).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.get_by_role("option", name="snow").tap()

    expect_found(visitor, "snow.jpg")
    expect(field).to_have_value("snow ")
    expect(field).not_to_be_focused()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.get_by_role("button", name="Close the search").tap()
    expect(visitor.tile("snow.jpg")).to_be_visible()
    expect(field).to_be_hidden()
    assert visitor.overlaps() == []
    page.set_viewport_size({"width": 320, "height": 640})
    # The photos are laid out anew in the next frame.
    page.wait_for_function("document.documentElement.scrollWidth === 320")
    assert visitor.overlaps() == []


def test_ways_from_a_photo_lead_through_the_results_and_back(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    page.goto(f"{visitor.origin}/#/search?place=Berlin")
    expect_found(visitor, "sunset at the lake.jpg", "market.jpg", "the sunset.jpg")
    heading = page.get_by_role("heading", level=1)
    older = page.get_by_role("button", name="Older photo")

    results(visitor).get_by_role("link", name="market.jpg").click()
    expect(heading).to_have_text("market.jpg")
    expect(older).to_have_attribute("aria-disabled", "false")
    page.keyboard.press("ArrowRight")
    expect(heading).to_have_text("the sunset.jpg")
    expect(older).to_have_attribute("aria-disabled", "true")
    page.reload()
    expect(heading).to_have_text("the sunset.jpg")
    expect(page.get_by_role("button", name="Newer photo")).to_have_attribute(
        "aria-disabled", "false"
    )
    page.keyboard.press("ArrowLeft")
    expect(heading).to_have_text("market.jpg")
    page.keyboard.press("Escape")

    expect_found(visitor, "sunset at the lake.jpg", "market.jpg", "the sunset.jpg")
    expect(results(visitor).get_by_role("link", name="market.jpg")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="All results").click()
    expect(results(visitor).get_by_role("link", name="market.jpg")).to_be_focused()


def test_best_matches_come_first_without_days_when_that_is_wanted(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    page.goto(f"{visitor.origin}/#/search?q=sunset")
    expect_found(visitor, "sunset at the lake.jpg", "sunset two.jpg", "the sunset.jpg")
    expect(results(visitor).get_by_role("heading", level=2)).to_have_count(3)

    page.get_by_role("combobox", name="Order").select_option("Best match first")

    expect(results(visitor).get_by_role("heading", level=2)).to_have_count(0)
    expect(results(visitor).locator(".tile")).to_have_count(3)
    assert sorted(found(visitor)) == ["sunset at the lake.jpg", "sunset two.jpg", "the sunset.jpg"]
    expect(page).to_have_url(f"{visitor.origin}/#/search?q=sunset&order=relevance")
    assert visitor.violations() == []


def test_what_was_found_is_selected_and_deleted_and_found_no_more(visit: Visit) -> None:
    visitor = visit()
    names = ["lake one.jpg", "lake two.jpg", "lake three.jpg", "hill.jpg"]
    page = upload(visitor, {name: photo(900 + n, (300, 200)) for n, name in enumerate(names)})
    page.goto(f"{visitor.origin}/#/search?q=lake")
    expect_found(visitor, "lake three.jpg", "lake two.jpg", "lake one.jpg")

    results(visitor).get_by_role("link", name="lake three.jpg").hover()
    results(visitor).get_by_role("checkbox", name="Select lake three.jpg").click()
    results(visitor).get_by_role("link", name="lake two.jpg").click(modifiers=["Shift"])
    bar = page.get_by_role("region", name="Selected photos")
    expect(bar.get_by_role("status")).to_have_text("2 selected")
    assert visitor.violations() == []
    bar.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()

    expect_found(visitor, "lake one.jpg")
    expect(results(visitor).get_by_role("status")).to_have_text("1 photo found")
    expect(results(visitor).get_by_role("link", name="lake one.jpg")).to_be_focused()
    visitor.cloud.wait_until_idle()
    page.reload()
    expect_found(visitor, "lake one.jpg")
    expect(results(visitor).get_by_role("status")).to_have_text("1 photo found")
    page.keyboard.press("Escape")
    expect(visitor.tile("hill.jpg")).to_be_visible()


def test_bar_has_room_for_the_field_on_every_width_when_words_are_long(visit: Visit) -> None:
    visitor = visit(locale="de-DE")
    page = visitor.page
    page.goto(visitor.origin)
    page.get_by_role("button", name="Als Gast weitermachen").click()
    expect(page.get_by_text("Noch keine Dateien")).to_be_visible()
    visitor.record_many(1)
    page.reload()
    expect(page.get_by_role("combobox", name="Suchen")).to_be_visible()

    for width in (1440, 1280, 1181, 1024, 1001, 768, 641, 320):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("document.documentElement.scrollWidth <= innerWidth")
        assert visitor.overlaps() == []

    page.set_viewport_size({"width": 1181, "height": 800})
    page.get_by_role("combobox", name="Suchen").focus()
    listed = page.get_by_role("listbox")
    expect(listed).to_be_visible()
    box = listed.bounding_box()
    assert box is not None
    assert box["width"] >= 320  # a name is read, not guessed from its first letter


def test_copies_are_deleted_after_a_question_and_the_one_that_is_chosen_stays(
    visit: Visit,
) -> None:
    visitor = visit()
    small, large = photo(950, (300, 200)), photo(950, (600, 400))
    page = upload(visitor, {"small.jpg": small, "large.jpg": large, "other.jpg": photo(951)})
    held: list[Route] = []
    page.route(SEARCH_ROUTE, lambda route: held.append(route))
    page.keyboard.press("/")
    page.get_by_role("option", name="Find duplicates").hover()
    page.mouse.down()
    held.pop().continue_()
    page.unroute(SEARCH_ROUTE)
    expect(suggestions(visitor)).to_have_count(2)  # the other one has come above it
    page.mouse.up()
    group = page.get_by_role("group", name="2 that look the same")
    expect(group).to_be_visible()

    copies = group.get_by_role("listitem")
    expect(group.get_by_role("radio", name="large.jpg")).to_be_checked()
    expect(group.locator(".copy").first).to_contain_text("600 × 400")
    expect(copies).to_have_count(0)  # they are choices
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    group.get_by_role("radio", name="small.jpg").check()
    group.get_by_role("button", name="Delete the other one").click()
    dialog = page.get_by_role("dialog", name="Delete 1 photo?")
    expect(dialog).to_contain_text("small.jpg is kept.")
    dialog.get_by_role("button", name="Keep all").click()
    expect(group).to_be_visible()
    group.get_by_role("button", name="Delete the other one").click()
    dialog.get_by_role("button", name="Delete", exact=True).click()

    expect(
        page.get_by_text("There are no duplicates: no two photos look the same.")
    ).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    visitor.cloud.wait_until_idle()
    names = sorted(row["image"].rpartition("/")[2] for row in visitor.items("Images"))
    assert names == ["other.jpg", "small.jpg"]


@pytest.mark.usefixtures("told_all")
def test_what_was_found_goes_to_the_bin_without_a_question_and_copies_too(visit: Visit) -> None:
    visitor = visit()
    small, large = photo(960, (300, 200)), photo(960, (600, 400))
    lake, pond = photo(961, (600, 400)), photo(961, (300, 200))
    page = upload(
        visitor, {"small.jpg": small, "large.jpg": large, "lake.jpg": lake, "pond.jpg": pond}
    )
    page.goto(f"{visitor.origin}/#/search?q=lake")
    expect_found(visitor, "lake.jpg")

    results(visitor).get_by_role("link", name="lake.jpg").click()
    page.get_by_role("button", name="Move this photo to the bin").click()
    expect_found(visitor)
    expect(results(visitor).get_by_role("status")).to_have_text("0 photos found")
    visitor.notice.get_by_role("button", name="Undo").click()
    expect_found(visitor, "lake.jpg")

    page.goto(f"{visitor.origin}/#/search?duplicates=")
    group = page.get_by_role("group", name="2 that look the same")
    expect(group).to_have_count(2)
    move = group.get_by_role("button", name="Move the other one to the bin")
    move.first.dblclick()  # the next one comes under the second click
    expect(page.get_by_text("1 photo moved to the bin.").first).to_be_visible()
    expect(group).to_have_count(1)
    expect(group.get_by_role("heading")).to_be_focused()
    move.click()
    expect(group).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    visitor.notice.get_by_role("button", name="Undo").click()
    expect(group).to_be_visible()


def test_more_like_a_photo_is_found_from_it(visit: Visit) -> None:
    visitor = visit()
    visitor.enter_as_guest()
    for name, fingerprint in {"one": "f0f0f0f0a5a5a5a5", "two": "f0f0f0f0a5a5a5a7"}.items():
        visitor.record(
            f"{name}.jpg", status="processed", steps={}, perceptual_hash=fingerprint, **SIDES
        )
    visitor.record("far.jpg", status="processed", steps={}, perceptual_hash="0f" * 8, **SIDES)
    page = visitor.page
    page.goto(f"{visitor.origin}/#/photo/one.jpg")
    page.reload()

    page.get_by_role("link", name="More like this").click()

    expect(results(visitor).locator(".tile")).to_have_count(1)
    assert found(visitor) == ["two.jpg"]
    expect(page.get_by_role("heading", level=1)).to_have_text("Like one.jpg")
    expect(page).to_have_url(f"{visitor.origin}/#/search?like=one.jpg")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("one.jpg")


SIDES = {"width": 300, "height": 200}


def test_an_older_search_is_ended_when_a_newer_one_begins(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    page.route(
        SEARCH_ROUTE, lambda route: None if asks_for("snow")(route.request) else route.continue_()
    )
    with page.expect_request(asks_for("snow")) as held:
        page.goto(f"{visitor.origin}/#/search?q=snow")
    expect(results(visitor).get_by_role("status")).to_have_text("Searching …")

    with page.expect_event("requestfailed") as ended:
        page.goto(f"{visitor.origin}/#/search?q=market")

    assert ended.value == held.value
    expect_found(visitor, "market.jpg")


def asks_for(text: str) -> Callable[[Request], bool]:
    """Whether a request searches for a text."""
    return lambda request: json.loads(request.post_data or "{}").get("text") == text


def test_nothing_found_is_said_with_what_helps(visit: Visit) -> None:
    visitor = visit(phone=True)
    page = enter(visitor)
    page.goto(f"{visitor.origin}/#/search?q=submarine&place=Berlin")

    said = page.get_by_text("Nothing was found for “submarine” with this filter.")
    expect(said).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    page.get_by_role("link", name="Search without filters").click()
    expect(page.get_by_text("Nothing was found for “submarine”.")).to_be_visible()
    page.get_by_role("link", name="All photos", exact=True).click()
    expect(visitor.tile("snow.jpg")).to_be_visible()


def test_a_failed_search_says_so_and_succeeds_by_itself(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    visitor.expects_failures = True
    page.route(SEARCH_ROUTE, lambda route: route.abort())

    page.goto(f"{visitor.origin}/#/search?q=snow")
    problem = results(visitor).get_by_role("alert")
    expect(problem).to_contain_text("The results could not be loaded. Darkroom cannot be reached")
    expect(problem.get_by_role("button", name="Try again")).to_be_visible()
    assert visitor.violations() == []
    page.context.set_offline(True)
    page.goto(f"{visitor.origin}/#/search?q=market")
    expect(results(visitor)).to_contain_text(
        "You are offline. The search goes on when the connection is back."
    )
    page.unroute(SEARCH_ROUTE)
    page.context.set_offline(False)

    expect_found(visitor, "market.jpg")
    expect(problem).to_have_count(0)


def test_an_index_that_is_being_made_is_waited_for(visit: Visit) -> None:
    visitor = visit()
    page = enter(visitor)
    answers = [{"total": 0, "hits": [], "building": True}] * 2

    def answer(route: Route) -> None:
        if route.request.method == "POST" and answers:
            route.fulfill(json=answers.pop(), headers={"Access-Control-Allow-Origin": "*"})
        else:
            route.continue_()

    page.route(SEARCH_ROUTE, answer)
    page.goto(f"{visitor.origin}/#/search?q=snow")

    expect(page.get_by_text("Your photos are being indexed.")).to_be_visible()
    assert visitor.violations() == []
    expect_found(visitor, "snow.jpg")
    expect(page.get_by_text("being indexed")).to_have_count(0)


def test_code_of_the_search_is_loaded_when_somebody_searches(visit: Visit) -> None:
    visitor = visit()
    loaded: list[str] = []
    visitor.page.on("request", lambda request: loaded.append(request.url))
    visitor.enter_as_guest()
    page = visitor.page
    expect(page.get_by_role("search")).to_have_count(0)  # there is nothing to be found
    visitor.record_many(2)
    page.reload()
    expect(page.get_by_role("combobox", name="Search")).to_be_visible()
    assert not [url for url in loaded if "/assets/search-" in url]

    page.keyboard.press("/")
    expect(page.get_by_role("option", name="Find duplicates")).to_be_visible()

    assert [url for url in loaded if "/assets/search-" in url]
