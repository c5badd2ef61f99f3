"""Search beside a deployed cloud: owners find what is theirs, and nobody else finds it."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.credentials import Credentials
from darkroom.search.store import key_of

from local.cloud import SEARCH, STACK, LocalCloud
from local.opensearch.node import Node
from local.run import parameters_of
from local.tables import houses
from local.user import User, wait_for
from operations.api_url import api_url
from operations.deployment import Deployment
from operations.outputs import describe
from operations.search_stack import SearchStack
from tests.answers import Answer
from tests.e2e.photos import photo
from tests.e2e.signing import allowed, credentials_of, send, signed
from tests.e2e.test_operations import command
from tests.functional.opensearch import needs_node, node

__all__ = ["node"]  # a fixture
MakeUser = Callable[[], User]
WORLD = {"south": -90, "west": -180, "north": 90, "east": 180, "rows": 32, "columns": 32}
PLACES = {"Berlin": (52.5, 13.4), "Perth": (-31.95, 115.86)}


@pytest.fixture(scope="module")
def search(cloud: LocalCloud) -> Iterator[SearchStack]:
    """The search of the cloud, which the other tests of the group need not have."""
    cloud.build_stack("search")
    outputs = cloud.deploy_stack("search")
    main = Deployment(STACK, "the test's cloud", cloud.outputs, cloud.client, cloud.endpoint)
    yield SearchStack(SEARCH, main, outputs)
    cloud.client("cloudformation").delete_stack(StackName=SEARCH)


def url_of(search: SearchStack) -> str:
    return api_url(search.outputs["SearchUrl"], str(search.deployment.endpoint))


def asked(search: SearchStack, user: User, request: dict[str, Any]) -> Answer:
    """The answer to a user's request."""
    body = json.dumps(request).encode()
    return send(url_of(search), body, signed(url_of(search), body, credentials_of(user)))


def find(search: SearchStack, user: User, **request: Any) -> dict[str, Any]:
    """What a user finds."""
    answer = asked(search, user, request)
    assert answer.status == 200, answer.body
    found: dict[str, Any] = answer.json
    return found


def wait_for_hits(search: SearchStack, user: User, keys: set[str], **request: Any) -> None:
    """Wait until a user finds these files and no others."""

    def look() -> bool | None:
        found = find(search, user, **request)
        return True if set(found["hits"]) == keys and "building" not in found else None

    wait_for(look, what=f"{len(keys)} hits of {request}")


def numbers(*keys: str) -> str:
    """What a client says of files that alone are to be found."""
    paths = (key.split("/", 2)[2] for key in keys)
    digests = (hashlib.sha256(path.encode()).digest()[:8] for path in paths)
    return base64.b64encode(b"".join(digests)).decode()


@contextmanager
def impatient(cloud: LocalCloud, search: SearchStack) -> Iterator[None]:
    """Let the queue try again after seconds; half an hour is long for a test."""
    sqs = cloud.client("sqs")

    def hide_for(seconds: int) -> None:
        attributes = {"VisibilityTimeout": str(seconds)}
        sqs.set_queue_attributes(QueueUrl=search.queue_url, Attributes=attributes)

    hide_for(5)
    yield
    hide_for(1800)


def environment(cloud: LocalCloud, search: SearchStack, **more: str) -> dict[str, str]:
    return {**cloud.server.root, "STACK": STACK, "SEARCH": search.name, "GRACE": "0", **more}


def test_upload_is_found_and_what_is_deleted_is_gone(search: SearchStack, user: MakeUser) -> None:
    ann = user()
    assert find(search, ann) == {"total": 0, "hits": []}
    lake = ann.upload("lake in spring.jpg", photo(81))
    broken = ann.upload("broken lake.jpg", b"\xff\xd8\xffbroken")
    table = ann.upload("houses.csv", houses())
    wait_for_hits(search, ann, {lake, broken, table})

    assert find(search, ann, text="sprin")["hits"] == [lake]
    assert find(search, ann, text="laek")["total"] == 2  # a slip of the fingers
    assert find(search, ann, states=["rejected"])["hits"] == [broken]
    facets = find(search, ann, facets=True)["facets"]
    assert dict(map(tuple, facets["kinds"])) == {"picture": 2, "table": 1}

    ann.s3.delete_object(Bucket=ann.outputs["UploadsBucketName"], Key=lake)
    wait_for_hits(search, ann, {broken}, text="lake")
    assert find(search, ann, text="spring")["total"] == 0


def test_nobody_reaches_the_hits_of_another(
    cloud: LocalCloud, search: SearchStack, user: MakeUser
) -> None:
    ann, bob, guest = user(), user(), cloud.new_guest()
    keys = {
        each.identity_id: each.upload("harbour.jpg", photo(82 + number))
        for number, each in enumerate((ann, bob))
    }
    cove = ann.upload("cove.jpg", photo(80))
    wait_for_hits(search, ann, {cove}, text="cove")
    for each in (ann, bob):
        wait_for_hits(search, each, {keys[each.identity_id]}, text="harbour")

    assert find(search, guest, text="harbour", facets=True)["total"] == 0
    everything = find(search, guest, facets=True, duplicates=True)
    assert everything["groups"] == []
    for answer in (
        find(search, bob, facets=True),
        find(search, bob, text="harb", facets=True),
        find(search, bob, like=keys[ann.identity_id]),
        find(search, bob, duplicates=True),
        find(search, bob, among=numbers(cove, *keys.values()), facets=True),
        find(search, bob, without=numbers(keys[bob.identity_id]), facets=True),
    ):
        assert ann.identity_id not in json.dumps(answer)

    # A list of files is one of one's own: what is of another is not in it, and no album is a field.
    mine = keys[bob.identity_id]
    assert find(search, ann, among=numbers(cove))["hits"] == [cove]
    assert find(search, bob, among=numbers(cove), facets=True)["total"] == 0
    assert find(search, bob, among=numbers(cove, mine))["hits"] == [mine]
    for name in ("album", "albums", "favourites"):
        assert asked(search, bob, {name: ["abcdefghij01"]}).status == 400

    # A file of another's is as one that nobody has.
    never = f"users/{ann.identity_id}/never.jpg"
    for answered in (find(search, bob, like=cove), find(search, bob, among=numbers(cove))):
        assert answered == find(search, bob, like=never) == {"total": 0, "hits": []}

    # Whatever a body says of whose files they are, it is no field, and no way to them.
    for claim in ("identity_id", "identityId", "owner", "user"):
        refused = asked(search, bob, {claim: ann.identity_id})
        assert refused.status == 400
        assert "hits" not in refused.json
    forged: dict[str, Any] = {"requestContext": {"authorizer": {"iam": {"cognitoIdentity": {}}}}}
    assert asked(search, bob, forged).status == 400
    # A cursor of another's goes on in one's own.
    assert ann.identity_id not in json.dumps(find(search, bob, limit=1))


def test_map_shows_nobody_where_another_was(
    cloud: LocalCloud, search: SearchStack, user: MakeUser
) -> None:
    ann, bob, guest = user(), user(), cloud.new_guest()
    keys = {
        each.identity_id: [
            each.upload(f"{name}.jpg", photo(86 + at, place=place))
            for at, (name, place) in enumerate(PLACES.items())
            if name in names
        ]
        for each, names in ((ann, PLACES), (bob, ["Perth"]))
    }
    for each in (ann, bob):
        wait_for_hits(search, each, set(keys[each.identity_id]))

    def cells(of: User, **window: Any) -> dict[str, tuple[float, float]]:
        found = find(search, of, map={**WORLD, **window})["cells"]
        return {
            cell["images"][0]: (round(cell["latitude"], 3), round(cell["longitude"], 3))
            for cell in found
        }

    of_ann = dict(zip(keys[ann.identity_id], PLACES.values(), strict=True))
    assert cells(ann) == of_ann
    assert list(cells(ann, south=0, west=0)) == keys[ann.identity_id][:1]
    assert list(cells(bob)) == keys[bob.identity_id]
    assert find(search, bob, map=WORLD)["cells"][0]["files"] == 1
    assert cells(guest) == {}
    refused = asked(search, bob, {"map": {**WORLD, "identity_id": ann.identity_id}})
    assert refused.status == 400


def test_request_that_its_user_has_not_signed_is_refused(
    cloud: LocalCloud, search: SearchStack, user: MakeUser
) -> None:
    ann, bob = user(), user()
    url, body = url_of(search), b'{"text": "harbour"}'
    own, other = signed(url, body, credentials_of(ann)), signed(url, body, credentials_of(bob))
    token = "X-Amz-Security-Token"
    owner = cloud.server.root
    root = Credentials(owner["AWS_ACCESS_KEY_ID"], owner["AWS_SECRET_ACCESS_KEY"])
    assert send(url, body, own).status == 200
    refused = {
        "unsigned": send(url, body),
        "another scheme": send(url, body, {"Authorization": "Bearer me"}),
        "another body": send(url, b'{"text": "harbours"}', own),
        "another's token": send(url, body, {**own, token: other[token]}),
        "another service": send(url, body, signed(url, body, credentials_of(ann), service="s3")),
        "no user of the pool": send(url, body, signed(url, body, root)),
    }
    statuses = {name: answer.status for name, answer in refused.items()}
    assert statuses == dict.fromkeys(refused, 403)
    assert all("hits" not in answer.json for answer in refused.values())


def test_users_have_no_other_way_to_an_index(
    cloud: LocalCloud, search: SearchStack, user: MakeUser
) -> None:
    ann = user()
    lake = ann.upload("lake.jpg", photo(84))
    wait_for_hits(search, ann, {lake})
    functions = cloud.client("lambda").list_functions()["Functions"]
    [function] = [
        each["FunctionName"] for each in functions if "SearchFunction" in each["FunctionName"]
    ]
    at = {"Bucket": search.bucket, "Key": key_of(ann.identity_id)}
    assert cloud.client("s3").head_object(**at)["ContentLength"] > 0
    attempts: list[tuple[str, str, dict[str, Any]]] = [
        ("s3", "get_object", at),
        ("s3", "put_object", {**at, "Body": b"mine"}),
        ("s3", "delete_object", at),
        ("s3", "list_objects_v2", {"Bucket": search.bucket}),
        ("sqs", "send_message", {"QueueUrl": search.queue_url, "MessageBody": "{}"}),
        ("lambda", "invoke", {"FunctionName": function}),
        ("apigatewayv2", "get_apis", {}),
    ]  # fmt: skip
    assert allowed(ann, cloud.endpoint, attempts) == []


def test_damaged_or_lost_index_is_made_anew(
    cloud: LocalCloud, search: SearchStack, user: MakeUser
) -> None:
    ann, s3 = user(), cloud.client("s3")
    keys = {ann.upload(f"sea {number}.jpg", photo(85 + number)) for number in range(2)}
    wait_for_hits(search, ann, keys, text="sea")
    at = {"Bucket": search.bucket, "Key": key_of(ann.identity_id)}

    s3.put_object(**at, Body=b"PK\x03\x04 no index")
    assert find(search, ann, text="sea") == {"total": 0, "hits": [], "building": True}
    wait_for_hits(search, ann, keys, text="sea")

    s3.delete_object(**at)  # the same owner is not asked for again within a minute, but a file is
    more = ann.upload("sea again.jpg", photo(87))
    wait_for_hits(search, ann, {*keys, more}, text="sea")


def test_commands_check_and_make_anew_what_was_there(
    cloud: LocalCloud, search: SearchStack, user: MakeUser
) -> None:
    ann, bob, s3 = user(), user(), cloud.client("s3")
    keys = {ann.upload(f"hill {number}.jpg", photo(91 + number)) for number in range(3)}
    other = bob.upload("hill.jpg", photo(94))
    wait_for_hits(search, ann, keys, text="hill")
    wait_for_hits(search, bob, {other}, text="hill")
    at = {"Bucket": search.bucket, "Key": key_of(ann.identity_id)}
    before = find(search, ann, facets=True)
    all_of_them = environment(cloud, search)
    # Others of this cloud may have records that no function has written.
    own = environment(cloud, search, OWNER=ann.identity_id)

    checked = command("search_check", own)
    assert checked.returncode == 0, checked.stdout + checked.stderr

    foreign = s3.get_object(Bucket=search.bucket, Key=key_of(bob.identity_id))["Body"].read()
    s3.put_object(**at, Body=foreign)  # of another owner
    assert find(search, ann)["hits"] == []
    checked = command("search_check", own)
    assert (checked.returncode, "another owner" in checked.stdout) == (1, True), checked.stdout
    checked = command("search_check", environment(cloud, search, OWNER=bob.identity_id))
    assert checked.returncode == 0, checked.stdout

    s3.put_object(Bucket=search.bucket, Key=f"0-0.1/{bob.identity_id}/index.zip", Body=b"old")
    reindexed = command("reindex", all_of_them)
    assert reindexed.returncode == 0, reindexed.stderr
    assert "1 indexes of another format removed" in reindexed.stdout
    wait_for_hits(search, ann, keys, text="hill")
    assert find(search, ann, facets=True) == before
    checked = command("search_check", own)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_nothing_waits_and_everything_arrives_when_index_is_down(
    cloud: LocalCloud, search: SearchStack, user: MakeUser
) -> None:
    ann, functions = user(), cloud.client("lambda")
    [index] = [
        each["FunctionName"]
        for each in functions.list_functions()["Functions"]
        if "IndexFunction" in each["FunctionName"]
    ]
    variables = functions.get_function_configuration(FunctionName=index)["Environment"]["Variables"]

    def reach(bucket: str) -> None:
        changed = {"Variables": {**variables, "INDEX_BUCKET": bucket}}
        functions.update_function_configuration(FunctionName=index, Environment=changed)

    with impatient(cloud, search):
        reach("no-such-bucket")
        try:
            keys = {ann.upload(f"moor {number}.jpg", photo(95 + number)) for number in range(3)}
            assert {ann.wait_for_end(key)["status"] for key in keys} == {"processed"}
            wait_for(
                lambda: True if len(ann.notifications()) == 3 else None,
                what="the notifications",
            )
            cloud.wait_until_idle()  # nobody else waits
            assert cloud.dead_letters() == {}
            assert find(search, ann)["total"] == 0  # slower is all that it is
        finally:
            reach(search.bucket)
        wait_for_hits(search, ann, keys, text="moor")


def test_dead_letters_of_index_are_shown_counted_and_sent_back(
    cloud: LocalCloud, search: SearchStack, user: MakeUser
) -> None:
    ann = user()
    key = ann.upload("dune.jpg", photo(99))
    wait_for_hits(search, ann, {key})
    message = json.dumps({"identity_id": ann.identity_id, "rebuild": True})
    dead = search.outputs["IndexDeadLetterQueueUrl"]
    cloud.client("sqs").send_message(QueueUrl=dead, MessageBody=message)
    ours = environment(cloud, search, FUNCTION="index")

    shown = command("dlq", ours)
    assert ("index: 1" in shown.stdout, ann.identity_id[:8] in shown.stdout) == (True, True)
    audited = command("audit", environment(cloud, search))
    assert (audited.returncode, "1 dead letters of index" in audited.stdout) == (1, True)
    sent = command("redrive", ours)
    assert "index: 1 of 1 sent back" in sent.stdout, sent.stdout + sent.stderr
    assert "none" in command("dlq", ours).stdout


def test_clients_are_told_where_it_is(cloud: LocalCloud, search: SearchStack) -> None:
    assert describe(search.deployment)["custom"]["searchUrl"] == url_of(search)


@needs_node
def test_opensearch_answers_its_owner_alone_when_it_is_the_engine(
    cloud: LocalCloud, search: SearchStack, user: MakeUser, node: Node
) -> None:
    """A second search of the same cloud, with the functions as they are deployed."""
    name = "darkroom-opensearch"
    outputs = cloud.deploy_stack("search", parameters_of(node), stack=name)
    second = SearchStack(name, search.deployment, outputs)
    try:
        ann, bob = user(), user()
        lake = ann.upload("lake at noon.jpg", photo(71))
        pond = bob.upload("lake at noon.jpg", photo(71))
        wait_for_hits(second, ann, {lake}, text="lake noo")
        wait_for_hits(second, bob, {pond}, text="lake noo")
        wait_for_hits(search, ann, {lake}, text="lake noo")
        assert find(second, ann, like=pond)["hits"] == []
        assert find(second, ann, facets=True) == find(search, ann, facets=True)
        ann.s3.delete_object(Bucket=ann.outputs["UploadsBucketName"], Key=lake)
        wait_for_hits(second, ann, set())
        assert find(second, bob)["hits"] == [pond]
        reindexed = command("reindex", environment(cloud, second, OWNER=bob.identity_id))
        assert reindexed.returncode == 0, reindexed.stderr
        wait_for_hits(second, bob, {pond})
        checked = command("search_check", environment(cloud, second, OWNER=bob.identity_id))
        assert checked.returncode == 0, checked.stdout + checked.stderr
    finally:
        cloud.client("cloudformation").delete_stack(StackName=name)
