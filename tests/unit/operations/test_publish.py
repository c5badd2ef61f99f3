"""Publishing the page: what changes is asked for again, what cannot change is kept for ever."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from operations.command import CommandError
from operations.deployment import Deployment
from operations.publish import page_files, publish, restricted

OUTPUTS = {
    "custom": {
        "region": "eu-central-1",
        "uploadsBucket": "uploads-1",
        "processedBucket": "processed-1",
        "liveUrl": "wss://abc.execute-api.eu-central-1.amazonaws.com/live",
    }
}


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<html><head><title>x</title></head></html>")
    (tmp_path / "assets" / "main-1a2b.js").write_text("1")
    (tmp_path / "icon.svg").write_text("<svg/>")
    return tmp_path


def test_files_are_cached_as_their_names_allow_when_they_are_published(page: Path) -> None:
    files = {file.key: file for file in page_files(page, OUTPUTS)}

    assert "immutable" in files["assets/main-1a2b.js"].cache_control
    for changing in ("index.html", "icon.svg", "amplify_outputs.json"):
        assert files[changing].cache_control == "no-cache"
    assert files["assets/main-1a2b.js"].content_type == "text/javascript"
    assert files["icon.svg"].content_type == "image/svg+xml"


def test_page_reaches_its_own_buckets_only_when_it_is_open() -> None:
    entry = restricted("<head></head>", OUTPUTS)

    policy = entry.partition('content="')[2].partition('"')[0]
    directives = {part.split()[0]: part.split()[1:] for part in policy.split("; ")}
    own = {f"https://{n}-1.s3.eu-central-1.amazonaws.com" for n in ("uploads", "processed")}
    assert set(directives["img-src"]) == {"'self'", "blob:", "data:", *own}
    assert set(directives["media-src"]) == {"blob:", *own}
    assert own | {"wss://abc.execute-api.eu-central-1.amazonaws.com"} <= set(
        directives["connect-src"]
    )
    assert not any(".s3." in source for source in set(directives["connect-src"]) - own)


def test_page_reaches_the_search_as_well_if_there_is_one() -> None:
    url = "https://def.execute-api.eu-central-1.amazonaws.com/v1/search"
    entry = restricted("<head></head>", {"custom": {**OUTPUTS["custom"], "searchUrl": url}})

    assert f" {url};" in entry.partition('content="')[2].partition('"')[0]
    assert "def.execute-api" not in restricted("<head></head>", OUTPUTS)


def test_page_reaches_what_makes_links_and_each_of_them_if_there_are_some() -> None:
    url = "https://def.execute-api.eu-central-1.amazonaws.com/v1/links"
    entry = restricted("<head></head>", {"custom": {**OUTPUTS["custom"], "shareUrl": url}})

    assert f" {url} {url}/;" in entry.partition('content="')[2].partition('"')[0]


def test_browser_connects_to_photos_and_tables_early_when_the_page_opens() -> None:
    entry = restricted("<head></head>", OUTPUTS)

    assert 'rel="preconnect" href="https://processed-1.s3.eu-central-1.amazonaws.com"' in entry
    tables = 'rel="preconnect" href="https://dynamodb.eu-central-1.amazonaws.com" crossorigin'
    assert tables in entry  # fetch asks with CORS, on a connection of its own


def test_operator_is_told_what_to_do_when_there_is_no_page(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="make web"):
        list(page_files(tmp_path, OUTPUTS))


def test_operator_is_told_what_to_do_when_the_stack_hosts_none(page: Path) -> None:
    def no_client(_service: str) -> Any:
        return SimpleNamespace()

    with pytest.raises(CommandError, match="HostPage=true"):
        publish(Deployment("darkroom", "stack darkroom", {}, no_client), page)
