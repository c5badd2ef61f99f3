"""The catalogue beside a deployed cloud: in Aurora DSQL, and in a PostgreSQL that one has."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.cloud import CATALOGUE, STACK, LocalCloud
from local.postgres import USER, Postgres
from local.server import REGION
from local.tables import houses
from local.user import User, wait_for
from operations.catalogue_stack import CatalogueStack
from operations.deployment import Deployment
from operations.local_clients import local_client
from operations.sql import ask, open_for
from tests.e2e.photos import photo
from tests.e2e.signing import credentials_of
from tests.e2e.test_operations import command
from tests.e2e.test_videos import film

MakeUser = Callable[[], User]
PLAIN = "darkroom-plain"
COLUMNS = {
    "images": "image, kind, status, reason, bytes, format, width, height, uploaded_at, ended_at",
    "cameras": "*",
    "places": "*",
    "tables": "*",
    "videos": "*",
    "notifications": "notification_id, status, kind, sent_at, seen_at, response, expires_at",
}


@dataclass(frozen=True)
class Catalogues:
    """Both catalogues of one cloud, and the server of the one that is a plain PostgreSQL."""

    dsql: CatalogueStack
    plain: CatalogueStack
    server: Postgres


@pytest.fixture(scope="module")
def catalogues(cloud: LocalCloud) -> Iterator[Catalogues]:
    with Postgres() as server:
        secret = cloud.client("secretsmanager").create_secret(
            Name="catalogue", SecretString=json.dumps({"username": USER, "password": "none"})
        )
        own = {
            "RelationalStore": "postgres",
            "DatabaseEndpoint": server.endpoint,
            "DatabaseSecretArn": secret["ARN"],
        }
        cloud.build_stack("catalogue")
        dsql = cloud.deploy_stack("catalogue")
        plain = cloud.deploy_stack("catalogue", own, stack=PLAIN)
        main = Deployment(STACK, "the test's cloud", cloud.outputs, cloud.client)
        yield Catalogues(
            CatalogueStack(CATALOGUE, main, dsql), CatalogueStack(PLAIN, main, plain), server
        )
        for name in (CATALOGUE, PLAIN):  # the other tests of the group need none
            cloud.client("cloudformation").delete_stack(StackName=name)


def rows(catalogue: CatalogueStack, table: str, owner: str) -> list[tuple[Any, ...]]:
    """What a catalogue has of an owner."""
    query = f"SELECT {COLUMNS[table]} FROM {table} WHERE owner = '{owner}' ORDER BY 1, 2"
    with closing(open_for(catalogue, writes=False)) as connection:
        return ask(connection, query)[1]


def everything(catalogue: CatalogueStack, owner: str) -> dict[str, list[tuple[Any, ...]]]:
    return {table: rows(catalogue, table, owner) for table in COLUMNS}


def replies(catalogue: CatalogueStack, owner: User) -> list[str] | None:
    """What an owner has replied to notifications, as far as a catalogue knows."""
    found = [row[5] for row in rows(catalogue, "notifications", owner.identity_id) if row[5]]
    return found or None


def wait_for_rows(catalogue: CatalogueStack, table: str, owner: str, count: int) -> None:
    wait_for(
        lambda: True if len(rows(catalogue, table, owner)) == count else None,
        what=f"{count} rows in {table} of {catalogue.name}",
    )


@contextmanager
def impatient(cloud: LocalCloud, catalogue: CatalogueStack) -> Iterator[None]:
    """Let the catalogue's queue try again after seconds; three minutes are long for a test.

    A message is tried 25 times, and an outage of a test has to be over by then.
    """
    sqs, url = cloud.client("sqs"), catalogue.outputs["CatalogueQueueUrl"]

    def hide_for(seconds: int) -> None:
        sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(seconds)})

    hide_for(5)
    yield
    hide_for(180)


def test_rows_are_there_and_gone_with_their_files_in_both(
    catalogues: Catalogues, user: MakeUser
) -> None:
    ann, bob = user(), user()
    keys = [
        ann.upload("a.jpg", photo(61)),
        ann.upload("broken.jpg", b"\xff\xd8\xffbroken"),
        ann.upload("houses.csv", houses()),
        ann.upload("film.mov", film(), "video/quicktime"),
    ]
    other = bob.upload("b.jpg", photo(62))
    ends = {key: ann.wait_for_end(key) for key in keys}
    bob.wait_for_end(other)
    both = (catalogues.dsql, catalogues.plain)
    for catalogue in both:
        for table, owner, count in (
            ("images", ann, 4), ("notifications", ann, 4), ("tables", ann, 1), ("videos", ann, 1),
            ("images", bob, 1),
        ):  # fmt: skip
            wait_for_rows(catalogue, table, owner.identity_id, count)

    seen = everything(catalogues.dsql, ann.identity_id)
    assert seen == everything(catalogues.plain, ann.identity_id)
    assert [row[:3] for row in seen["images"]] == sorted(
        (key, end["kind"], end["status"]) for key, end in ends.items()
    )

    told = next(each for each in ann.notifications() if each["image"] == keys[0])
    ann.answer(told["notification_id"], seen={"BOOL": True}, response={"S": "keep"})
    for key in keys[1:]:
        ann.s3.delete_object(Bucket=ann.outputs["UploadsBucketName"], Key=key)
    for catalogue in both:
        wait_for_rows(catalogue, "images", ann.identity_id, 1)
        for table in ("tables", "videos", "places"):
            wait_for_rows(catalogue, table, ann.identity_id, 0)
        assert wait_for(partial(replies, catalogue, ann), what="a reply") == ["keep"]
        assert len(rows(catalogue, "images", bob.identity_id)) == 1


def test_everything_else_goes_on_and_rows_arrive_later_when_a_database_is_down(
    cloud: LocalCloud, catalogues: Catalogues, user: MakeUser
) -> None:
    ann = user()
    with impatient(cloud, catalogues.plain):
        catalogues.server.pause()
        try:
            keys = [ann.upload(f"{number}.jpg", photo(70 + number)) for number in range(3)]
            assert {ann.wait_for_end(key)["status"] for key in keys} == {"processed"}
            wait_for_rows(catalogues.dsql, "notifications", ann.identity_id, 3)
            cloud.wait_until_idle()  # nobody else waits
            assert cloud.dead_letters() == {}
        finally:
            catalogues.server.resume()
        for table in ("images", "notifications"):
            wait_for_rows(catalogues.plain, table, ann.identity_id, 3)
    assert everything(catalogues.plain, ann.identity_id) == everything(
        catalogues.dsql, ann.identity_id
    )


def test_commands_rebuild_and_check_it_and_answer_questions(
    cloud: LocalCloud, catalogues: Catalogues, user: MakeUser
) -> None:
    ann = user()
    ann.wait_for_end(ann.upload("a.jpg", photo(65)))
    for catalogue in (catalogues.dsql, catalogues.plain):
        wait_for_rows(catalogue, "notifications", ann.identity_id, 1)
        wait_for_rows(catalogue, "images", ann.identity_id, 1)
        before = everything(catalogue, ann.identity_id)
        environment = {
            **cloud.server.root, "STACK": STACK, "CATALOGUE": catalogue.name, "GRACE": "0",
        }  # fmt: skip

        migrated = command("catalogue_migrate", environment)
        assert "everything was applied before" in migrated.stdout, migrated.stderr
        checked = command("catalogue_check", environment)
        assert checked.returncode == 0, checked.stdout + checked.stderr

        with closing(open_for(catalogue, writes=True)) as connection:
            ask(connection, f"UPDATE images SET bytes = 7 WHERE owner = '{ann.identity_id}'")
        checked = command("catalogue_check", environment)
        assert (checked.returncode, "differs in bytes" in checked.stdout) == (1, True)

        rebuilt = command("catalogue_rebuild", {**environment, "EMPTY": "1"})
        assert rebuilt.returncode == 0, rebuilt.stderr
        assert everything(catalogue, ann.identity_id) == before
        checked = command("catalogue_check", environment)
        assert checked.returncode == 0, checked.stdout + checked.stderr

        query = f"SELECT images FROM owners WHERE owner = '{ann.identity_id}'"
        asked = command("sql", {**environment, "QUERY": query})
        assert "1 rows" in asked.stdout, asked.stderr


def test_users_cannot_reach_it(cloud: LocalCloud, catalogues: Catalogues, user: MakeUser) -> None:
    ann = user()
    queue, function = (
        catalogues.dsql.outputs[name] for name in ("CatalogueQueueUrl", "MigrateFunctionName")
    )
    attempts: list[tuple[str, str, dict[str, str]]] = [
        ("dsql", "list_clusters", {}),
        ("secretsmanager", "get_secret_value",
         {"SecretId": catalogues.plain.outputs["DatabaseSecretArn"]}),
        ("sqs", "send_message", {"QueueUrl": queue, "MessageBody": "{}"}),
        ("lambda", "invoke", {"FunctionName": function}),
        ("cloudformation", "describe_stacks", {"StackName": CATALOGUE}),
    ]  # fmt: skip
    for service, operation, arguments in attempts:
        client = local_client(service, cloud.endpoint, REGION, credentials_of(ann))
        with pytest.raises(ClientError, match=r"AccessDenied|not authorized"):
            getattr(client, operation)(**arguments)
