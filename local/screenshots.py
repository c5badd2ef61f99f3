"""`make screenshots`: the pictures of the page that the README shows."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import Page

from local.paths import ROOT
from local.showcase import showcase
from operations.command import run_command
from operations.screen import Screen

FOLDER = ROOT / "docs" / "images"
_QUALITY = 86

console = Screen(highlight=False, soft_wrap=True)


def main() -> int:
    """The exit status, after taking all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with showcase() as shown, shown.on_phone() as phone:
        take(shown.page, "page-desktop")
        shown.page.locator(".tile").filter(has_text="launch.jpg").get_by_role("link").click()
        shown.page.locator(".photo-picture img.shown").wait_for()
        take(shown.page, "page-photo")
        take(phone, "page-phone")
        phone.get_by_role("button", name="Notifications").click()
        phone.get_by_role("dialog").get_by_role("listitem").first.wait_for()
        take(phone, "page-notifications")
    return 0


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
