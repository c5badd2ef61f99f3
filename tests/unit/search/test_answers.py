"""Answers, beside those of a search that looks at every file of a small number."""

from __future__ import annotations

import base64
import random
import struct
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from darkroom.search.answers import Answers
from darkroom.search.days import first_of, last_of
from darkroom.search.documents import Document
from darkroom.search.geography import kilometres_between
from darkroom.search.index import Index, State, number_of
from darkroom.search.looks import LIKE_BITS, families, same
from darkroom.search.requests import read_request
from darkroom.search.words import Asked, asked

from tests.unit.search.making import Make, make
from tests.unit.search.records import document

__all__ = ["make"]  # a fixture

WORDS = ["sunset", "sunrise", "sun", "rome", "home", "roma", "café", "river", "graz", "東京", "a"]
CAMERAS = ["Canon EOS R5", "Canon EOS R6", "Apple iPhone 15", 'O\'Neil [x]* "7"']
PLACES = [{"town": "Graz", "country": "Austria"}, {"town": "Rome", "country": "Italy"}]
DAYS = ["2023", "2024-02", "2024-02-29", "2024-02-29T10:00:00", "2024-03-01T00:00:00+02:00"]


def some_documents(random_: random.Random, count: int) -> list[Document]:
    found = []
    for number in range(count):
        root = random_.choice([0x0F0F0F0F0F0F0F0F, 0x123456789ABCDEF0, 0xFFFF0000FFFF0000])
        for _ in range(random_.randrange(9)):
            root ^= 1 << random_.randrange(64)
        metadata: dict[str, Any] = {
            "title": " ".join(random_.choices(WORDS, k=2)),
            "camera": random_.choice(CAMERAS),
        }
        if random_.random() < 0.8:
            metadata["taken_at"] = random_.choice(DAYS)
        if random_.random() < 0.7:
            metadata |= {
                "latitude": 47 + random_.random(),
                "longitude": 15 + random_.random(),
                "place": random_.choice(PLACES),
            }
        found.append(
            document(
                f"{random_.choice(WORDS)} {number}.jpg",
                {"xmp": {"description": " ".join(random_.choices(WORDS, k=3))}},
                kind=random_.choice(["picture", "video", "table"]),
                status=random_.choice(["processed", "rejected"]),
                metadata=metadata,
                width=random_.choice([2, 3]),
                height=random_.choice([2, 3]),
                dominant_colour=random_.choice(["#ff0000", "#0000ff"]),
                perceptual_hash=f"{root:016x}",
            )
        )
    return found


def about(word: str, wanted: str, *, begins: bool) -> bool:
    """Whether a word, or the beginning of it, is one edit from another."""
    parts = {word[:at] for at in range(len(word) + 1)} if begins else {word}
    letters = set("".join(parts)) | set(wanted)
    edits = {wanted}
    for at in range(len(wanted) + 1):
        head, tail = wanted[:at], wanted[at:]
        edits |= {head + letter + tail for letter in letters}
        edits |= {head + letter + tail[1:] for letter in letters if tail}
        edits.add(head + tail[1:])
        edits.add(head + tail[1:2] + tail[:1] + tail[2:])
    return bool(parts & edits)


def rank(document_: Document, words: list[Asked], *, forgiving: bool) -> int | None:
    """The rank of a file that has all of the words; None of another."""
    total = 0
    for each in words:
        forgiven = forgiving and len(each.word) >= 4 and not each.unspaced
        score = 0
        if each.word in document_.words:
            score += 8
        if each.word in document_.names:
            score += 4
        if each.begins and any(word.startswith(each.word) for word in document_.names):
            score += 2
        if forgiven:
            score += any(about(word, each.word, begins=each.begins) for word in document_.words)
        elif each.begins:
            score += any(word.startswith(each.word) for word in document_.words)
        if not score:
            return None
        total += score
    return total


def numbers_of(documents: list[Document]) -> str:
    """What a request says of these files."""
    numbers = (struct.pack(">q", number_of(each.path)) for each in documents)
    return base64.b64encode(b"".join(numbers)).decode()


def numbers_in(written: str) -> set[bytes]:
    numbers = base64.b64decode(written)
    return {numbers[at : at + 8] for at in range(0, len(numbers), 8)}


def matches(each: Document, request: dict[str, Any]) -> bool:
    """Whether a file meets the filters of a request."""
    lists: dict[str, Sequence[str | None]] = {
        "kinds": [each.kind], "states": [each.state], "cameras": [each.camera],
        "places": each.places, "colours": [each.colour],
    }  # fmt: skip
    for name, values in lists.items():
        if request.get(name) and not set(request[name]) & set(values):
            return False
    number = struct.pack(">q", number_of(each.path))
    for name, wanted in (("among", True), ("without", False)):
        if name in request and (number in numbers_in(request[name])) != wanted:
            return False
    if request.get("orientation", each.orientation) != each.orientation:
        return False
    if "from" in request and each.moment < first_of(request["from"]):
        return False
    if "to" in request and each.moment > last_of(request["to"]):
        return False
    if near := request.get("near"):
        if each.latitude is None or each.longitude is None:
            return False
        between = kilometres_between(
            near["latitude"], near["longitude"], each.latitude, each.longitude
        )
        return bool(between <= near["kilometres"])
    return True


def expected(documents: list[Document], request: dict[str, Any]) -> list[str]:
    """The paths that a request finds, in their order."""
    words = asked(request.get("text", ""))
    left = [each for each in documents if matches(each, request)]
    ranks = {each.path: rank(each, words, forgiving=False) for each in left}
    if words and not any(found is not None for found in ranks.values()):
        ranks = {each.path: rank(each, words, forgiving=True) for each in left}
    left = [each for each in left if ranks[each.path] is not None]
    order = {each.path: 0 for each in left}
    if "like" in request:
        [own] = [each for each in documents if f"users/ann/{each.path}" == request["like"]]
        assert own.fingerprint is not None
        order = {
            each.path: (own.fingerprint ^ each.fingerprint).bit_count()
            for each in left
            if each.fingerprint is not None and each is not own
        }
        left = [each for each in left if order.get(each.path, 65) <= LIKE_BITS]
    elif request.get("order") == "relevance" and words:
        order = {path: -found for path, found in ranks.items() if found is not None}
    left.sort(key=lambda each: (order[each.path], -each.moment, each.path))
    return [each.path for each in left]


def some_request(random_: random.Random, documents: list[Document]) -> dict[str, Any]:
    def maybe(**fields: Any) -> dict[str, Any]:
        return fields if random_.random() < 0.25 else {}

    typed = random_.choices([*WORDS, "sunsat", "hme", "gra", "Cano", "京"], k=2)
    text = " ".join(typed[: random_.choice([1, 1, 2])]) + random_.choice(["", "", " "])
    request = {
        **(maybe(text=text) or maybe(text=random_.choice(WORDS)[:3])),
        **maybe(kinds=random_.sample(["picture", "video", "table"], 2)),
        **maybe(states=["rejected"]),
        **maybe(cameras=random_.sample(CAMERAS, 2)),
        **maybe(places=[random_.choice(["Graz", "Italy", "Nowhere"])]),
        **maybe(colours=["red"]),
        **maybe(orientation=random_.choice(["portrait", "landscape", "square"])),
        **maybe(order="relevance"),
        **maybe(near={"latitude": 47.5, "longitude": 15.5, "kilometres": random_.choice([5, 30])}),
        **maybe(among=numbers_of(random_.sample(documents, random_.choice([0, 20, 90])))),
        **maybe(without=numbers_of(random_.sample(documents, random_.choice([0, 20, 90])))),
        **maybe(like=f"users/ann/{random_.choice(documents).path}"),
    }  # fmt: skip
    days = sorted(random_.sample(["2022-12-31", "2024-01-01", "2024-02-29", "2024-03-01"], 2))
    return request | maybe(**{"from": days[0]}) | maybe(to=days[1])


@pytest.mark.parametrize("parts", [0, 1, 3])
@pytest.mark.parametrize("seed", range(6))
def test_answer_is_what_looking_at_every_file_finds(seed: int, parts: int, make: Make) -> None:
    random_ = random.Random(seed)
    documents = some_documents(random_, 120)
    ask = make(documents, pieces=random_.choice([1, 5]), parts=parts)
    for _ in range(make.rounds):
        request = some_request(random_, documents)
        wanted = [f"users/ann/{path}" for path in expected(documents, request)]
        limit = random_.choice(make.limits)
        found: list[str] = []
        answer: dict[str, Any] = {"next": None}
        while "next" in answer and len(found) <= len(documents):
            after = {"after": answer["next"]} if answer["next"] else {}
            answer = ask(**request, **after, limit=limit)
            assert answer["total"] == len(wanted), request
            assert len(answer["hits"]) <= limit
            found += answer["hits"]
        assert found == wanted, request


@pytest.mark.parametrize("parts", [0, 1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_facets_count_what_matches(seed: int, parts: int, make: Make) -> None:
    random_ = random.Random(seed)
    documents = some_documents(random_, 100)
    ask = make(documents, pieces=3, parts=parts)
    by_path = {each.path: each for each in documents}
    for _ in range(make.rounds // 2):
        request = some_request(random_, documents)
        matching = [by_path[path] for path in expected(documents, request)]
        facets = ask(**request, facets=True)["facets"]
        values: dict[str, list[str | None]] = {
            "kinds": [each.kind for each in matching],
            "cameras": [each.camera for each in matching],
            "places": [place for each in matching for place in each.places],
            "colours": [each.colour for each in matching],
            "years": [each.year for each in matching],
            "lenses": [],
        }
        for name, found in values.items():
            counts = sorted(Counter(found).items(), key=lambda each: (-each[1], str(each[0])))
            assert facets[name] == counts[:10], (name, request)


def test_words_are_those_that_one_may_be_typing(make: Make) -> None:
    ask = make(
        [
            document("sunset.jpg", metadata={"camera": "Sunny Cam 3"}),
            document("sunset 2.jpg", {"exif": {"description": "sundial"}}),
            document("sunrise.jpg", metadata={"place": {"town": "Sun City"}}),
            document("rome.jpg"),
        ],
    )
    words = ask(text="Sun", facets=True)["facets"]["words"]
    assert words == [("sunset", 2), ("Sun City", 1), ("Sunny Cam 3", 1), ("sunrise", 1)]
    assert ask(text="sun ", facets=True)["facets"]["words"] == []
    assert ask(text="zz", facets=True)["facets"]["words"] == []  # behind every word there is
    assert ask(text="0", facets=True)["facets"]["words"] == []
    assert ask(facets=True)["facets"]["words"] == []


def test_word_with_a_mistake_is_forgiven_only_if_nothing_has_the_word(make: Make) -> None:
    ask = make([document("home.jpg"), document("rome.jpg")])
    assert ask(text="rome ")["hits"] == ["users/ann/rome.jpg"]
    assert ask(text="rmoe ")["hits"] == ["users/ann/rome.jpg"]
    assert ask(text="nome ")["total"] == 2
    assert ask(text="rom ")["total"] == 0  # three letters: not forgiven


def test_files_of_one_moment_are_all_there_page_by_page(make: Make) -> None:
    names = [f"{number:03d}.jpg" for number in range(250)]
    shuffled = random.Random(1).sample(names, len(names))
    ask = make([document(name) for name in shuffled], pieces=4)
    found: list[str] = []
    after: dict[str, str] = {}
    for _ in range(25):
        answer = ask(limit=10, **after)
        found += answer["hits"]
        after = {"after": answer.get("next", "")}
    assert "next" not in answer
    assert found == [f"users/ann/{name}" for name in names]


@pytest.mark.parametrize("order", ["newest", "relevance"])
def test_next_page_goes_on_where_the_last_ended_when_files_come_and_go(
    order: str, make: Make
) -> None:
    def day(number: int) -> Document:
        taken = f"2024-01-{number + 1:02d}"
        return document(f"sun {number:02d}.jpg", metadata={"taken_at": taken})

    first = make([day(number) for number in range(0, 30, 2)])
    page = first(text="sun ", order=order, limit=5)
    assert page["hits"] == [f"users/ann/sun {number}.jpg" for number in (28, 26, 24, 22, 20)]
    gone = {20, 18}  # the last one of the page, and the one behind it
    later = [day(number) for number in range(30) if number not in gone]
    others = [document(f"other {number}.jpg") for number in range(40)]
    second = make(later + others, pieces=3)
    following = second(text="sun ", order=order, limit=5, after=page["next"])
    assert following["hits"] == [f"users/ann/sun {number}.jpg" for number in (19, 17, 16, 15, 14)]


def test_groups_hold_what_looks_the_same_with_the_best_first(make: Make) -> None:
    def picture(name: str, bits: int, width: int, size: int) -> Document:
        return document(name, perceptual_hash=f"{bits:016x}", width=width, height=10, bytes=size)

    big = picture("big.jpg", 0xABCDEF ^ 0b1111, 20, 40)
    ask = make([
            picture("small.jpg", 0xABCDEF, 10, 50), big,
            picture("bytes.jpg", 0xABCDEF ^ 0b1, 10, 60),
            picture("other.jpg", 0xFF << 40, 10, 50), picture("copy.jpg", 0xFF << 40, 10, 50),
            picture("alone.jpg", 0xABCDEF ^ (0b11111 << 30), 10, 50), document("t.csv"),
        ],
    )  # fmt: skip
    answer = ask(duplicates=True)
    assert answer["total"] == 2
    assert [[file["image"] for file in group] for group in answer["groups"]] == [
        ["users/ann/big.jpg", "users/ann/bytes.jpg", "users/ann/small.jpg"],
        ["users/ann/copy.jpg", "users/ann/other.jpg"],
    ]
    without = ask(duplicates=True, without=numbers_of([big]))
    assert without["total"] == 2
    assert len(without["groups"][0]) == 2
    assert answer["groups"][0][0] == {
        "image": "users/ann/big.jpg", "bytes": 40, "width": 20, "height": 10,
    }  # fmt: skip
    assert "hits" not in answer
    assert ask(duplicates=True, text="copy ")["total"] == 0


@pytest.mark.parametrize("parts", [0, 1, 3])
@pytest.mark.parametrize("seed", range(3))
def test_groups_are_of_what_matches(seed: int, parts: int, make: Make) -> None:
    """Two that look the same by way of a third do so only where that one matches, too."""
    random_ = random.Random(seed)
    documents = some_documents(random_, 120)
    by_path = {each.path: each for each in documents}
    ask = make(documents, pieces=3, parts=parts)
    for _ in range(make.rounds // 2):
        request = some_request(random_, documents)
        request.pop("like", None)
        matching = [by_path[path] for path in expected(documents, request)]
        pictures = [each for each in matching if each.fingerprint is not None]
        fingerprints = [each.fingerprint or 0 for each in pictures]
        wanted = {
            frozenset(f"users/ann/{pictures[at].path}" for at in group)
            for group in same(fingerprints, families(fingerprints))
        }
        answer = ask(**request, duplicates=True)
        found = {frozenset(file["image"] for file in group) for group in answer["groups"]}
        assert (found, answer["total"]) == (wanted, len(wanted)), request


def test_families_that_are_noted_are_not_looked_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    index = Index.create(folder, "ann")
    index.mark(State("ann"))
    with index.writing() as writer:
        for name, bits in (("a.jpg", 0xABCDEF), ("b.jpg", 0xABCDE0), ("c.jpg", 0xFFFF << 40)):
            writer.put(document(name, perceptual_hash=f"{bits:016x}"))
    index.note_families(None, ())
    monkeypatch.delattr("darkroom.search.alike.families")
    answer = Answers.of(Index.open(folder, "ann")).answer(read_request(b'{"duplicates": true}'))
    assert [len(group) for group in answer["groups"]] == [2]


def test_circle_has_no_corners_and_goes_across_the_date_line(make: Make) -> None:
    def at(name: str, latitude: float, longitude: float) -> Document:
        return document(name, metadata={"latitude": latitude, "longitude": longitude})

    ask = make(
        [at("corner.jpg", 10.08, 20.08), at("edge.jpg", 10.085, 20), at("fiji.jpg", -17, 179.95),
         at("samoa.jpg", -17, -179.95), at("pole.jpg", 89.99, 100)],
    )  # fmt: skip
    near: dict[str, float] = {"latitude": 10, "longitude": 20, "kilometres": 10}
    assert ask(near=near)["hits"] == ["users/ann/edge.jpg"]
    near = {"latitude": -17, "longitude": 179.99, "kilometres": 20}
    assert ask(near=near)["total"] == 2
    near = {"latitude": 89.9, "longitude": -80, "kilometres": 20}
    assert ask(near=near)["hits"] == ["users/ann/pole.jpg"]


@pytest.mark.parametrize(
    "text", ["*", "a*", "title:x", "(", '"', "AND", "[a TO b]", "~1", "^", "\\", "/.*/", "-", "\0"]
)
def test_text_is_no_language(text: str, make: Make) -> None:
    ask = make([document("plain.jpg")])
    ask(text=text, facets=True)
    ask(text=text + " ", order="relevance")
    ask(cameras=[text], places=[text], like=text)


def test_empty_index_has_an_answer_to_everything(make: Make) -> None:
    ask = make([])
    for request in ({}, {"text": "a"}, {"order": "relevance", "text": "a"}, {"like": "x"}):
        assert ask(**request)["total"] == 0
    assert ask(duplicates=True)["groups"] == []
    assert set(map(len, ask(facets=True)["facets"].values())) == {0}
