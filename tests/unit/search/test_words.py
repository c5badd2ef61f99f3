"""Words, as documents have them and as questions ask for them."""

from __future__ import annotations

import pytest
from darkroom.search.words import MOST_CHARACTERS, Asked, asked, fold, words_of
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("IMG_0001 (2).JPG", ["img", "0001", "2", "jpg"]),
        ("Café CAFÉ cafe\u0301", ["cafe", "cafe", "cafe"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("Ørsted Łódź Æsir İstanbul", ["orsted", "lodz", "aesir", "istanbul"]),
        ("2024-05-31", ["2024", "05", "31"]),
        ("Москва", ["москва"]),
        ("हिन्दी", ["हिन्दी"]),
        ("ｆｕｌｌ ﬁsh", ["full", "fish"]),
        ("東京タワー", ["東京", "京タ", "タワ", "ワー", "ー"]),
        ("graz東京", ["graz", "東京", "京"]),
        ("", []),
        (" \t\n–!?\0", []),
    ],
)
def test_text_has_its_words_whatever_their_case_and_accents(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Sunset ber", [Asked("sunset"), Asked("ber", begins=True)]),
        ("sunset ber ", [Asked("sunset"), Asked("ber")]),
        ("sunset\tsunset\n", [Asked("sunset")]),
        ("東京", [Asked("東京", unspaced=True)]),
        ("京", [Asked("京", begins=True, unspaced=True)]),
        ("graz 東", [Asked("graz"), Asked("東", begins=True, unspaced=True)]),
        ("?!", []),
        ("", []),
    ],
)
def test_last_word_is_being_typed_unless_a_blank_follows_it(text: str, words: list[Asked]) -> None:
    assert asked(text) == words


def test_long_word_is_cut_alike_in_a_document_and_in_a_question() -> None:
    long = "x" * (MOST_CHARACTERS + 5)
    assert list(words_of(long)) == ["x" * MOST_CHARACTERS] == [asked(long)[0].word]


@given(st.text())
def test_what_a_document_says_is_found_by_the_same_words(text: str) -> None:
    has = list(words_of(text))
    for each in asked(text):
        assert any(word.startswith(each.word) if each.begins else word == each.word for word in has)


@given(st.text())
def test_words_hold_no_blank_so_that_blanks_part_them(text: str) -> None:
    assert " ".join(words_of(text)).split() == list(words_of(text))
    assert fold(fold(text)) == fold(text)
