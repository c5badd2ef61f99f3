"""Tables in Glue as the records say, whatever the order of messages; questions of their owners."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from darkroom.athena import shelf as shelves
from darkroom.athena.counts import Counts
from darkroom.athena.description import table_input
from darkroom.athena.desk import Desk
from darkroom.athena.names import database_of, table_of
from darkroom.aws.athena import Execution, Rows
from darkroom.aws.attribute_values import to_item
from darkroom.aws.errors import QueryRefused
from darkroom.errors import TransientError
from darkroom.pipeline.uploads import outputs_prefix

from local.template import ATHENA, expanded
from tests.example_events import EVENTS
from tests.functional.conftest import PROCESSED, REGION, World, create_table, lambda_context

ANN, BOB = (f"eu-central-1:0a1b2c3d-0000-1111-2222-33334444555{n}" for n in (5, 6))
TABLES = "tables"
VERSIONS = ("0066AB12CD34EF5678", "0066AB12CD34EF5679", "0066AB12CD34EF567A")
COLUMNS = [{"name": "Größe", "type": "decimal"}, {"name": "a", "type": "integer"}]


class Catalog:
    """Glue's Data Catalog as its documentation says that it is. moto's needs another package."""

    def __init__(self) -> None:
        self.databases: dict[str, dict[str, Any]] = {}

    def get_table(self, **asked: Any) -> Any:
        return {"Table": self._tables(asked["Name"], asked)[asked["Name"]]}

    def update_table(self, **asked: Any) -> None:
        name = asked["TableInput"]["Name"]
        self._tables(name, asked)[name] = asked["TableInput"]

    def create_table(self, **asked: Any) -> None:
        tables, name = self.databases.get(asked["DatabaseName"]), asked["TableInput"]["Name"]
        if tables is None:
            raise _refusal("EntityNotFoundException")
        if name in tables:
            raise _refusal("AlreadyExistsException")
        tables[name] = asked["TableInput"]

    def create_database(self, **asked: Any) -> None:
        if asked["DatabaseInput"]["Name"] in self.databases:
            raise _refusal("AlreadyExistsException")
        self.databases[asked["DatabaseInput"]["Name"]] = {}

    def delete_table(self, **asked: Any) -> None:
        del self._tables(asked["Name"], asked)[asked["Name"]]

    def _tables(self, name: str, asked: dict[str, Any]) -> dict[str, Any]:
        tables = self.databases.get(asked["DatabaseName"], {})
        if name not in tables:
            raise _refusal("EntityNotFoundException")
        return tables


def _refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "as Glue says"}}, "Table")


@dataclass
class Glue:
    """The function that describes, and what is on the shelf."""

    world: World
    app: ModuleType
    catalog: Catalog

    def entry(self, key: str, owner: str = ANN) -> dict[str, Any] | None:
        """What Glue says of the table of a file."""
        tables = self.catalog.databases.get(database_of("darkroom", owner), {})
        found: dict[str, Any] | None = tables.get(table_of(key))
        return found

    def record(
        self, name: str, version: str, *, owner: str = ANN, columns: Any = COLUMNS, **more: Any
    ) -> str:
        """Write the record of a table that is processed, and its files; its key."""
        key = f"users/{owner}/{name}"
        folder = f"{outputs_prefix(key)}{version}"
        document = json.dumps({"columns": columns}).encode()
        for file, body in (("table.json", document), ("data.parquet", version.encode())):
            self.world.s3.put_object(Bucket=PROCESSED, Key=f"{folder}/{file}", Body=body)
        item = {
            "identity_id": owner,
            "image": key,
            "version": version,
            "kind": "table",
            "status": "processed",
            "steps": {"profile": {"state": "done"}},
            "renditions": {},
            "details": {"key": f"{folder}/table.json", "bytes": 1},
            **more,
        }
        self.world.dynamodb.put_item(TableName="ImagesTable", Item=to_item(item))
        return key

    def forget(self, key: str, owner: str = ANN) -> None:
        """Delete a record."""
        at = to_item({"identity_id": owner, "image": key})
        self.world.dynamodb.delete_item(TableName="ImagesTable", Key=at)

    def tell(self, *messages: Any) -> list[int]:
        """The indices of the messages that the function reported as failed."""
        return self.world.deliver(self.app, *messages)

    def receipt(self, key: str, version: str, owner: str = ANN) -> str:
        """What tells that a version has ended."""
        return json.dumps({"identity_id": owner, "image": key, "version": version, "step": "quota"})

    def removal(self, key: str, version: str) -> dict[str, Any]:
        """What tells that a version was deleted."""
        record: dict[str, Any] = self.world.record("ObjectRemoved:Delete", key, {})
        record["s3"]["object"]["sequencer"] = version
        return record

    def rows(self, key: str, owner: str = ANN) -> str | None:
        """The rows that Glue's entry leads to; None where there is no entry."""
        table = self.entry(key, owner)
        if table is None:
            return None
        bucket, _, prefix = (
            table["StorageDescriptor"]["Location"].removeprefix("s3://").partition("/")
        )
        listed = self.world.s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
        [stored] = listed.get("Contents", [])
        body: bytes = self.world.s3.get_object(Bucket=bucket, Key=stored["Key"])["Body"].read()
        return body.decode()

    def stored(self) -> list[str]:
        """The keys of all rows."""
        listed = self.world.s3.list_objects_v2(Bucket=TABLES)
        return [each["Key"] for each in listed.get("Contents", [])]


@pytest.fixture
def glue(world: World) -> Glue:
    world.s3.create_bucket(Bucket=TABLES, CreateBucketConfiguration={"LocationConstraint": REGION})
    catalog = Catalog()
    world.monkeypatch.setattr("darkroom.aws.clients.glue_client", lambda: catalog)
    app = world.load("describe", TABLES_BUCKET=TABLES, DATABASE_PREFIX="darkroom")
    return Glue(world, app, catalog)


def test_table_has_the_columns_of_its_profile(glue: Glue) -> None:
    key = glue.record("a.csv", VERSIONS[0])
    assert glue.tell(glue.receipt(key, VERSIONS[0])) == []

    found = glue.entry(key)
    assert found is not None
    storage = found["StorageDescriptor"]
    assert [(each["Name"], each["Type"]) for each in storage["Columns"]] == [
        ("grosse", "double"), ("a", "bigint"),
    ]  # fmt: skip
    assert storage["Columns"][0]["Comment"] == "Größe"
    assert storage["SerdeInfo"]["Parameters"] == {"parquet.column.index.access": "true"}
    assert glue.rows(key) == VERSIONS[0]


def test_table_of_the_example_event_is_described(glue: Glue) -> None:
    event = json.loads((EVENTS / "describe.json").read_text())
    told = json.loads(event["Records"][0]["body"])
    owner = told["identity_id"]
    key = glue.record("2026/houses.csv", told["version"], owner=owner)

    assert glue.app.handler(event, lambda_context()) == {"batchItemFailures": []}

    assert (told["image"], glue.entry(key, owner) is None) == (key, False)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_newest_version_stays_in_any_order_of_messages(glue: Glue, order: tuple[int, ...]) -> None:
    key = glue.record("a.csv", VERSIONS[0])
    assert glue.tell(glue.receipt(key, VERSIONS[0])) == []
    glue.record("a.csv", VERSIONS[2])
    told: list[Any] = [
        glue.receipt(key, VERSIONS[0]),
        glue.removal(key, VERSIONS[1]),
        glue.receipt(key, VERSIONS[2]),
        glue.receipt(key, VERSIONS[2]),
    ]
    assert glue.tell(*(told[n] for n in order)) == []
    assert glue.rows(key) == VERSIONS[2]
    assert len(glue.stored()) == 1


def test_table_is_gone_for_good_when_its_file_is_deleted(glue: Glue) -> None:
    """Also where the deletion is heard of before the record is gone, and a receipt comes late."""
    key = glue.record("a.csv", VERSIONS[0])
    late, removal = glue.receipt(key, VERSIONS[0]), glue.removal(key, VERSIONS[1])
    assert glue.tell(late) == []
    assert glue.tell(removal) == [0]  # comes again
    assert glue.rows(key) is None
    assert glue.tell(late) == []
    assert glue.rows(key) == VERSIONS[0]
    glue.forget(key)
    assert glue.tell(removal, late) == []
    assert glue.rows(key) is None
    assert glue.stored() == []


@pytest.mark.parametrize(
    "more",
    [
        {"status": "over_quota", "withdrawn": True, "steps": {"quota": {"state": "over_quota"}}},
        {"status": "failed"},
        {"kind": "picture"},
        {"kind": "video"},
    ],
)
def test_file_that_is_no_table_any_more_cannot_be_asked(glue: Glue, more: dict[str, Any]) -> None:
    key = glue.record("a.csv", VERSIONS[0])
    assert glue.tell(glue.receipt(key, VERSIONS[0])) == []
    glue.record("a.csv", VERSIONS[1], **more)
    assert glue.tell(glue.receipt(key, VERSIONS[1])) == []
    assert glue.rows(key) is None
    assert glue.stored() == []


def test_message_comes_again_while_the_end_is_not_written(glue: Glue) -> None:
    key = glue.record("a.csv", VERSIONS[0], status="processing")
    assert glue.tell(glue.receipt(key, VERSIONS[0])) == [0]
    glue.record("a.csv", VERSIONS[0])
    assert glue.tell(glue.receipt(key, VERSIONS[0])) == []
    assert glue.rows(key) == VERSIONS[0]


def test_record_is_looked_at_again_when_it_changes_while_it_is_written(
    glue: Glue, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = glue.record("a.csv", VERSIONS[0])
    put, times = shelves.Shelf.put, itertools.count()

    def put_late(self: shelves.Shelf, item: Any) -> None:
        is_first = next(times) == 0
        if is_first:  # another run has written the newer version meanwhile
            glue.record("a.csv", VERSIONS[1])
            assert glue.tell(glue.receipt(key, VERSIONS[1])) == []
        put(self, item)
        if is_first:  # that one may not have led to its rows yet
            assert any(f"/{VERSIONS[1]}/" in stored for stored in glue.stored())

    monkeypatch.setattr(shelves.Shelf, "put", put_late)
    assert glue.tell(glue.receipt(key, VERSIONS[0])) == []
    assert glue.rows(key) == VERSIONS[1]


def test_files_of_one_name_and_of_two_owners_are_tables_apart(glue: Glue) -> None:
    keys = [glue.record("a.csv", VERSIONS[0]), glue.record("b/a.csv", VERSIONS[1])]
    theirs = glue.record("a.csv", VERSIONS[2], owner=BOB)
    told = [glue.receipt(key, VERSIONS[0]) for key in keys]
    assert glue.tell(*told, glue.receipt(theirs, VERSIONS[2], BOB)) == []
    assert [glue.rows(key) for key in keys] == [VERSIONS[0], VERSIONS[1]]
    assert glue.rows(theirs, BOB) == VERSIONS[2]
    assert len(glue.stored()) == 3


# Questions. ---------------------------------------------------------------------------------------


@dataclass
class Engine:
    """An Athena that runs what it is given, and whose answers lie where it is told."""

    states: list[str] = field(default_factory=lambda: ["SUCCEEDED"])
    found: Rows = field(default_factory=lambda: Rows([{"name": "n", "type": "bigint"}], [["1"]]))
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    location: str = ""

    def start(self, sql: str, *, database: str, location: str) -> str:
        if "busy" in sql:
            raise TransientError("Rate exceeded")
        if "nonsense" in sql:
            raise QueryRefused("line 1:8: mismatched input")
        self.asked.append((sql, database, location))
        self.location = f"{location}{ID}.csv"
        return ID

    def look(self, query_id: str) -> Execution:
        if not self.location:
            raise QueryRefused("no such query")
        state = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return Execution(state, self.location, "it broke", 12)

    def rows(self, query_id: str, *, at_most: int) -> Rows:
        return self.found


ID = "0a1b2c3d-0000-1111-2222-333344445555"
Ask = Callable[..., tuple[int, dict[str, Any]]]


@dataclass
class Questions:
    """A desk and its engine; `owners` are those that it acted as."""

    desk: Desk
    engine: Engine
    owners: list[str]
    waited: list[float]
    shelf: list[dict[str, Any]]

    def ask(self, owner: str | None, sql: str = "SELECT 1") -> tuple[int, Mapping[str, Any]]:
        return self.request(owner, "POST /questions", json.dumps({"sql": sql}))

    def request(
        self, owner: str | None, route: str, body: str = "", **path: str
    ) -> tuple[int, Mapping[str, Any]]:
        identity = None if owner is None else {"identityId": owner}
        response = self.desk.handle(
            {
                "routeKey": route,
                "requestContext": {"authorizer": {"iam": {"cognitoIdentity": identity}}},
                "pathParameters": path,
                "body": body,
            }
        )
        return response["statusCode"], json.loads(response["body"])


@pytest.fixture
def questions(world: World) -> Questions:
    counts = expanded(ATHENA)["Resources"]["CountsTable"]["Properties"]
    create_table(world.dynamodb, "CountsTable", counts)
    engine, owners, waited = Engine(), list[str](), list[float]()

    def athena(database: str) -> Engine:
        owners.append(database)
        return engine

    shelf: list[dict[str, Any]] = []
    as_owner: Any = SimpleNamespace(
        athena=athena, catalog=lambda _: SimpleNamespace(tables=lambda _: iter(shelf))
    )
    desk = Desk(
        as_owner,
        Counts(world.dynamodb, "CountsTable", a_day=3),
        prefix="darkroom",
        tables_bucket=TABLES,
        sleep=waited.append,
    )
    return Questions(desk, engine, owners, waited, shelf)


def test_question_runs_as_who_signed_it_in_their_database_and_folder(
    questions: Questions,
) -> None:
    status, answer = questions.ask(ANN)
    assert (status, answer["rows"], answer["more"], answer["scanned_bytes"]) == (
        200, [["1"]], False, 12,
    )  # fmt: skip
    database = database_of("darkroom", ANN)
    assert questions.owners == [database]
    assert questions.engine.asked == [("SELECT 1", database, f"s3://{TABLES}/answers/{database}/")]


def test_question_of_the_example_event_is_answered(questions: Questions) -> None:
    event = json.loads((EVENTS / "ask.json").read_text())
    owner = event["requestContext"]["authorizer"]["iam"]["cognitoIdentity"]["identityId"]

    assert questions.desk.handle(event)["statusCode"] == 200

    assert questions.owners == [database_of("darkroom", owner)]
    assert [sql for sql, *_ in questions.engine.asked] == [json.loads(event["body"])["sql"]]


def test_answer_of_another_is_as_one_that_there_never_was(questions: Questions) -> None:
    never = questions.request(ANN, "GET /questions/{id}", id=ID)
    assert never[0] == 404
    questions.ask(ANN)
    assert questions.request(ANN, "GET /questions/{id}", id=ID)[0] == 200
    assert questions.request(BOB, "GET /questions/{id}", id=ID) == never
    prefix_of_hers = ANN[:-1]
    assert questions.request(prefix_of_hers, "GET /questions/{id}", id=ID) == never


def test_owner_has_so_many_questions_a_day_and_others_theirs(questions: Questions) -> None:
    assert [questions.ask(ANN)[0] for _ in range(5)] == [200, 200, 200, 429, 429]
    assert len(questions.engine.asked) == 3
    assert questions.ask(BOB)[0] == 200


def test_whoever_has_not_signed_asks_nothing(questions: Questions) -> None:
    assert questions.ask(None)[0] == 403
    assert questions.request(None, "GET /tables")[0] == 403
    assert questions.owners == []


def test_question_that_takes_long_is_answered_by_its_id(questions: Questions) -> None:
    questions.engine.states = ["RUNNING"]
    status, answer = questions.ask(ANN)
    assert (status, answer) == (202, {"id": ID, "state": "running"})
    assert sum(questions.waited) == pytest.approx(20)
    questions.engine.states = ["SUCCEEDED"]
    assert questions.request(ANN, "GET /questions/{id}", id=ID)[1]["rows"] == [["1"]]


@pytest.mark.parametrize("state", ["FAILED", "CANCELLED"])
def test_question_that_ends_badly_says_why(questions: Questions, state: str) -> None:
    questions.engine.states = ["QUEUED", "RUNNING", state]
    assert questions.ask(ANN) == (400, {"id": ID, "message": "it broke"})
    status, answer = questions.ask(ANN, "SELECT nonsense")
    assert status == 400
    assert "mismatched" in answer["message"]


def test_owner_is_told_to_wait_when_the_account_asks_too_much(questions: Questions) -> None:
    assert questions.ask(ANN, "SELECT busy")[0] == 429


def test_list_has_as_many_tables_as_fit(questions: Questions) -> None:
    columns = [{"name": f"c{at}" * 20, "type": "text"} for at in range(1000)]
    for at in range(30):
        told = table_input(
            f"t{at}", "s3://a/b/", columns, owner=ANN, key=f"users/{ANN}/a{at}.csv", version="1"
        )
        questions.shelf.append(told)
    _, answer = questions.request(ANN, "GET /tables")
    assert 2 < len(answer["tables"]) < 30
    assert answer["more"] is True
    del questions.shelf[2:]
    _, answer = questions.request(ANN, "GET /tables")
    assert [each["file"] for each in answer["tables"]] == ["a0.csv", "a1.csv"]
    assert answer["more"] is False


def test_answer_has_as_many_rows_as_fit(questions: Questions) -> None:
    questions.engine.found = Rows([{"name": "n", "type": "varchar"}], [["ü" * 400_000]] * 5)
    status, answer = questions.ask(ANN)
    assert (status, len(answer["rows"]), answer["more"]) == (200, 2, True)
    questions.engine.found = Rows([{"name": "n", "type": "varchar"}], [[None]], has_more=True)
    assert questions.ask(ANN)[1]["more"] is True
