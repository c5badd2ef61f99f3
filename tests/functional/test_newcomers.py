"""A login of no known identity is announced, welcome for a day, and never kept from signing in."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from darkroom.aws.clients import dynamodb_client
from darkroom.aws.errors import ConditionFailed, SignInFailed
from darkroom.marks import MARK_SECONDS
from darkroom.people.newcomers import Introductions
from darkroom.people.passes import Passes
from darkroom.people.profiles import MOST_FORMER, Login, People, Standing

from tests.functional.conftest import REGION, World, lambda_context
from tests.functional.pipeline import drained, subscribed

SUBJECT = "7b1d3c5e-2f4a-4c6e-8a90-1b2c3d4e5f60"


@pytest.fixture
def announced(world: World, monkeypatch: pytest.MonkeyPatch) -> str:
    """The URL of a queue that gets what admit announces."""
    arn, queue = subscribed("logins")
    monkeypatch.setenv("LOGINS_TOPIC_ARN", arn)
    monkeypatch.setenv("QUOTA_MODE", "enforce")
    return queue


def messages(queue: str) -> list[Any]:
    return [json.loads(body) for body in drained(queue)]


def token(admit: ModuleType) -> str:
    """What a new token says of whether its user may upload."""
    return claims(admit)["admission"]


def claims(admit: ModuleType) -> dict[str, str]:
    """What is added to a new token."""
    event: dict[str, Any] = {
        "userName": SUBJECT,
        "request": {"userAttributes": {"sub": SUBJECT}},
        "response": {},
    }
    answer = admit.handler(event, lambda_context())
    added: dict[str, str] = answer["response"]["claimsOverrideDetails"]["claimsToAddOrOverride"]
    return added


def seen_first(world: World, *, ago: timedelta) -> None:
    since = (datetime.now(UTC) - ago).isoformat()
    item = {"id": {"S": f"newcomer#{SUBJECT}"}, "since": {"S": since}}
    world.dynamodb.put_item(TableName="IdempotencyTable", Item=item)


def test_newcomer_is_announced_and_welcome_when_they_sign_in(world: World, announced: str) -> None:
    admit = world.load("admit")

    assert token(admit) == "open"
    assert messages(announced) == [{"subject": SUBJECT, "user": SUBJECT}]


def test_newcomer_is_remembered_for_as_long_as_a_message_of_theirs_may_wait(
    world: World, announced: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    newcomers = world.load("admit").newcomers
    monkeypatch.setattr("time.time", lambda: 1_000.0)

    since = [newcomers.announce(subject=SUBJECT, user="ann") for _ in range(2)]

    mark = world.item("IdempotencyTable", id=f"newcomer#{SUBJECT}") or {}
    assert datetime.fromisoformat(mark["since"]) == since[1]
    assert timedelta(0) <= since[0] - since[1] < timedelta(milliseconds=1)  # as it is stored
    assert mark["expiration"] == 1_000 + MARK_SECONDS
    assert messages(announced) == [{"subject": SUBJECT, "user": "ann"}] * 2


@pytest.mark.parametrize(
    ("ago", "mode", "admission"),
    [
        (timedelta(hours=23), "enforce", "open"),
        (timedelta(hours=25), "enforce", "unknown"),
        (timedelta(hours=25), "track", "open"),
    ],
)
def test_door_is_shut_when_an_identity_is_not_known_after_a_day(
    world: World, announced: str, ago: timedelta, mode: str, admission: str
) -> None:
    seen_first(world, ago=ago)

    assert token(world.load("admit", QUOTA_MODE=mode)) == admission
    assert len(messages(announced)) == 1  # and is asked for again


def know(world: World, *, photos: bool) -> None:
    """Let it be known that the login's identity is "ann", who has photos or none yet."""
    item = {"identity_id": {"S": "ann"}, "subject": {"S": SUBJECT}}
    world.dynamodb.put_item(TableName="PeopleTable", Item=item)
    if photos:
        world.set_usage("ann", "total", stored_bytes=9)


def test_token_binds_its_login_to_one_identity_when_that_has_photos(
    world: World, announced: str
) -> None:
    seen_first(world, ago=timedelta(days=9))
    know(world, photos=True)

    assert claims(world.load("admit")) == {"admission": "open", "identity": "ann"}
    assert messages(announced) == []


def test_identity_is_asked_for_again_when_it_has_no_photos_yet(
    world: World, announced: str
) -> None:
    seen_first(world, ago=timedelta(days=9))
    know(world, photos=False)

    assert claims(world.load("admit")) == {"admission": "open"}
    assert len(messages(announced)) == 1


def test_login_has_one_identity_when_it_is_seen_with_another(world: World) -> None:
    people = People(dynamodb_client(), table="PeopleTable")
    people.link(identity_id="ann", subject=SUBJECT)

    people.link(identity_id="another", subject=SUBJECT)  # as the socket would
    assert people.identity_of(SUBJECT) == "ann"
    assert people.standing("another") == Standing()

    assert people.move(identity_id="another", subject=SUBJECT)  # as introduce does
    assert not people.move(identity_id="another", subject=SUBJECT)
    assert people.identity_of(SUBJECT) == "another"
    assert people.standing("another") == Standing(is_known=True, others={"ann"})
    assert people.standing("ann") == Standing(is_known=False, others={"another"})


def test_both_count_when_two_runs_gave_a_login_an_identity_each(world: World) -> None:
    """The index of logins may be behind, so neither sees the other."""
    people = People(dynamodb_client(), table="PeopleTable")
    people.move(identity_id="before", subject=SUBJECT)
    people.move(identity_id="ann", subject=SUBJECT)
    person = {"identity_id": {"S": "another"}, "subject": {"S": SUBJECT}}
    world.dynamodb.put_item(TableName="PeopleTable", Item=person)

    own, *former = people.identities_of(SUBJECT)
    assert (own, {own, *former}) == (people.identity_of(SUBJECT), {"ann", "another", "before"})
    assert people.standing("ann") == Standing(is_known=True, others={"another", "before"})
    assert people.standing("another") == Standing(is_known=True, others={"ann", "before"})
    assert people.standing("before") == Standing(is_known=False, others={"ann", "another"})


def test_person_is_read_once_when_their_login_has_one_identity(world: World) -> None:
    """Every charge asks for it."""
    client, read = dynamodb_client(), []
    people = People(client, table="PeopleTable")
    people.link(identity_id="ann", subject=SUBJECT)
    client.meta.events.register(
        "provide-client-params.dynamodb.GetItem", lambda params, **_: read.append(params["Key"])
    )

    assert people.standing("ann") == Standing(is_known=True)
    assert read == [{"identity_id": {"S": "ann"}}]


def test_former_identities_are_remembered_when_a_login_goes_back_to_one(world: World) -> None:
    people = People(dynamodb_client(), table="PeopleTable")
    for identity in ("ann", "second", "third", "ann"):
        people.move(identity_id=identity, subject=SUBJECT)

    assert people.identities_of(SUBJECT) == ["ann", "second", "third"]
    assert people.standing("second").others == {"ann", "third"}
    assert people.login_of("ann") == Login(SUBJECT)
    assert people.login_of("third") == Login(SUBJECT, is_former=True)


def test_login_is_of_one_identity_when_two_runs_move_it_at_once(world: World) -> None:
    people = People(dynamodb_client(), table="PeopleTable")
    people.link(identity_id="ann", subject=SUBJECT)
    world.monkeypatch.setattr(people, "identity_of", lambda _: "ann")  # the index is behind
    people.move(identity_id="second", subject=SUBJECT)

    with pytest.raises(ConditionFailed):
        people.move(identity_id="third", subject=SUBJECT)

    assert people.login_of("third") is None


@pytest.mark.parametrize(
    ("period", "counters", "admission"),
    [
        ("total", {"stored_bytes": 600, "held_bytes": 401}, "storage-full"),
        ("this month", {"uploaded_bytes": 1_000_000}, "allowance-used"),
        ("this month", {"uploaded_objects": 1000}, "uploads-used"),
        ("2026-01", {"uploaded_objects": 1000}, "open"),
    ],
)
def test_token_counts_what_a_login_used_when_it_has_another_identity_now(
    world: World, announced: str, period: str, counters: dict[str, int], admission: str
) -> None:
    know(world, photos=True)
    People(dynamodb_client(), table="PeopleTable").move(identity_id="new", subject=SUBJECT)
    this_month = datetime.now(UTC).date().isoformat()[:7]
    world.set_usage("ann", this_month if period == "this month" else period, **counters)

    assert claims(world.load("admit")) == {"admission": admission, "identity": "new"}


@pytest.mark.parametrize(
    "counters", [{"stored_bytes": 600}, {"uploaded_bytes": 600_000, "uploaded_objects": 600}]
)
def test_token_counts_once_what_a_login_uses_under_its_identity_of_now(
    world: World, announced: str, counters: dict[str, int]
) -> None:
    know(world, photos=True)
    People(dynamodb_client(), table="PeopleTable").move(identity_id="new", subject=SUBJECT)
    this_month = datetime.now(UTC).date().isoformat()[:7]
    period = "total" if "stored_bytes" in counters else this_month
    world.set_usage("new", period, **counters)

    assert claims(world.load("admit")) == {"admission": "open", "identity": "new"}


def test_login_is_bound_to_its_identity_when_it_has_had_five_others(
    world: World, announced: str
) -> None:
    people = People(dynamodb_client(), table="PeopleTable")
    admit = world.load("admit")
    for number in range(MOST_FORMER + 1):
        assert claims(admit) == {"admission": "open"}
        assert people.move(identity_id=f"{number}", subject=SUBJECT)

    assert claims(admit) == {"admission": "open", "identity": "5"}
    assert not people.move(identity_id="6", subject=SUBJECT)
    assert people.identity_of(SUBJECT) == "5"


def test_newcomer_is_not_announced_when_the_token_is_introduce_s_own(
    world: World, announced: str
) -> None:
    passes = Passes(dynamodb_client(), "IdempotencyTable")
    passes.issue(SUBJECT, client_id="introduction")
    assert passes.redeem(SUBJECT, client_id="introduction")

    assert token(world.load("admit")) == "open"
    assert messages(announced) == []


@pytest.mark.parametrize("gone", ["LOGINS_TOPIC_ARN", "IDEMPOTENCY_TABLE"])
def test_newcomer_signs_in_when_the_stack_is_gone_and_the_pool_is_not(
    world: World, announced: str, gone: str
) -> None:
    name = f"arn:aws:sns:{REGION}:123456789012:gone" if "TOPIC" in gone else "gone"

    assert token(world.load("admit", **{gone: name})) == "open"


def vouched(vouch: ModuleType, client_id: str) -> bool:
    """Whether somebody may sign in without a password through this client."""
    event = {"userName": SUBJECT, "callerContext": {"clientId": client_id}, "response": {}}
    response = vouch.handler(event, lambda_context())["response"]
    assert response["failAuthentication"] is not response["issueTokens"]
    return bool(response["issueTokens"])


def test_sign_in_is_granted_once_when_there_is_a_pass(world: World) -> None:
    vouch = world.load("vouch")
    Passes(dynamodb_client(), "IdempotencyTable").issue(SUBJECT, client_id="introduction")

    assert [vouched(vouch, "introduction") for _ in range(2)] == [True, False]


def test_sign_in_is_refused_when_there_is_no_pass_of_this_client_and_this_moment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    vouch = world.load("vouch")
    assert not vouched(vouch, "introduction")

    passes = Passes(dynamodb_client(), "IdempotencyTable")
    passes.issue(SUBJECT, client_id="introduction")
    assert not vouched(vouch, "app")

    monkeypatch.setattr("darkroom.people.passes._SECONDS", -1)
    passes.issue(SUBJECT, client_id="introduction")
    assert not vouched(vouch, "introduction")


class BusyPool:
    """A user pool that signs in whoever has a pass, once its functions answer.

    No emulator in memory has triggers: this stands for `aws.cognito.UserPool`.
    """

    def __init__(self, passes: Passes, refusals: int) -> None:
        self._passes = passes
        self.refusals = refusals

    def id_token_of(self, user: str) -> str:
        assert self._passes.redeem(user, client_id="introduction")  # each attempt needs one
        if self.refusals:
            self.refusals -= 1
            raise SignInFailed("Rate Exceeded.")
        return f"token of {user}"


def introductions(pool: BusyPool, milliseconds_left: list[int]) -> Introductions:
    """Introductions in a run that has so much time left, each time that it looks."""
    made = Introductions(
        People(dynamodb_client(), table="PeopleTable"),
        Passes(dynamodb_client(), "IdempotencyTable"),
        pool,  # type: ignore[arg-type]
        SimpleNamespace(identity_of=lambda token: "ann"),  # type: ignore[arg-type]
        client_id="introduction",
    )
    left = iter(milliseconds_left)
    made.begin(SimpleNamespace(get_remaining_time_in_millis=lambda: next(left)))  # type: ignore[arg-type]
    return made


def test_identity_is_learned_within_a_run_when_the_account_is_busy_for_seconds(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    busy = BusyPool(Passes(dynamodb_client(), "IdempotencyTable"), refusals=2)

    assert introductions(busy, [29_000, 25_000]).introduce(subject=SUBJECT, user=SUBJECT)

    assert People(dynamodb_client(), table="PeopleTable").identity_of(SUBJECT) == "ann"


def test_newcomer_waits_for_the_queue_when_the_account_is_busy_for_longer_than_a_run(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    busy = BusyPool(Passes(dynamodb_client(), "IdempotencyTable"), refusals=9)

    with pytest.raises(SignInFailed):
        introductions(busy, [29_000, 20_000, 11_000]).introduce(subject=SUBJECT, user=SUBJECT)

    assert busy.refusals == 6


def test_sign_in_is_asked_for_less_and_less_often_while_the_account_is_busy(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[Any] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    monkeypatch.setattr("random.uniform", lambda least, most: (least, most))
    busy = BusyPool(Passes(dynamodb_client(), "IdempotencyTable"), refusals=5)

    introductions(busy, [12_000] * 5).introduce(subject=SUBJECT, user=SUBJECT)

    assert pauses == [(most / 2, most) for most in (0.25, 0.5, 1, 2, 2)]
