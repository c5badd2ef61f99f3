"""Tables beside a deployed cloud: an owner asks their own in SQL, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.credentials import Credentials
from darkroom.athena.names import database_of

from local.cloud import ATHENA, STACK, LocalCloud
from local.server import REGION
from local.tables import BROKEN_ROWS, houses
from local.user import User, wait_for
from operations.api_url import api_url
from operations.local_clients import local_client
from tests.answers import Answer
from tests.e2e.photos import photo
from tests.e2e.signing import allowed, credentials_of, send, signed
from tests.e2e.test_operations import command

MakeUser = Callable[[], User]


@dataclass(frozen=True)
class Asking:
    """Where owners ask."""

    cloud: LocalCloud
    url: str
    prefix: str

    def request(self, user: User, method: str, below: str, body: Any = None) -> Answer:
        """The answer to a user's request."""
        url = f"{self.url}{below}"
        text = b"" if body is None else json.dumps(body).encode()
        headers = signed(url, text, credentials_of(user), method=method)
        return send(url, text, headers, method=method)

    def ask(self, user: User, sql: str) -> Answer:
        """The answer to a question."""
        return self.request(user, "POST", "/questions", {"sql": sql})

    def rows(self, user: User, sql: str) -> list[list[str | None]]:
        """The rows of a question that is answered."""
        answer = self.ask(user, sql)
        assert answer.status == 200, answer.body
        rows: list[list[str | None]] = answer.json["rows"]
        return rows

    def tables(self, user: User) -> list[dict[str, Any]]:
        """The tables that a user is told of."""
        answer = self.request(user, "GET", "/tables")
        assert answer.status == 200, answer.body
        tables: list[dict[str, Any]] = answer.json["tables"]
        return tables

    def table(self, user: User, data: bytes, name: str = "houses.csv") -> dict[str, Any]:
        """The table of a file that a user uploads, once it can be asked."""
        user.wait_for_end(user.upload(name, data))
        return wait_for(
            lambda: next((each for each in self.tables(user) if each["file"] == name), None),
            what="a table",
        )


@pytest.fixture(scope="module")
def asking(cloud: LocalCloud) -> Iterator[Asking]:
    """What lets owners ask, beside the cloud of the tests of the group."""
    cloud.build_stack("athena")
    outputs = cloud.deploy_stack("athena", {"QuestionsPerDay": "100000"})
    url = api_url(outputs["AskUrl"], cloud.endpoint)
    yield Asking(cloud, url, outputs["DatabasePrefix"])
    cloud.client("cloudformation").delete_stack(StackName=ATHENA)


def test_owner_asks_their_table_in_the_types_of_its_columns(asking: Asking, user: MakeUser) -> None:
    ann = user()
    table = asking.table(ann, houses())
    columns = [(each["name"], each["type"]) for each in table["columns"]]
    assert len(columns) == 7
    assert {kind for _, kind in columns} == {"bigint", "string", "date", "double", "boolean"}
    name = table["name"]
    assert asking.rows(ann, f"SELECT count(*) AS n FROM {name}") == [["2000"]]
    [whole] = [each for each, kind in columns if kind == "double"]
    [[least, greatest]] = asking.rows(ann, f'SELECT min("{whole}"), max("{whole}") FROM {name}')
    assert least is not None
    assert greatest is not None
    assert float(least) < float(greatest)
    told = asking.ask(ann, f"SELECT nothing FROM {name}")
    assert told.status == 400
    assert "nothing" in told.json["message"]
    assert BROKEN_ROWS > 0


def test_columns_of_any_name_can_be_asked(asking: Asking, user: MakeUser) -> None:
    ann = user()
    table = asking.table(
        ann, "Größe (m²);Größe m2;2. Zahl;名\n1;2;3;a\n4;5;6;b\n".encode(), "ö.csv"
    )
    names = [each["name"] for each in table["columns"]]
    assert names == ["grosse_m2", "grosse_m2_2", "c_2_zahl", "column_4"]
    assert table["columns"][0]["title"] == "Größe (m²)"
    rows = asking.rows(ann, f"SELECT {', '.join(names)} FROM {table['name']} ORDER BY 1")
    assert rows == [["1", "2", "3", "a"], ["4", "5", "6", "b"]]


def test_nobody_asks_the_table_of_another_or_reads_their_answer(
    asking: Asking, cloud: LocalCloud, user: MakeUser
) -> None:
    ann, bob, guest = user(), user(), cloud.new_guest()
    hers = asking.table(ann, houses())["name"]
    asking.table(bob, b"a,b\n1,2\n3,4\n", "own.csv")
    database = database_of(asking.prefix, ann.identity_id)
    answer = asking.ask(ann, f"SELECT count(*) FROM {hers}").json
    bucket = cloud.physical_id("TablesBucket", stack=ATHENA)

    for sql in (
        f"SELECT * FROM {database}.{hers}",
        f'SELECT * FROM "{database}"."{hers}" LIMIT 1',
        f"WITH a AS (SELECT * FROM {database}.{hers}) SELECT * FROM a",
        f"SELECT * FROM own JOIN {database}.{hers} ON true",
        f"SELECT * FROM {hers}",
        f"SELECT * FROM read_parquet('s3://{bucket}/tables/**/*.parquet')",
        "SELECT * FROM read_text('/etc/passwd')",
    ):
        refused = asking.ask(bob, sql)
        assert refused.status == 400, (sql, refused.body)
        assert "2000" not in refused.text
    denied = asking.ask(bob, f"SELECT * FROM {database}.{hers}").json["message"]
    assert "Access denied" in denied
    for sql in ("DROP TABLE own", f"INSERT INTO {database}.{hers} SELECT 1", "SHOW DATABASES"):
        assert asking.ask(bob, sql).status == 400
    assert [each["file"] for each in asking.tables(bob)] == ["own.csv"]

    assert asking.request(ann, "GET", f"/questions/{answer['id']}").json["rows"] == [["2000"]]
    assert asking.request(bob, "GET", f"/questions/{answer['id']}").status == 404
    assert asking.request(guest, "GET", "/tables").status == 403
    assert asking.request(guest, "POST", "/questions", {"sql": "SELECT 1"}).status == 403
    assert send(f"{asking.url}/tables", method="GET").status == 403

    attempts: list[tuple[str, str, dict[str, Any]]] = [
        ("glue", "get_tables", {"DatabaseName": database}),
        ("glue", "get_databases", {}),
        ("athena", "start_query_execution", {"QueryString": "SELECT 1", "WorkGroup": ATHENA}),
        ("athena", "get_query_execution", {"QueryExecutionId": answer["id"]}),
        ("athena", "get_query_results", {"QueryExecutionId": answer["id"]}),
        ("athena", "list_query_executions", {"WorkGroup": ATHENA}),
        ("s3", "list_objects_v2", {"Bucket": bucket}),
        ("sts", "assume_role", {
            "RoleArn": role_arn(cloud),
            "RoleSessionName": "bob",
            "Tags": [{"Key": "database", "Value": database}],
        }),
    ]  # fmt: skip
    assert allowed(bob, cloud.endpoint, attempts) == []


def role_arn(cloud: LocalCloud) -> str:
    name = cloud.physical_id("OwnerRole", stack=ATHENA)
    return str(cloud.client("iam").get_role(RoleName=name)["Role"]["Arn"])


def test_rights_of_one_owner_reach_no_other_whatever_the_function_does(
    asking: Asking, cloud: LocalCloud, user: MakeUser
) -> None:
    """The function could be wrong about SQL, tables and folders: its rights are not."""
    ann, bob = user(), user()
    hers = asking.table(ann, houses())["name"]
    database, her_database = (database_of(asking.prefix, each.identity_id) for each in (bob, ann))
    issued = acting(cloud, database)
    bucket = cloud.physical_id("TablesBucket", stack=ATHENA)
    her_answer = asking.ask(ann, f"SELECT count(*) FROM {hers}").json["id"]
    s3, glue, athena = (
        local_client(each, cloud.endpoint, REGION, issued) for each in ("s3", "glue", "athena")
    )
    at = f"s3://{bucket}/answers"
    start = {"QueryString": "SELECT 1", "WorkGroup": ATHENA}
    calls: dict[str, Callable[[], Any]] = {
        "her table": lambda: glue.get_table(DatabaseName=her_database, Name=hers),
        "her rows": lambda: s3.list_objects_v2(Bucket=bucket, Prefix=f"tables/{her_database}/"),
        "her answer": lambda: s3.get_object(
            Bucket=bucket, Key=f"answers/{her_database}/{her_answer}.csv"
        ),
        "her answer by Athena": lambda: athena.get_query_results(QueryExecutionId=her_answer),
        "into her folder": lambda: athena.start_query_execution(
            **start, ResultConfiguration={"OutputLocation": f"{at}/{her_database}/"}
        ),
    }
    for name, call in calls.items():
        with pytest.raises(s3.exceptions.ClientError) as refused:
            call()
        assert "denied" in str(refused.value).lower(), (name, refused.value)
    assert athena.start_query_execution(
        **start, ResultConfiguration={"OutputLocation": f"{at}/{database}/"}
    )


def acting(cloud: LocalCloud, database: str) -> Credentials:
    """Credentials that `ask` has while it asks for an owner: only its role may take them."""
    iam = cloud.client("iam")
    name = cloud.physical_id("AskRole", stack=ATHENA)
    own = iam.get_role(RoleName=name)["Role"]
    trust = own["AssumeRolePolicyDocument"]
    anybody = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
    }
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(anybody))
    first = cloud.client("sts").assume_role(RoleArn=own["Arn"], RoleSessionName="test")
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
    sts = local_client("sts", cloud.endpoint, REGION, held(first))

    def take(*databases: str) -> Any:
        tags = [{"Key": "database", "Value": each} for each in databases]
        return sts.assume_role(RoleArn=role_arn(cloud), RoleSessionName="test", Tags=tags)

    for databases in ((), ("another_of_this_account",)):
        with pytest.raises(sts.exceptions.ClientError, match="AccessDenied"):
            take(*databases)
    return held(take(database))


def held(answer: dict[str, Any]) -> Credentials:
    issued = answer["Credentials"]
    return Credentials(issued["AccessKeyId"], issued["SecretAccessKey"], issued["SessionToken"])


def test_table_follows_its_file(asking: Asking, cloud: LocalCloud, user: MakeUser) -> None:
    ann = user()
    table = asking.table(ann, b"a,b\n1,2\n3,4\n", "own.csv")
    name = table["name"]
    assert asking.rows(ann, f"SELECT sum(a) FROM {name}") == [["4"]]
    key = ann.upload("own.csv", b"a,b\n10,2\n30,4\n50,6\n")
    wait_for(
        lambda: asking.rows(ann, f"SELECT sum(a) FROM {name}") == [["90"]] or None,
        what="its new rows",
    )
    stack = {**cloud.server.root, "STACK": STACK}
    glue = cloud.client("glue")
    database = database_of(asking.prefix, ann.identity_id)
    glue.delete_table(DatabaseName=database, Name=name)
    assert asking.tables(ann) == []
    done = command("athena_rebuild", stack)
    assert done.returncode == 0, done.stdout + done.stderr
    assert asking.rows(ann, f"SELECT sum(a) FROM {name}") == [["90"]]

    ann.s3.delete_object(Bucket=ann.outputs["UploadsBucketName"], Key=key)
    wait_for(lambda: asking.tables(ann) == [] or None, what="the end of the table")
    bucket = cloud.physical_id("TablesBucket", stack=ATHENA)
    prefix = f"tables/{database}/"
    wait_for(
        lambda: (
            ("Contents" not in cloud.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix))
            or None
        ),
        what="the end of its rows",
    )


def test_picture_makes_no_table(asking: Asking, user: MakeUser) -> None:
    ann = user()
    ann.wait_for_end(ann.upload("a.jpg", photo(81)))
    asking.table(ann, b"a,b\n1,2\n3,4\n", "own.csv")
    assert [each["file"] for each in asking.tables(ann)] == ["own.csv"]
