"""Whatever a user writes is read as one of a few forms, each value of it checked, or not at all."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from darkroom.people.answers import (
    Answer,
    InvalidAnswer,
    is_about_notification,
    mail_kinds,
    read_answer,
    said_validly,
)
from darkroom.pipeline.uploads import MAX_KEY_BYTES, upload_key
from darkroom.states import MailKind, Response
from hypothesis import given
from hypothesis import strategies as st

ME = "eu-central-1:3c8f7a52-6f0e-4d3a-9a39-0d0c1b8f2e11"
ALBUM = "abcdefghij01"
TOLD = "2026-11-24T08:30:14.000Z-1f2e3d4c5b6a"


def read(about: str, **said: Any) -> Answer:
    return read_answer({"identity_id": ME, "about": about, **said})


def said(answer: Answer) -> dict[str, Any]:
    """What an answer says, beside what it is about."""
    known = ("identity_id", "about", "path", "album_id")
    return {k: v for k, v in vars(answer).items() if v is not None and k not in known}


@pytest.mark.parametrize(
    ("about", "path", "album_id"),
    [
        (TOLD, None, None),
        ("file/a/b.jpg", "a/b.jpg", None),
        ("file//", "/", None),
        ("file/in/abcdefghij01/a", "in/abcdefghij01/a", None),
        ("file/a\nb", "a\nb", None),
        (f"album/{ALBUM}", None, ALBUM),
        (f"in/{ALBUM}/file/a.jpg", "file/a.jpg", ALBUM),
    ],
)
def test_answer_is_of_the_file_or_album_that_it_is_about(
    about: str, path: str | None, album_id: str | None
) -> None:
    value: dict[str, Any] = {"seen": True} if album_id is None and path is None else {}
    if album_id is not None:
        value = {"gone": True}
    elif path is not None:
        value = {"binned": True}
    answer = read(about, **value)
    assert (answer.path, answer.album_id) == (path, album_id)
    assert said(answer) == value
    assert is_about_notification(about) is (path is None and album_id is None)


@pytest.mark.parametrize(
    ("about", "values", "meant"),
    [
        ("mails", {"muted": ["failed", "failed"]}, {"muted": frozenset({MailKind.FAILED})}),
        ("mails", {"muted": []}, {"muted": frozenset()}),
        (TOLD, {"response": "keep"}, {"response": Response.KEEP}),
        ("file/a", {"favourite": False, "binned": True}, {"favourite": False, "binned": True}),
        (f"in/{ALBUM}/a", {"rank": "z9"}, {"rank": "z9", "gone": False}),
        (f"in/{ALBUM}/a", {"rank": "z9", "gone": True}, {"rank": "z9", "gone": True}),
        (f"album/{ALBUM}", {"cover": ""}, {"cover": ""}),
        (f"album/{ALBUM}", {"cover": "a/b"}, {"cover": "a/b"}),
        (f"album/{ALBUM}", {"name": "x" * 100}, {"name": "x" * 100, "gone": False}),
        (f"album/{ALBUM}", {"name": "\ta\n b\u202e"}, {"name": "a b", "gone": False}),
        (f"album/{ALBUM}", {"name": "👪\u200d🌍"}, {"name": "👪\u200d🌍", "gone": False}),
    ],
)
def test_answer_says_what_was_written_when_it_may_be(
    about: str, values: dict[str, Any], meant: dict[str, Any]
) -> None:
    assert said(read(about, **values)) == meant


# Values that none of the answers may have, by what they are about and the attribute.
ODD: dict[tuple[str, str], list[Any]] = {
    (TOLD, "seen"): [False, None, 1, "true", []],
    (TOLD, "response"): ["burn", "", None, 1, True, ["keep"], {"keep"}, {}],
    ("mails", "muted"): [["failed", "bills"], [["failed"]], [None], "failed", {"failed"}, None, 3],
    ("file/a", "favourite"): [1, None, "true", []],
    ("file/a", "binned"): [0, None, "false", {}],
    (f"album/{ALBUM}", "name"): ["", " \n\x00 ", "x" * 101, None, 3, ["Summer"], b"Summer"],
    (f"album/{ALBUM}", "cover"): [None, 3, ["a.jpg"], b"a.jpg"],
    (f"album/{ALBUM}", "gone"): [False, None, 1, "no"],
    (f"in/{ALBUM}/a", "rank"): ["", "A", "a b", "a\n", "a" * 41, "ä", None, 3, b"a", ["a"]],
    (f"in/{ALBUM}/a", "gone"): [False, None, 0, "yes"],
}


@pytest.mark.parametrize(("about", "name"), ODD, ids=lambda text: text.partition("/")[0])
def test_answer_is_refused_when_its_value_is_none_that_it_may_have(about: str, name: str) -> None:
    for value in ODD[about, name]:
        with pytest.raises(InvalidAnswer):
            read(about, **{name: value})


def test_reply_and_kinds_are_of_those_that_there_are() -> None:
    assert type(read(TOLD, response="keep").response) is Response
    muted = read("mails", muted=["failed"]).muted
    assert muted is not None
    assert [type(kind) for kind in muted] == [MailKind]


@pytest.mark.parametrize(
    ("stored", "kinds"),
    [
        ({"failed", "bills"}, {MailKind.FAILED}),
        (["failed", None, ["failed"]], {MailKind.FAILED}),
        ("failed", set()),
        ({"failed": True}, set()),
        (None, set()),
    ],
)
def test_kinds_that_are_stored_are_read_and_nothing_else(stored: Any, kinds: set[Any]) -> None:
    assert mail_kinds(stored) == kinds
    assert all(type(kind) is MailKind for kind in mail_kinds(stored))


def test_notification_is_shown_without_what_its_owner_wrote_there_of_no_meaning() -> None:
    """Users wrote it themselves before there was a table for it."""
    told = {"kind": "processed", "message": {"x"}, "sent_at": 3}
    valid = {"seen_at": "2026" * 10, "responded_at": "2026" * 10, "response": "retry"}
    assert said_validly({**told, **valid}) == {**told, **valid}
    for name in valid:
        for odd in (None, 3, {"retry"}, ["retry"], "x" * 41):
            kept = {key: value for key, value in valid.items() if key != name}
            assert said_validly({**told, **valid, name: odd}) == {**told, **kept}


@pytest.mark.parametrize("beyond", [0, 1])
@pytest.mark.parametrize("place", ["file", "album", "cover"])
def test_path_is_refused_when_no_key_could_have_it(place: str, beyond: int) -> None:
    path = "ä" + "x" * (MAX_KEY_BYTES - len(upload_key(ME, "")) - 2 + beyond)
    written: dict[str, tuple[str, dict[str, Any]]] = {
        "file": (f"file/{path}", {"binned": True}),
        "album": (f"in/{ALBUM}/{path}", {"gone": True}),
        "cover": (f"album/{ALBUM}", {"cover": path}),
    }
    about, values = written[place]
    if not beyond:
        read(about, **values)
        return
    with pytest.raises(InvalidAnswer, match="length"):
        read(about, **values)


@pytest.mark.parametrize(
    ("earlier", "later", "together"),
    [
        ({"rank": "a"}, {"gone": True}, {"rank": "a", "gone": True}),
        ({"gone": True}, {"rank": "b"}, {"rank": "b", "gone": False}),
        ({"rank": "a"}, {"rank": "b"}, {"rank": "b", "gone": False}),
    ],
)
def test_later_word_counts_when_two_are_about_the_same(
    earlier: dict[str, Any], later: dict[str, Any], together: dict[str, Any]
) -> None:
    first, second = (read(f"in/{ALBUM}/a", **values) for values in (earlier, later))
    assert said(first.and_then(second)) == together


def test_deleted_album_is_not_made_again_when_only_its_cover_is_changed() -> None:
    gone, cover = read(f"album/{ALBUM}", gone=True), read(f"album/{ALBUM}", cover="a")
    assert gone.and_then(cover).gone is True
    assert gone.and_then(read(f"album/{ALBUM}", name="Again")).gone is False


ABOUT = st.one_of(
    st.sampled_from(["mails", TOLD, "file/a.jpg", f"album/{ALBUM}", f"in/{ALBUM}/a.jpg"]),
    st.text(min_size=1, max_size=30),
    st.builds("{}/{}".format, st.sampled_from(["file", "album", "in", f"in/{ALBUM}"]), st.text()),
)
# What DynamoDB's types become.
VALUE = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.text(max_size=120), st.binary(max_size=5),
        st.decimals(allow_nan=False, allow_infinity=False).map(Decimal),
        st.sets(st.text(max_size=5), min_size=1), st.sampled_from(["keep", "a0", "Summer", ""]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=4,
)  # fmt: skip
NAMES = (
    "seen", "response", "muted", "favourite", "binned", "name", "cover", "rank", "gone", "status",
)  # fmt: skip


@given(ABOUT, st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=3))
def test_what_is_read_has_its_types_and_bounds_whatever_is_written(
    about: str, written: dict[str, Any]
) -> None:
    try:
        answer = read(about, **written)
    except InvalidAnswer:
        return
    values = said(answer)
    assert values.keys() <= set(written) | {"gone"}
    assert values.keys() - {"gone"} or answer.gone
    for name in ("favourite", "binned", "gone"):
        assert isinstance(values.get(name, False), bool)
    assert values.get("seen", True) is True
    assert isinstance(values.get("response", Response.KEEP), Response)
    assert values.get("muted", frozenset()) <= set(MailKind)
    name = values.get("name", "a")
    assert 0 < len(name) <= 100
    assert name == " ".join(name.split())
    assert name.replace("\u200d", "").replace("\u200c", "").isprintable()
    assert 0 < len(values.get("rank", "a")) <= 40
    assert values.get("rank", "a").isascii()
    for path in (answer.path, answer.cover):
        assert len(upload_key(ME, path or "").encode()) <= MAX_KEY_BYTES
