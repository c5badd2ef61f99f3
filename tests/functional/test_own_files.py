"""What owners say of their files: favourites, the bin, albums; of their own alone, and bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from darkroom.aws.attribute_values import from_item, to_item
from darkroom.errors import TransientError
from darkroom.moments import timestamp

from tests.functional.answering import ANN, EVE, HUGE, NINE, deliver, waiting, write
from tests.functional.conftest import World
from tests.functional.wire import Fault, Plan, meanwhile

ALBUM, OTHER = "abcdefghij01", "abcdefghij02"
FAVOURITE = {"favourite": {"BOOL": True}}
BINNED, NOT_BINNED = {"binned": {"BOOL": True}}, {"binned": {"BOOL": False}}
GONE = {"gone": {"BOOL": True}}
UPLOADED = "2026-11-24T08:30:00.000Z"
DAY = timedelta(days=1)
PATHS = [
    "a.jpg",
    "in/folders/of/folders/a.jpg",
    "/a.jpg",
    "a//b.jpg",
    "../a.jpg",
    "ä ö+%2F#?&;=.jpg",
    "two\nlines\t\x00.jpg",
    "👪\u200d🌍\ufffe.jpg",
    "x" * (1024 - len(f"users/{ANN}/")),
]
# What may be written of a file or an album, and must have no effect.
POISON: dict[str, tuple[str, dict[str, Any]]] = {
    "a favourite as text": ("file/a.jpg", {"favourite": {"S": "true"}}),
    "a favourite as a number": ("file/a.jpg", {"favourite": {"N": "1"}}),
    "a favourite of 390 KB": ("file/a.jpg", {"favourite": HUGE}),
    "the bin as a set": ("file/a.jpg", {"binned": {"NS": ["1"]}}),
    "the bin as nothing": ("file/a.jpg", {"binned": {"NULL": True}}),
    "a favourite with a poisoned bin": ("file/a.jpg", {**FAVOURITE, "binned": {"B": b"a"}}),
    "seen beside a favourite": ("file/a.jpg", {**FAVOURITE, "seen": {"BOOL": True}}),
    "an attribute that IAM does not name": ("file/a.jpg", {**FAVOURITE, "status": {"S": "x"}}),
    "nothing of a file": ("file/a.jpg", {}),
    "no path": ("file/", FAVOURITE),
    "a path that no key has": ("file/" + "x" * 1019, FAVOURITE),
    "a long path in an album": (f"in/{ALBUM}/" + "ä" * 504, {"rank": {"S": "a"}}),
    "a file without an album": ("in/a.jpg", {"rank": {"S": "a"}}),
    "an album with a short id": ("in/abc/a.jpg", {"rank": {"S": "a"}}),
    "an album with an odd id": ("in/ABCDEFGHIJ01/a.jpg", {"rank": {"S": "a"}}),
    "an empty rank": (f"in/{ALBUM}/a.jpg", {"rank": {"S": ""}}),
    "a rank in capitals": (f"in/{ALBUM}/a.jpg", {"rank": {"S": "A"}}),
    "a rank that ends a line": (f"in/{ALBUM}/a.jpg", {"rank": {"S": "a\n"}}),
    "a rank of 41": (f"in/{ALBUM}/a.jpg", {"rank": {"S": "a" * 41}}),
    "a rank as a number": (f"in/{ALBUM}/a.jpg", {"rank": {"N": "1"}}),
    "not gone, and no rank": (f"in/{ALBUM}/a.jpg", {"gone": {"BOOL": False}}),
    "a name of nothing that shows": (f"album/{ALBUM}", {"name": {"S": " \n\x00 "}}),
    "a name of 101": (f"album/{ALBUM}", {"name": {"S": "x" * 101}}),
    "a name of 390 KB": (f"album/{ALBUM}", {"name": HUGE}),
    "a name as a list": (f"album/{ALBUM}", {"name": {"L": [{"S": "Summer"}]}}),
    "a cover of 390 KB": (f"album/{ALBUM}", {"name": {"S": "Summer"}, "cover": HUGE}),
    "gone as text": (f"album/{ALBUM}", {"name": {"S": "Summer"}, "gone": {"S": "no"}}),
    "a name of no album": ("album/", {"name": {"S": "Summer"}}),
    "a folder of albums": (f"album/{ALBUM}/", {"name": {"S": "Summer"}}),
    "a cover and no album": (f"album/{ALBUM}", {"cover": {"S": "a.jpg"}}),
}


def store(world: World, path: str = "a.jpg", *, owner: str = ANN, **more: Any) -> None:
    """A file's item, as the functions leave it."""
    item = {"identity_id": owner, "image": f"users/{owner}/{path}", "version": "0066"}
    whole = {**item, "uploaded_at": UPLOADED, **more}
    world.dynamodb.put_item(TableName="ImagesTable", Item=to_item(whole))


def said(world: World, path: str = "a.jpg", *, owner: str = ANN) -> dict[str, Any]:
    """What the item of a file says beside what functions know."""
    found = world.image(owner, path) or {}
    known = ("identity_id", "image", "version", "uploaded_at")
    return {k: v for k, v in found.items() if k not in known}


def albums(world: World) -> dict[str, dict[str, Any]]:
    """Ann's albums by their ids; nobody else has any."""
    items = world.dynamodb.scan(TableName="AlbumsTable")["Items"]
    found = {item["album_id"]["S"]: from_item(item) for item in items}
    assert all(album.pop("identity_id") == ANN for album in found.values())
    assert all(album.pop("album_id") == album_id for album_id, album in found.items())
    return found


def made(world: World, accept: ModuleType, album_id: str, name: str = "Summer") -> None:
    deliver(accept, write(world, ANN, {"name": {"S": name}}, about=f"album/{album_id}"))


def rank(text: str) -> dict[str, Any]:
    return {"rank": {"S": text}, "gone": {"BOOL": False}}


def test_file_is_what_its_owner_says_when_its_path_is_any(world: World, accept: ModuleType) -> None:
    for path in PATHS:
        store(world, path)
        store(world, path, owner=EVE)

    deliver(
        accept,
        *(write(world, ANN, {**FAVOURITE, **BINNED}, about=f"file/{path}") for path in PATHS),
        *(write(world, ANN, rank("a0"), about=f"in/{ALBUM}/{path}") for path in PATHS),
    )

    expected = {
        "favourite": True,
        "binned_at": "2026-11-24T09:00:00.000Z",
        "bin_until": "2026-12-24T09:00:00.000Z",
        "bin_day": "2026-12-24",
        "albums": {ALBUM: "a0"},
    }
    assert {path: said(world, path) for path in PATHS} == dict.fromkeys(PATHS, expected)
    assert [said(world, path, owner=EVE) for path in PATHS] == [{}] * len(PATHS)
    assert waiting(world) == []


def test_file_is_as_before_when_its_owner_takes_it_all_back(
    world: World, accept: ModuleType
) -> None:
    store(world)
    now = datetime.now(UTC).timestamp()
    deliver(accept, write(world, ANN, {**FAVOURITE, **BINNED}, about="file/a.jpg", at=now))
    assert said(world).keys() == {"favourite", "binned_at", "bin_until", "bin_day"}

    deliver(
        accept,
        write(
            world, ANN, {**NOT_BINNED, "favourite": {"BOOL": False}}, about="file/a.jpg", at=now + 1
        ),
    )

    assert said(world) == {}


def test_neighbour_is_heard_and_nothing_is_noted_when_what_is_said_is_poisoned(
    world: World, accept: ModuleType
) -> None:
    store(world)
    owners = {what: f"us-east-1:{number:036}" for number, what in enumerate(POISON)}
    for owner in owners.values():
        store(world, owner=owner)

    deliver(
        accept,
        *(write(world, owners[w], poison, about=to) for w, (to, poison) in POISON.items()),
        write(world, ANN, FAVOURITE, about="file/a.jpg"),
    )

    assert [what for what, owner in owners.items() if said(world, owner=owner)] == []
    assert world.dynamodb.scan(TableName="AlbumsTable")["Items"] == []
    assert said(world) == {"favourite": True}
    assert waiting(world) == []


def test_nothing_is_made_when_there_is_no_such_file(world: World, accept: ModuleType) -> None:
    deliver(
        accept,
        write(world, ANN, {**FAVOURITE, **BINNED}, about="file/a.jpg"),
        write(world, ANN, {**NOT_BINNED, "favourite": {"BOOL": False}}, about="file/b.jpg"),
        write(world, ANN, rank("a"), about=f"in/{ALBUM}/a.jpg"),
        write(world, ANN, GONE, about=f"in/{ALBUM}/b.jpg"),
    )

    assert world.dynamodb.scan(TableName="ImagesTable")["Items"] == []
    assert waiting(world) == []


def test_favourite_and_bin_change_nothing_of_each_other(world: World, accept: ModuleType) -> None:
    store(world)
    deliver(accept, write(world, ANN, BINNED, about="file/a.jpg"))
    in_the_bin = said(world)

    deliver(accept, write(world, ANN, FAVOURITE, about="file/a.jpg"))
    assert said(world) == {**in_the_bin, "favourite": True}

    deliver(accept, write(world, ANN, NOT_BINNED, about="file/a.jpg"))
    assert said(world) == {"favourite": True}


def test_last_word_counts_when_several_come_in_a_batch(world: World, accept: ModuleType) -> None:
    store(world)
    now = datetime.now(UTC).timestamp()

    deliver(
        accept,
        write(world, ANN, FAVOURITE, about="file/a.jpg", at=now),
        write(world, ANN, BINNED, about="file/a.jpg", at=now),
        write(world, ANN, {"binned": {"S": "never mind"}}, about="file/a.jpg", at=now),
        write(world, ANN, {**BINNED, **NOT_BINNED}, about="file/a.jpg", at=now),
        write(world, ANN, rank("a"), about=f"in/{ALBUM}/a.jpg"),
        write(world, ANN, {**rank("a"), **GONE}, about=f"in/{ALBUM}/a.jpg"),
        write(world, ANN, GONE, about=f"in/{OTHER}/a.jpg"),
        write(world, ANN, {"rank": {"S": "b"}}, about=f"in/{OTHER}/a.jpg"),
    )

    assert said(world) == {"favourite": True, "albums": {OTHER: "b"}}


def test_first_time_counts_when_a_file_is_put_into_the_bin_again(
    world: World, accept: ModuleType
) -> None:
    store(world)
    deliver(accept, write(world, ANN, BINNED, about="file/a.jpg"))

    deliver(accept, write(world, ANN, BINNED, about="file/a.jpg", at=NINE + 600))

    assert said(world)["bin_until"] == "2026-12-24T09:00:00.000Z"


def test_version_that_is_newer_than_its_owner_s_word_stays_out_of_the_bin(
    world: World, accept: ModuleType
) -> None:
    """The stream tells the second in which something was said, rounded down."""
    for path, uploaded in (("newer", "09:00:01.001"), ("same-second", "09:00:00.999")):
        store(world, path, uploaded_at=f"2026-11-24T{uploaded}Z")

    deliver(
        accept,
        write(world, ANN, BINNED, about="file/newer"),
        write(world, ANN, BINNED, about="file/same-second"),
        # An update repeats what was said before it.
        write(world, ANN, {**BINNED, **FAVOURITE}, about="file/newer", at=NINE + 60),
    )
    assert said(world, "newer") == {"favourite": True}
    assert "binned_at" in said(world, "same-second")

    deliver(
        accept,
        write(world, ANN, BINNED, about="file/newer", at=NINE),
        write(world, ANN, NOT_BINNED, about="file/newer", at=NINE + 1),
        write(world, ANN, BINNED, about="file/newer", at=NINE + 60),
    )
    assert said(world, "newer")["binned_at"] == "2026-11-24T09:01:00.000Z"

    store(world, "newer", uploaded_at="2026-11-24T09:00:30.000Z")
    deliver(
        accept,
        write(world, ANN, BINNED, about="file/newer", at=NINE),
        # A new item says nothing of the bin.
        write(world, ANN, FAVOURITE, about="file/newer", at=NINE + 60),
    )
    assert said(world, "newer") == {"favourite": True}


def test_file_goes_into_the_bin_by_the_clock_when_it_is_older_than_what_may_be_lost(
    world: World, accept: ModuleType
) -> None:
    """When it was said nobody knows then: what was uploaded within a day may be newer."""
    now = datetime.now(UTC)
    for path, age in (("older", timedelta(hours=25)), ("newer", timedelta(hours=23))):
        store(world, path, uploaded_at=timestamp(now - age))
        write(world, ANN, BINNED, about=f"file/{path}")

    world.invoke(accept)

    assert "binned_at" in said(world, "older")
    assert said(world, "newer") == {}
    assert waiting(world) == []


def test_file_comes_out_of_the_bin_when_that_was_said_in_time(
    world: World, accept: ModuleType
) -> None:
    def leaves(up: timedelta, said_at: timedelta) -> bool:
        """Whether a file does whose time was up so long ago, if that was said so long ago."""
        now = datetime.now(UTC)
        until = timestamp(now - up)
        store(world, binned_at=until, bin_until=until, bin_day=until[:10])
        at = (now - said_at).timestamp()
        deliver(accept, write(world, ANN, NOT_BINNED, about="file/a.jpg", at=at))
        return said(world) == {}

    hour, minute = timedelta(hours=1), timedelta(minutes=1)
    assert leaves(up=hour, said_at=hour + minute)
    assert not leaves(up=hour, said_at=hour - minute)
    assert leaves(up=DAY - 5.5 * minute, said_at=DAY)
    assert not leaves(up=DAY - 4.5 * minute, said_at=DAY)  # it may be being deleted soon
    assert not leaves(up=62 * DAY - hour, said_at=minute)
    assert leaves(up=62 * DAY + hour, said_at=minute)  # nobody deletes it any more


def test_nothing_goes_into_the_bin_and_all_comes_out_when_there_is_none(world: World) -> None:
    accept = world.load("accept", BIN_DAYS="0")
    until = timestamp(datetime.now(UTC) + DAY)
    store(world, "a.jpg", binned_at=until, bin_until=until, bin_day=until[:10])
    store(world, "b.jpg")

    deliver(
        accept,
        write(world, ANN, NOT_BINNED, about="file/a.jpg"),
        write(world, ANN, {**BINNED, **FAVOURITE}, about="file/b.jpg"),
    )

    assert (said(world, "a.jpg"), said(world, "b.jpg")) == ({}, {})
    assert waiting(world) == []


def test_file_has_its_places_when_it_is_put_into_albums_moved_and_taken_out(
    world: World, accept: ModuleType
) -> None:
    store(world)
    for album, text in ((ALBUM, "a"), (OTHER, "z" * 40), (ALBUM, "b")):
        deliver(accept, write(world, ANN, rank(text), about=f"in/{album}/a.jpg"))
    assert said(world) == {"albums": {ALBUM: "b", OTHER: "z" * 40}}

    deliver(accept, write(world, ANN, GONE, about=f"in/{OTHER}/a.jpg"))
    deliver(accept, write(world, ANN, GONE, about=f"in/{OTHER}/a.jpg"))
    assert said(world) == {"albums": {ALBUM: "b"}}

    deliver(accept, write(world, ANN, GONE, about=f"in/{ALBUM}/a.jpg"))
    assert said(world) == {"albums": {}}
    deliver(accept, write(world, ANN, rank("c"), about=f"in/{ALBUM}/a.jpg"))
    assert said(world) == {"albums": {ALBUM: "c"}}


def refused(times: int) -> Plan:
    """A plan: so many writes of a file's item meet what another has written a moment before."""
    seen = 0

    def plan(_: int, sent: str) -> Fault:
        nonlocal seen
        seen += sent == "UpdateItem ImagesTable"
        return "refused" if sent == "UpdateItem ImagesTable" and seen <= times else "none"

    return plan


def test_place_is_said_again_when_others_win_each_of_five_times(
    world: World, accept: ModuleType
) -> None:
    store(world, albums={})
    record = write(world, ANN, rank("a"), about=f"in/{ALBUM}/a.jpg")
    told = pytest.raises(TransientError, match="too many at once")
    with told, world.wire.watch(refused(5)):
        deliver(accept, record)
    assert (said(world), len(waiting(world))) == ({"albums": {}}, 1)

    with world.wire.watch(refused(4)):
        deliver(accept, record)
    assert (said(world), waiting(world)) == ({"albums": {ALBUM: "a"}}, [])


def test_file_is_in_both_albums_when_two_runs_put_it_into_its_first(
    world: World, accept: ModuleType
) -> None:
    store(world)
    slow, fast = (
        write(world, ANN, rank(text), about=f"in/{album}/a.jpg")
        for album, text in ((ALBUM, "a"), (OTHER, "b"))
    )
    first = meanwhile("UpdateItem ImagesTable", lambda: deliver(accept, fast), occurrence=1)
    with world.wire.watch(first):
        deliver(accept, slow)
    assert said(world) == {"albums": {ALBUM: "a", OTHER: "b"}}


@pytest.mark.parametrize(
    ("albums", "request_", "occurrence"),
    [(50, "Query AlbumsTable", 0), (None, "UpdateItem ImagesTable", 1)],
)
def test_nothing_is_made_when_a_file_is_deleted_while_it_is_put_into_an_album(
    world: World, accept: ModuleType, albums: int | None, request_: str, occurrence: int
) -> None:
    store(world)
    if albums is not None:
        store(world, albums={f"abcdefghi{number:03}": "a" for number in range(albums)})
    key = to_item({"identity_id": ANN, "image": f"users/{ANN}/a.jpg"})

    def delete() -> None:
        world.dynamodb.delete_item(TableName="ImagesTable", Key=key)

    with world.wire.watch(meanwhile(request_, delete, occurrence=occurrence)):
        deliver(accept, write(world, ANN, rank("b"), about=f"in/{OTHER}/a.jpg"))
    assert world.dynamodb.scan(TableName="ImagesTable")["Items"] == []


def test_place_costs_two_writes_in_the_first_album_of_a_file_and_one_in_any_other(
    world: World, accept: ModuleType
) -> None:
    store(world)
    for album, writes in ((ALBUM, 2), (OTHER, 1)):
        with world.wire.watch(lambda *_: "none"):
            deliver(accept, write(world, ANN, rank("a"), about=f"in/{album}/a.jpg"))
            assert world.wire.sent.count("UpdateItem ImagesTable") == writes


def test_file_goes_into_one_more_album_when_one_of_its_fifty_is_deleted(
    world: World, accept: ModuleType
) -> None:
    ids = [f"abcdefghi{number:03}" for number in range(50)]
    for album_id in ids:
        album = {"identity_id": ANN, "album_id": album_id, "name": "x", "made_at": "2026"}
        world.dynamodb.put_item(TableName="AlbumsTable", Item=to_item(album))
    full = dict.fromkeys(ids, "a")
    store(world, albums=full)

    places = [write(world, ANN, rank(text), about=f"in/{OTHER}/a.jpg") for text in ("a", "b")]
    assert accept.acceptance.of_records(places) == (0, 2)
    assert said(world) == {"albums": full}
    deliver(accept, write(world, ANN, rank("b"), about=f"in/{ids[7]}/a.jpg"))
    assert said(world) == {"albums": {**full, ids[7]: "b"}}

    gone = {"identity_id": ANN, "album_id": ids[3]}
    world.dynamodb.delete_item(TableName="AlbumsTable", Key=to_item(gone))
    deliver(accept, write(world, ANN, rank("c"), about=f"in/{OTHER}/a.jpg"))

    left = {**full, ids[7]: "b", OTHER: "c"}
    del left[ids[3]]
    assert said(world) == {"albums": left}
    assert waiting(world) == []


def test_album_is_made_changed_and_deleted_when_its_owner_says_so(
    world: World, accept: ModuleType
) -> None:
    store(world, albums={ALBUM: "a"})
    about = f"album/{ALBUM}"
    deliver(accept, write(world, ANN, {"name": {"S": " Sum\u202emer\n 2026 "}}, about=about))
    moment = "2026-11-24T09:00:00.000Z"
    assert albums(world) == {ALBUM: {"name": "Sum mer 2026", "made_at": moment}}

    cover = {"cover": {"S": "../eve/b.jpg"}}
    deliver(accept, write(world, ANN, cover, about=about, at=NINE + 60))
    changed = {"name": "Sum mer 2026", "made_at": moment, "cover": f"users/{ANN}/../eve/b.jpg"}
    assert albums(world) == {ALBUM: changed}

    renamed = {"name": {"S": "ä" * 100}, "cover": {"S": ""}, "gone": {"BOOL": False}}
    deliver(accept, write(world, ANN, renamed, about=about))
    assert albums(world) == {ALBUM: {"name": "ä" * 100, "made_at": moment}}

    deliver(accept, write(world, ANN, {**renamed, **GONE}, about=about))
    deliver(accept, write(world, ANN, GONE, about=about))
    assert albums(world) == {}
    assert said(world) == {"albums": {ALBUM: "a"}}
    assert waiting(world) == []


def test_albums_are_counted_exactly_when_there_may_be_no_more(
    world: World, accept: ModuleType
) -> None:
    person = {"identity_id": ANN, "albums": 498, "subject": "ann"}
    world.dynamodb.put_item(TableName="PeopleTable", Item=to_item(person))
    for number in range(3):
        made(world, accept, f"abcdefghi{number:03}")
        made(world, accept, f"abcdefghi{number:03}", "Winter")
    assert [album["name"] for album in albums(world).values()] == ["Winter", "Winter"]
    assert world.item("PeopleTable", identity_id=ANN) == {**person, "albums": 500}

    for _ in range(2):
        deliver(accept, write(world, ANN, GONE, about="album/abcdefghi000"))
    made(world, accept, OTHER)

    assert albums(world).keys() == {"abcdefghi001", OTHER}
    assert world.item("PeopleTable", identity_id=ANN) == {**person, "albums": 500}
    assert waiting(world) == []


def test_everything_is_taken_in_by_the_clock_when_the_stream_lost_it(
    world: World, accept: ModuleType
) -> None:
    store(world)
    write(world, ANN, {"name": {"S": "Summer"}}, about=f"album/{ALBUM}")
    write(world, ANN, rank("a"), about=f"in/{ALBUM}/a.jpg")
    write(world, ANN, FAVOURITE, about="file/a.jpg")

    world.invoke(accept)

    assert said(world) == {"favourite": True, "albums": {ALBUM: "a"}}
    assert [album["name"] for album in albums(world).values()] == ["Summer"]
    assert waiting(world) == []
