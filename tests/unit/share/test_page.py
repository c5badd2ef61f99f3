"""The page of a link: one that runs nothing, whatever its owner wrote."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from darkroom.share.page import POLICY, ShownFile, nothing, page_of
from darkroom.share.shown import LARGE, PREVIEW, SMALL, VIDEO, Part
from darkroom.share.tokens import id_of, new_token
from hypothesis import given
from hypothesis import strategies as st

TOKEN = "abc-DEF_123456789012345"
PHOTO = {SMALL: Part("k", "jpeg", 1, 960, 640), LARGE: Part("k", "jpeg", 1, 1920, 1280)}
CLIP = {**PHOTO, PREVIEW: Part("k", "webp", 1)}
FILM = {**CLIP, VIDEO: Part("k", "mp4", 1)}
ENDS = "2026-12-01T23:59:59.000Z"


class Elements(HTMLParser):
    """The elements of a page with their attributes, and its text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.found if name == tag]


def shown(title: str = "", *parts: dict[str, Part]) -> Elements:
    files = [ShownFile(number, each) for number, each in enumerate(parts or (PHOTO,), start=1)]
    return Elements(page_of(TOKEN, title, ENDS, files))


ALLOWED = {
    "html", "head", "meta", "link", "title", "style", "body", "main", "h1", "bdi", "p", "ul", "li",
    "a", "img", "picture", "source", "video",
}  # fmt: skip


@given(st.text(min_size=1, max_size=100))
def test_title_is_text_whatever_is_in_it(title: str) -> None:
    page, plain = shown(title, PHOTO, FILM), shown("x", PHOTO, FILM)
    assert [(tag, set(attributes)) for tag, attributes in page.found] == [
        (tag, set(attributes)) for tag, attributes in plain.found
    ]


@pytest.mark.parametrize(
    "title",
    ['"><script>alert(1)</script>', "</title></style><img src=x onerror=alert(1)>", "'\"&lt;&#60;"],
)
def test_markup_in_a_title_is_shown_as_it_was_written(title: str) -> None:
    page = shown(title, PHOTO)
    assert {tag for tag, _ in page.found} <= ALLOWED
    assert page.text.count(title) == 2  # the heading, and the window's title
    assert page.all("img")[0]["alt"] == f"Photo 1: {title}"
    assert not [name for _, attributes in page.found for name in attributes if name[:2] == "on"]


def test_every_address_is_below_the_link_and_every_picture_has_words() -> None:
    page = shown("Summer", PHOTO, CLIP, FILM)
    addresses = [
        value
        for _, attributes in page.found
        for name, value in attributes.items()
        if name in ("src", "href", "srcset", "poster") and value != "data:,"
    ]
    assert len(addresses) == 6
    assert all(re.fullmatch(rf"{TOKEN}/[1-3]/\w+", each or "") for each in addresses)
    assert [each["alt"] for each in page.all("img")] == ["Photo 1: Summer", "Video 2: Summer"]
    assert [each["aria-label"] for each in page.all("video")] == ["Video 3: Summer"]
    assert page.all("a") == [{"href": f"{TOKEN}/1/{LARGE}"}]
    assert page.all("source")[0]["media"] == "(prefers-reduced-motion: no-preference)"


def test_what_it_is_and_until_when_is_said() -> None:
    assert (
        "1 photo and 2 videos. This link ends on 1 December 2026."
        in shown("Summer", PHOTO, CLIP, FILM).text
    )
    page = shown("", PHOTO, PHOTO)
    assert page.text.count("2 photos") == 2
    assert "This link ends on" in page.text


def test_style_is_allowed_by_its_hash_and_nothing_else_is() -> None:
    for page in (page_of(TOKEN, "", ENDS, [ShownFile(1, PHOTO)]), nothing()):
        [style] = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'sha256-{digest}'" in POLICY
        assert "style=" not in page
        assert "noindex" in page
    assert POLICY.startswith("default-src 'none';")
    assert "script-src" not in POLICY
    assert "unsafe" not in POLICY


@given(st.text(st.characters(codec=None), max_size=200))
def test_any_text_is_looked_for_as_a_token(text: str) -> None:
    assert re.fullmatch(r"[0-9a-f]{64}", id_of(text))


def test_token_is_random_and_says_nothing() -> None:
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[\w-]{24}", each, re.ASCII) for each in tokens)
    assert len(base64.urlsafe_b64decode(tokens.pop())) * 8 >= 128
