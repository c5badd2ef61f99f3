"""The page as a user sees it: signed in, with all sample files uploaded and ended."""

from __future__ import annotations

import mimetypes
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import (
    Browser,
    BrowserContext,
    FilePayload,
    Page,
    Playwright,
    StorageState,
    ViewportSize,
    sync_playwright,
)

from local.browser import ARGUMENTS, get_browser
from local.cloud import LocalCloud
from local.run import EMAILS, PASSWORD
from local.samples import sample_files
from local.site import Site, is_built
from operations.command import CommandError
from operations.deployment import Deployment
from operations.outputs import describe

_END_SECONDS = 120
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
NEEDS = "it needs Node.js 20.19 or later and npm"


@dataclass(frozen=True)
class Showcase:
    """A browser in which the page is open."""

    cloud: LocalCloud
    context: BrowserContext
    page: Page
    origin: str
    playwright: Playwright
    executable: Path

    @contextmanager
    def on_phone(self) -> Iterator[Page]:
        """The same page on a phone, in the dark colour scheme."""
        with self.phone() as page:
            page.goto(self.origin)
            page.locator(".gallery img.shown").first.wait_for()
            yield page

    @contextmanager
    def phone(self, *, signed_in: bool = True) -> Iterator[Page]:
        """A browser on a phone that has the sign-in, or not, and nothing else; no page is open."""
        with self._browser() as browser:
            context = browser.new_context(
                storage_state=self._sign_in_alone() if signed_in else None,
                viewport={"width": 360, "height": 740},
                device_scale_factor=2,
                is_mobile=True,
                has_touch=True,
                color_scheme="dark",
                locale="en-GB",
            )
            yield context.new_page()

    @contextmanager
    def desk(self, email: str) -> Iterator[Page]:
        """The page on somebody else's desktop, signed in."""
        with self._browser() as browser:
            context = browser.new_context(viewport=DESKTOP, color_scheme="light", locale="en-GB")
            page = context.new_page()
            sign_in(page, self.origin, email)
            yield page

    def _browser(self) -> Browser:
        return self.playwright.chromium.launch(
            executable_path=self.executable,
            args=ARGUMENTS,
            chromium_sandbox=os.geteuid() != 0,
        )

    def _sign_in_alone(self) -> StorageState:
        state = self.context.storage_state()
        for origin in state["origins"]:
            origin["localStorage"] = [
                held
                for held in origin["localStorage"]
                if not held["name"].startswith("darkroom.photos")
            ]
        return state

    def upload(self, *names: str) -> None:
        """Upload sample files and wait for their ends."""
        before = self.page.locator(".tile-state").count()
        bodies = {sample.name: sample.body for sample in sample_files()}
        chosen: list[FilePayload] = [
            {
                "name": name,
                "mimeType": mimetypes.guess_type(name)[0] or "application/octet-stream",
                "buffer": bodies[name],
            }
            for name in names
        ]
        self.page.locator("#chooser").set_input_files(chosen)
        self.wait_for_ends(before + len(names))

    def wait_for_ends(self, count: int) -> None:
        """Wait until this many files have ended.

        Raises:
            CommandError: they did not end in time.
        """
        ended = self.page.locator(".tile-state").filter(has_not_text="being processed")
        deadline = time.monotonic() + _END_SECONDS
        while ended.count() < count:
            if time.monotonic() > deadline:
                raise CommandError(f"{count} files did not end in {_END_SECONDS} s")
            self.page.wait_for_timeout(50)


def sign_in(page: Page, origin: str, email: str) -> None:
    """Open the page as somebody who has uploaded nothing yet."""
    page.goto(origin)
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("No files yet").wait_for()


@contextmanager
def showcase(*arguments: str, beside: str = "") -> Iterator[Showcase]:
    """A deployed page with a signed-in user's uploads. `arguments` go to the browser.

    `beside` names the stacks beside the main one: `share`, for example.

    Raises:
        CommandError: there is no page, or no browser.
    """
    if not is_built():
        raise CommandError(f"the page is not built: {NEEDS}")
    executable = get_browser()
    if executable is None:
        raise CommandError("no Chromium: neither Playwright's nor Debian's could be installed")
    names = [sample.name for sample in sample_files()][::-1]  # the first in the list is newest
    with ExitStack() as held:
        site = held.enter_context(Site())
        cloud = held.enter_context(LocalCloud("showcase"))
        cloud.build()
        cloud.deploy({"AllowedOrigins": site.origin})
        cloud.deploy_beside(beside)
        cloud.new_user(EMAILS[0], PASSWORD)
        deployment = Deployment.of_local(cloud.running)
        site.publish(describe(deployment), cloud.endpoint)
        profile = held.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        playwright = held.enter_context(sync_playwright())
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=executable,
            args=[*ARGUMENTS, *arguments],
            chromium_sandbox=os.geteuid() != 0,
            viewport=DESKTOP,
            color_scheme="light",
            locale="en-GB",
        )
        held.callback(context.close)
        page = context.pages[0]
        sign_in(page, site.origin, EMAILS[0])
        shown = Showcase(cloud, context, page, site.origin, playwright, executable)
        shown.upload(*names)
        yield shown
