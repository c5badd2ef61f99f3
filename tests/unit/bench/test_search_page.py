"""What `make bench-search-page` asks the page for, and which promises its figures keep."""

from __future__ import annotations

from urllib.parse import parse_qs

from bench.search_page import address_of, targets


def test_address_says_all_of_a_search_by_the_page_s_names() -> None:
    address = address_of({"text": "sun set ", "cameras": ["A & B"], "from": "2024", "to": "2024"})

    route, _, said = address.partition("?")
    assert route == "#/search"
    assert parse_qs(said) == {
        "q": ["sun set "], "camera": ["A & B"], "from": ["2024"], "to": ["2024"],
    }  # fmt: skip


def test_promise_is_kept_while_few_are_slow_and_no_start_is() -> None:
    warm = [100.0] * 99 + [900.0]

    assert [target.kept for target in targets([1000.0], warm)] == [True, True]
    assert [target.kept for target in targets([1001.0], [*warm, *[201.0] * 5])] == [False, False]
