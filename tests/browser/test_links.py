"""Links: made and ended on the page, and opened on a phone by somebody without an account."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, expect

from local.cloud import SHARE, LocalCloud
from local.site import Site
from local.user import User
from operations.deployment import Deployment
from operations.outputs import describe
from tests.browser.conftest import as_most_expect
from tests.browser.visitor import PHRASE, Visitor, payload
from tests.e2e.photos import photo

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module", autouse=True)
def _sharing(served: tuple[LocalCloud, Site]) -> Iterator[None]:
    """Sharing beside the stack, of which the page knows; it is gone after these tests."""
    cloud, site = served
    deployment = Deployment.of_local(cloud.running)
    cloud.build_stack("share")
    cloud.deploy_stack("share")
    site.publish(describe(deployment), cloud.endpoint)
    yield
    cloud.client("cloudformation").delete_stack(StackName=SHARE)
    outputs = as_most_expect(cloud)
    for name in ("shareUrl", "showUrl"):
        outputs["custom"].pop(name, None)  # the stack may still be on its way out
    site.publish(outputs, cloud.endpoint)


def make_link(visitor: Visitor, bar: Locator, *, title: str = "", days: str = "A week") -> str:
    """The address of a link that somebody makes with the button of a bar."""
    bar.get_by_role("button", name="Make a link").click()
    dialog = visitor.page.get_by_role("dialog")
    dialog.get_by_label("Title, if you like").fill(title)
    dialog.get_by_role("radio", name=days).check()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    dialog.get_by_role("button", name="Make the link").click()
    address = dialog.get_by_label("Address of the link")
    expect(address).to_be_visible()
    assert visitor.violations() == []
    assert visitor.overlaps() == []
    return address.input_value()


def expect_pictures(visitor: Visitor, count: int) -> None:
    """Wait until so many pictures are drawn."""
    visitor.page.wait_for_function(
        "count => { const all = [...document.images];"
        " return all.length === count && all.every(each => each.complete && each.naturalWidth); }",
        arg=count,
    )


def test_link_is_opened_without_an_account_until_its_owner_ends_it(
    visit: Visit, account: tuple[User, str]
) -> None:
    owner, friend = visit(phone=True), visit(phone=True, dark=True)
    owner.sign_in(account[1], PHRASE)
    owner.choose(payload("our garden in Berlin.jpg", photo(51)))
    owner.expect_state("our garden in Berlin.jpg", "ready")
    owner.open_photo("our garden in Berlin.jpg")
    bar = owner.page.locator(".photo-bar")
    address = make_link(owner, bar, title="Spring & <b>summer</b>", days="A day")
    dialog = owner.page.get_by_role("dialog")
    expect(dialog).to_contain_text("It shows this photo, without its place, until")

    friend.page.goto(address)
    expect(friend.page.get_by_role("heading", level=1)).to_have_text("Spring & <b>summer</b>")
    expect(friend.page.get_by_text("1 photo. This link ends on")).to_be_visible()
    expect_pictures(friend, 1)
    assert "Berlin" not in friend.page.content()
    assert friend.violations() == []
    assert friend.overlaps() == []
    friend.page.get_by_role("link", name="Photo 1: Spring").click()
    expect_pictures(friend, 1)  # by itself, and larger
    friend.page.go_back()

    dialog.get_by_role("link", name="your links").click()
    expect(owner.page.get_by_role("heading", level=1, name="Your links")).to_be_focused()
    row = owner.page.get_by_role("listitem").filter(has_text="Spring & <b>summer</b>")
    expect(row).to_contain_text("1 file, until")
    assert owner.violations() == []
    assert owner.overlaps() == []
    row.get_by_role("button", name="End the link").click()
    owner.page.get_by_role("dialog").get_by_role("button", name="End it").click()
    expect(owner.page.get_by_text("You have no links.")).to_be_visible()
    expect(owner.page.get_by_role("heading", level=1, name="Your links")).to_be_focused()

    friend.expects_failures = True  # a page that is not there is one
    friend.page.reload()
    expect(friend.page.get_by_role("heading", level=1)).to_have_text("Nothing is here")
    expect(friend.page.get_by_role("img")).to_have_count(0)


def test_selection_is_shared_in_one_link_which_guests_do_not_make(
    visit: Visit, account: tuple[User, str]
) -> None:
    owner, guest = visit(), visit()
    guest.enter_as_guest()
    guest.choose(payload("own.jpg", photo(52)))
    guest.expect_state("own.jpg", "ready")
    guest.open_photo("own.jpg")
    expect(guest.page.get_by_role("button", name="Share this photo")).to_be_visible()
    expect(guest.page.get_by_role("button", name="Make a link")).to_have_count(0)
    expect(guest.open_account().get_by_role("link", name="My links")).to_have_count(0)

    owner.sign_in(account[1], PHRASE)
    owner.choose(*(payload(f"{name}.jpg", photo(53 + name)) for name in range(3)))
    for name in range(3):
        owner.expect_state(f"{name}.jpg", "ready")
    owner.check("0.jpg")
    owner.check("2.jpg")
    bar = owner.page.get_by_role("region", name="Selected photos")
    address = make_link(owner, bar)
    owner.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog = owner.page.get_by_role("dialog")
    dialog.get_by_role("button", name="Copy the link").click()
    expect(dialog.get_by_role("status")).to_contain_text("It is copied.")
    assert owner.page.evaluate("navigator.clipboard.readText()") == address
    dialog.get_by_role("button", name="Close").click()

    guest.page.goto(address)
    expect(guest.page.get_by_role("heading", level=1)).to_have_text("2 photos")
    expect_pictures(guest, 2)
    owner.page.keyboard.press("Escape")
    owner.open_account().get_by_role("link", name="My links").click()
    expect(owner.page.get_by_role("listitem").filter(has_text="2 files")).to_be_visible()
