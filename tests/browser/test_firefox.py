"""What people do most, in Firefox as Debian ships it: another engine than all other tests have."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from local.browser import get_firefox
from local.building import one_process_at_a_time
from local.cloud import LocalCloud
from local.paths import STATE
from local.site import Site
from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.firefox import ESCAPE, RIGHT, Firefox
from tests.browser.visitor import OVERLAPS
from tests.e2e.photos import photo

_TILES = "[...document.querySelectorAll('.gallery .tile-caption')].map((one) => one.textContent)"
_STATES = "[...document.querySelectorAll('.gallery .tile-state')].map((one) => one.textContent)"
_PICTURES = (
    "[...document.querySelectorAll('.gallery img.shown')].filter((one) => one.naturalWidth).length"
)
_TITLE = "[...document.querySelectorAll('h1')].find((one) => one.checkVisibility())?.textContent"
_FOCUSED = "document.activeElement?.textContent"


@pytest.fixture
def open_firefox(
    served: tuple[LocalCloud, Site], browser: Browser
) -> Iterator[Callable[..., Firefox]]:
    """Opens the page in a Firefox of its own; no console may hold an error at the end."""
    with one_process_at_a_time(STATE / "firefox.lock"):
        executable = get_firefox()
    if executable is None:
        pytest.skip("no Firefox, and Debian's could not be installed: apt install firefox-esr")
    opened: list[Firefox] = []
    with ExitStack() as held:

        def open_page(*, phone: bool = False, languages: str = "en-GB") -> Firefox:
            size = PHONE if phone else DESKTOP
            firefox = held.enter_context(Firefox(executable, languages=languages, **size))
            opened.append(firefox)
            firefox.open(served[1].origin)
            return firefox

        yield open_page
    assert [fault for firefox in opened for fault in firefox.faults] == []


def written(folder: Path, *names: str) -> list[Path]:
    paths = [folder / name for name in names]
    for number, path in enumerate(paths):
        path.write_bytes(photo(1300 + number, (640, 480)))
    return paths


@pytest.mark.parametrize("phone", [False, True], ids=["desktop", "phone"])
def test_photos_are_uploaded_seen_kept_as_favourites_and_deleted(
    open_firefox: Callable[..., Firefox], tmp_path: Path, phone: bool
) -> None:
    firefox = open_firefox(phone=phone)
    assert firefox.evaluate(f"({OVERLAPS})()") == []
    firefox.click(firefox.named("button", "Continue as a guest"))
    firefox.expect("document.querySelector('#chooser') !== null")

    firefox.choose("#chooser", written(tmp_path, "1.jpg", "2.jpg", "3.jpg"))

    firefox.expect(_STATES, [", ready"] * 3)
    firefox.expect(_PICTURES, 3)
    newest, middle, oldest = firefox.evaluate(_TILES)
    assert firefox.evaluate(f"({OVERLAPS})()") == []
    firefox.click(firefox.find({"type": "css", "value": ".gallery li:nth-child(2) a"}))
    firefox.expect(_TITLE, middle)
    firefox.expect("document.querySelector('.photo-picture img')?.naturalWidth > 0")
    assert firefox.evaluate(f"({OVERLAPS})()") == []
    firefox.press("f")
    firefox.expect("document.querySelector('[aria-label=Favourite]').ariaPressed", "true")
    firefox.press(RIGHT)
    firefox.expect(_TITLE, oldest)
    firefox.press(ESCAPE)
    firefox.expect(_PICTURES, 3)
    firefox.expect(f"{_FOCUSED}.includes({oldest!r})")
    firefox.open(firefox.evaluate("location.origin + '/#/favourites'"))
    firefox.expect(_TILES.replace(".gallery", ".room"), [middle])

    firefox.open(firefox.evaluate("location.origin + '/#/'"))
    firefox.click(firefox.find({"type": "css", "value": ".gallery li:nth-child(1) a"}))
    firefox.expect(_TITLE, newest)
    firefox.click(firefox.named("button", "Delete this photo"))
    firefox.click(firefox.named("button", "Delete"))
    firefox.expect(_TILES, [middle, oldest])


def test_page_speaks_the_language_of_the_browser(open_firefox: Callable[..., Firefox]) -> None:
    firefox = open_firefox(phone=True, languages="de-AT,en")
    firefox.expect("document.documentElement.lang", "de")
    firefox.named("button", "Anmelden")
    assert firefox.evaluate(f"({OVERLAPS})()") == []
