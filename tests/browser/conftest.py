"""The page in a real browser, against a cloud of its own on 127.0.0.1 with IAM enforced.

Without a browser, or without the page because there is no Node.js, these tests are skipped and say
so; where CI is set that is a failure.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_socket import socket_allow_hosts

from local.browser import ARGUMENTS, get_shell
from local.building import one_process_at_a_time
from local.cloud import LocalCloud
from local.paths import STATE
from local.site import Site, is_built
from local.user import PATIENCE_SECONDS, User
from operations.deployment import Deployment
from operations.outputs import describe
from tests.browser.visitor import PHRASE, Visitor
from tests.built import built

__all__ = ["built"]  # a fixture for all tests here

PHONE: ViewportSize = {"width": 360, "height": 740}
DESKTOP: ViewportSize = {"width": 1280, "height": 800}
# The first photo waits for functions that have never run, on a machine that may be busy.
PATIENCE_MS = PATIENCE_SECONDS * 1000
expect.set_options(timeout=PATIENCE_MS)


def pytest_runtest_setup() -> None:
    """Nothing but this machine can be reached from a test."""
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)


def missing(what: str) -> NoReturn:
    """Skip, or fail where CI is set, for the want of something."""
    if os.environ.get("CI"):
        pytest.fail(f"the page was not tested: {what}")
    pytest.skip(what)


@pytest.fixture(scope="session")
def executable() -> Path:
    """The browser's program."""
    socket_allow_hosts(["127.0.0.1"], allow_unix_socket=True)
    with one_process_at_a_time(STATE / "browser.lock"):
        executable = get_shell()
    if executable is None:
        missing("no Chromium: neither Playwright's nor Debian's could be installed")
    return executable


@pytest.fixture(scope="session")
def browser(executable: Path) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=executable, args=ARGUMENTS, chromium_sandbox=os.geteuid() != 0
        )
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def page_is_built() -> None:
    if not is_built():
        missing("the page is not built, it needs Node.js 20.19 or later and npm")


@pytest.fixture(scope="session")
def served(browser: Browser, page_is_built: None, built: None) -> Iterator[tuple[LocalCloud, Site]]:
    """A deployed cloud and its page, for all tests of a process.

    First of all come a browser and the page: they are the quickest to miss.
    """
    process = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    with Site() as site, LocalCloud(f"browser-{process}") as cloud:
        settings = {"QuotaMinimumBytes": "0", "KeepOtherFiles": "true"}
        cloud.deploy({"AllowedOrigins": site.origin, **settings})
        site.publish(as_most_expect(cloud), cloud.endpoint)
        yield cloud, site


def as_most_expect(cloud: LocalCloud) -> dict[str, Any]:
    """What the page is told of a cloud, but that it has a bin, and that it keeps any file.

    Most tests delete for good, and have the page refuse what is of no known kind.
    """
    outputs = describe(Deployment.of_local(cloud.running))
    outputs["custom"].update(binDays=0, keepOtherFiles=False)
    return outputs


@pytest.fixture
def told_all(served: tuple[LocalCloud, Site]) -> Iterator[None]:
    """The page is told that there is a bin, and that any file is kept."""
    cloud, site = served
    site.publish(describe(Deployment.of_local(cloud.running)), cloud.endpoint)
    yield
    site.publish(as_most_expect(cloud), cloud.endpoint)


@pytest.fixture
def cloud(served: tuple[LocalCloud, Site]) -> LocalCloud:
    return served[0]


@pytest.fixture
def account(cloud: LocalCloud) -> tuple[User, str]:
    """Somebody with an account, as their phone; and their e-mail address."""
    email = f"{secrets.token_hex(6)}@darkroom.example"
    return cloud.new_user(email, PHRASE), email


@pytest.fixture
def visit(browser: Browser, served: tuple[LocalCloud, Site]) -> Iterator[Callable[..., Visitor]]:
    """Opens the page as somebody new on every call; no console may hold an error at the end."""
    opened: list[tuple[BrowserContext, Visitor]] = []
    cloud, site = served

    def open_page(
        *,
        phone: bool = False,
        dark: bool = False,
        installable: bool = False,
        locale: str = "en-GB",
    ) -> Visitor:
        context = browser.new_context(
            viewport=PHONE if phone else DESKTOP,
            has_touch=phone,
            is_mobile=phone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            locale=locale,
            timezone_id="UTC",
            # What a service worker asks for is not seen by `route`.
            service_workers="allow" if installable else "block",
        )
        context.set_default_timeout(PATIENCE_MS)
        page: Page = context.new_page()
        visitor = Visitor(page, site.origin, cloud)
        opened.append((context, visitor))
        return visitor

    yield open_page
    faults = [fault for _, visitor in opened for fault in visitor.faults]
    for context, _ in opened:
        context.close()
    assert faults == []
