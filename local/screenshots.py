"""`make screenshots`: the pictures of the page that the README shows."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Page

from local.paths import ROOT
from local.run import EMAILS, PASSWORD
from local.showcase import Showcase, showcase
from local.year import photos_of_a_year
from operations.command import run_command
from operations.screen import Screen

FOLDER = ROOT / "docs" / "images"
_QUALITY = 86
_SOME = 8  # pictures of the first screen

console = Screen(highlight=False, soft_wrap=True)


def main() -> int:
    """The exit status, after taking all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with showcase(beside="share") as shown:
        take(shown.page, "page-desktop")
        with shown.on_phone() as phone:
            take_on_phone(phone)
        take_year(shown)
    return 0


def take_on_phone(phone: Page) -> None:
    """The gallery, notifications, and a photo."""
    take(phone, "page-phone")
    phone.get_by_role("button", name="Notifications").click()
    phone.get_by_role("dialog").get_by_role("listitem").first.wait_for()
    take(phone, "page-notifications")
    phone.keyboard.press("Escape")
    phone.locator(".tile").filter(has_text="launch.jpg").get_by_role("link").click()
    phone.locator(".photo-picture img.shown").wait_for()
    take(phone, "page-phone-photo")


def take_year(shown: Showcase) -> None:
    """A page without photos, a year of them, a selection, and the link that shows it."""
    email = EMAILS[1]
    user = shown.cloud.new_user(email, PASSWORD)
    with shown.desk(email) as page:
        take(page, "page-empty")
        for name, body in photos_of_a_year():
            user.upload(name, body)
        shown.cloud.wait_until_idle()
        page.reload()
        page.locator(".gallery img.shown").nth(_SOME).wait_for()
        take(page, "page-year")
        for number in (0, 1, 3):
            page.locator(".tile").nth(number).hover()
            page.locator(".tile").nth(number).get_by_role("checkbox").click()
        take(page, "page-selection")
        page.get_by_role("button", name="Make a link").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_label("Title, if you like").fill("Autumn")
        dialog.get_by_role("button", name="Make the link").click()
        address = dialog.get_by_label("Address of the link").input_value()
    with shown.phone(signed_in=False) as phone:
        phone.goto(address)
        phone.wait_for_load_state("networkidle")
        take(phone, "page-link")


def take(page: Page, name: str) -> None:
    """Save a picture of the page."""
    page.mouse.move(0, 0)  # what it is over looks different
    page.wait_for_timeout(800)  # until transitions are over
    path = FOLDER / f"{name}.webp"
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(path, quality=_QUALITY, method=6)
    console.print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    run_command(main)
