"""The check finds whatever was planted, in either store; a rebuild makes what was there."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import psycopg
import pytest
from darkroom.catalogue.store import Store
from darkroom.moments import timestamp

from local.postgres import Postgres
from local.tables import houses
from operations.catalogue_rebuild import rebuild
from operations.catalogue_stack import CatalogueStack
from operations.comparison import Comparison
from operations.deployment import Deployment
from operations.sql import answer, ask, environment, open_for
from tests.functional.catalogue import Catalogue, catalogue, connect, postgres
from tests.functional.pipeline import Pipeline
from tests.functional.test_catalogue import photo

__all__ = ["catalogue", "connect", "postgres"]  # fixtures

GRACE = timedelta(0)


@pytest.fixture
def filled(pipeline: Pipeline, catalogue: Catalogue) -> Catalogue:
    """A catalogue of some files, one of which was deleted."""
    world = pipeline.world
    pipeline.deliver(
        world.put("ann", "a.jpg", photo()),
        world.put("ann", "b.jpg", photo("Leica")),
        world.put("bob", "houses.csv", houses()),
        world.put("bob", "broken.jpg"),
    )
    catalogue.catch_up()
    removal = world.delete("ann", "b.jpg")
    pipeline.remove(removal)
    assert catalogue.deliver(removal) == []
    return catalogue


def stack(filled: Catalogue, postgres: Postgres) -> CatalogueStack:
    """The catalogue as an operator's commands find it."""
    world = filled.world
    place = filled.app.config
    clients: dict[str, Any] = {"dynamodb": world.dynamodb}
    tables = {f"{name}TableName": f"{name}Table" for name in ("Images", "Notifications")}
    main = Deployment("darkroom", "here", tables, lambda name: clients[name])
    outputs = {
        "DatabaseEndpoint": postgres.endpoint,
        "DatabaseName": place.database_name,
        "DatabaseUser": place.database_user,
        "DatabaseLogin": "secret",
        "DatabaseTls": "disable",
        "DatabaseSecretArn": place.database_secret_arn,
    }
    clients["secretsmanager"] = boto3.client("secretsmanager")
    return CatalogueStack("catalogue", main, outputs)


def differences(filled: Catalogue, *, grace: timedelta = GRACE) -> list[tuple[str, str]]:
    with closing(Store(filled.connect)) as store:
        comparison = Comparison(
            store,
            filled.world.dynamodb,
            images_table="ImagesTable",
            notifications_table="NotificationsTable",
            grace=grace,
        )
        return [(found.table, found.what) for found in comparison.run()]


PLANTED = {
    "UPDATE catalogue.images SET width = 7 WHERE image LIKE '%/a.jpg'":
        ("images", "differs in width"),
    "DELETE FROM catalogue.cameras": ("cameras", "is missing"),
    "INSERT INTO catalogue.places SELECT owner, image_id, 1, 1, NULL FROM catalogue.tables":
        ("places", "is one too many"),
    "INSERT INTO catalogue.places VALUES ('ann', 'none', 1, 1, NULL)":
        ("places", "is of no image"),
    "UPDATE catalogue.notifications SET seen_at = now() WHERE kind = 'table'":
        ("notifications", "differs in seen_at"),
    "INSERT INTO catalogue.notifications SELECT owner, 'x', image_id, version, status, kind, "
    "reason, sent_at, seen_at, response, responded_at, expires_at "
    "FROM catalogue.notifications WHERE kind = 'table'":
        ("notifications", "is of no record"),
}  # fmt: skip


def test_difference_is_found_when_it_was_planted_in_the_database(
    filled: Catalogue, postgres: Postgres
) -> None:
    place = stack(filled, postgres)
    assert differences(filled) == []
    for planted, found in PLANTED.items():
        filled.execute(planted)
        assert differences(filled) == [found], planted
        assert list(rebuild(place, empty=True))
        assert differences(filled) == []


def test_difference_is_found_when_it_is_in_the_records(filled: Catalogue) -> None:
    for name in ("a.jpg", "broken.jpg"):
        owner = "ann" if name == "a.jpg" else "bob"
        key = {"identity_id": {"S": owner}, "image": {"S": f"users/{owner}/{name}"}}
        if name == "a.jpg":
            filled.world.dynamodb.delete_item(TableName="ImagesTable", Key=key)
        else:
            filled.world.dynamodb.update_item(
                TableName="ImagesTable",
                Key=key,
                AttributeUpdates={"bytes": {"Value": {"N": "9"}}},
            )
    assert differences(filled) == [("images", "differs in bytes"), ("images", "is of no record")]


def test_reply_may_be_on_its_way_for_as_long_as_an_end(filled: Catalogue) -> None:
    told = filled.world.notifications("ann")[0]
    key = {"identity_id": {"S": "ann"}, "notification_id": {"S": told["notification_id"]}}
    for seconds, found in ((0, []), (120, [("notifications", "differs in seen_at")])):
        long_ago = timestamp(datetime.now(UTC) - timedelta(days=1))
        seen = timestamp(datetime.now(UTC) - timedelta(seconds=seconds))
        filled.world.dynamodb.update_item(
            TableName="NotificationsTable",
            Key=key,
            AttributeUpdates={
                name: {"Value": {"S": moment}}
                for name, moment in (("sent_at", long_ago), ("seen_at", seen))
            },
        )
        filled.execute(
            f"UPDATE catalogue.notifications SET sent_at = '{long_ago}' "
            f"WHERE notification_id = '{told['notification_id']}'"
        )
        assert differences(filled, grace=timedelta(minutes=1)) == found


def test_rebuild_is_what_was_there_to_the_row(filled: Catalogue, postgres: Postgres) -> None:
    before = filled.everything()
    assert all(rows for table, rows in before.items() if table != "videos")

    filled.execute("UPDATE catalogue.images SET width = 7")
    filled.execute("DELETE FROM catalogue.notifications")
    filled.execute("INSERT INTO catalogue.places VALUES ('ann', 'none', 1, 1, NULL)")
    place = stack(filled, postgres)
    assert list(rebuild(place, empty=True))[-1] == 7  # three images, and what was told of four
    assert filled.everything() == before

    assert list(rebuild(place, empty=False))[-1] == 7
    assert filled.everything() == before
    assert differences(filled) == []


def test_prompt_answers_and_changes_nothing(filled: Catalogue, postgres: Postgres) -> None:
    place = stack(filled, postgres)
    with closing(open_for(place, writes=False)) as connection:
        assert ask(connection, "SELECT owner, images FROM owners ORDER BY owner") == (
            ["owner", "images"], [("ann", 1), ("bob", 2)],
        )  # fmt: skip
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            ask(connection, "DELETE FROM images")
    with closing(open_for(place, writes=True)) as connection:
        assert ask(connection, "DELETE FROM images") == ([], [])


def test_prompt_goes_on_when_a_statement_is_none(
    filled: Catalogue,
    postgres: Postgres,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    typed = iter(["selekt 1;", "SELECT [/] FROM images;", "SELECT count(*)", "FROM images;"])

    def read(_prompt: str) -> str:
        try:
            return next(typed)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("builtins.input", read)
    with closing(open_for(stack(filled, postgres), writes=False)) as connection:
        answer(connection)
    shown = capsys.readouterr().out
    assert "syntax error" in shown
    assert "count" in shown
    assert shown.endswith("1 rows\n")


def test_psql_finds_the_same_tables_and_changes_nothing(
    filled: Catalogue, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its library, which psycopg has as well, reads these variables."""
    for name, value in environment(stack(filled, postgres), writes=False).items():
        monkeypatch.setenv(name, value)
    with psycopg.connect(autocommit=True) as connection:
        assert connection.execute("SELECT count(*) FROM images").fetchall() == [(3,)]
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            connection.execute("DELETE FROM images")
    monkeypatch.setenv("PGOPTIONS", environment(stack(filled, postgres), writes=True)["PGOPTIONS"])
    with psycopg.connect(autocommit=True) as connection:
        assert connection.execute("DELETE FROM images").rowcount == 3
