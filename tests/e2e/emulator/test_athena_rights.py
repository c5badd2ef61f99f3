"""A question to Athena reads what its asker may read, in the emulator as on AWS."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest
from botocore.exceptions import ClientError
from darkroom.athena.description import table_input

from local.server import REGION, Server
from local.user import wait_for
from tests.e2e.emulator.principals import Statements, client, obsolete, role_credentials


@dataclass(frozen=True)
class Table:
    """A table of three rows in a bucket of its own, and where answers go."""

    database: str
    bucket: str

    @property
    def select(self) -> str:
        return f"SELECT sum(grosse_m2) AS n FROM {self.database}.houses"

    @property
    def answers(self) -> str:
        return f"s3://{self.bucket}/answers/"

    def rights(self, *left_out: str) -> Statements:
        """All that a question to it needs, but for some actions."""
        glue = f"arn:aws:glue:{REGION}:000000000000"
        own = f"database/{self.database}", f"table/{self.database}/*"
        wanted: dict[str, list[str]] = {
            "athena:StartQueryExecution": ["*"],
            "athena:GetQueryExecution": [f"arn:aws:athena:{REGION}:000000000000:workgroup/*"],
            "athena:GetQueryResults": [f"arn:aws:athena:{REGION}:000000000000:workgroup/*"],
            "glue:GetTable": [f"{glue}:{each}" for each in ("catalog", *own)],
            "s3:ListBucket": [f"arn:aws:s3:::{self.bucket}"],
            "s3:GetObject": [f"arn:aws:s3:::{self.bucket}/*"],
            "s3:PutObject": [f"arn:aws:s3:::{self.bucket}/answers/*"],
        }
        return [
            {"Effect": "Allow", "Action": action, "Resource": resources}
            for action, resources in wanted.items()
            if action not in left_out
        ]


def made(server: Server, folder: Path) -> Table:
    """A new table, whose column Glue calls otherwise than its file."""
    table = Table(f"t{secrets.token_hex(4)}", f"bucket-{secrets.token_hex(4)}")
    rows = folder / "rows.parquet"
    duckdb.execute(f"COPY (SELECT i AS \"Größe m²\" FROM range(3) AS t(i)) TO '{rows}'")
    s3, glue = client(server, "s3"), client(server, "glue")
    s3.create_bucket(Bucket=table.bucket)
    s3.put_object(Bucket=table.bucket, Key="houses/rows.parquet", Body=rows.read_bytes())
    glue.create_database(DatabaseInput={"Name": table.database})
    described = table_input(
        "houses",
        f"s3://{table.bucket}/houses/",
        [{"name": "Größe m²", "type": "integer"}],
        owner="ann",
        key="houses.csv",
        version="1",
    )
    glue.create_table(DatabaseName=table.database, TableInput=described)
    return table


def answer(
    server: Server,
    table: Table,
    sql: str,
    statements: Statements | None,
    *,
    workgroup: str = "primary",
) -> Any:
    """The rows of an answer, or why there is none; without statements it is the owner's."""
    credentials = role_credentials(server, statements) if statements is not None else None
    athena = client(server, "athena", credentials)
    try:
        started = athena.start_query_execution(
            QueryString=sql,
            ResultConfiguration={"OutputLocation": table.answers},
            WorkGroup=workgroup,
        )["QueryExecutionId"]
        execution = wait_for(
            lambda: (
                found
                if (found := athena.get_query_execution(QueryExecutionId=started))[
                    "QueryExecution"
                ]["Status"]["State"]
                in ("SUCCEEDED", "FAILED")
                else None
            ),
            what="an answer",
        )["QueryExecution"]
        if execution["Status"]["State"] == "FAILED":
            return execution["Status"]["StateChangeReason"]
        found = athena.get_query_results(QueryExecutionId=started)["ResultSet"]["Rows"]
    except ClientError as error:
        return str(error)
    return [[value.get("VarCharValue") for value in row["Data"]] for row in found[1:]]


def test_question_is_answered_to_whoever_may_read_its_table(
    patched: Server, tmp_path: Path
) -> None:
    table = made(patched, tmp_path)
    assert answer(patched, table, table.select, table.rights()) == [["3"]]
    assert answer(patched, table, table.select, None) == [["3"]]


@pytest.mark.parametrize(
    "missing",
    ["glue:GetTable", "s3:GetObject", "s3:ListBucket", "s3:PutObject", "athena:GetQueryResults"],
)
def test_question_is_refused_when_a_right_is_missing(
    patched: Server, tmp_path: Path, missing: str
) -> None:
    table = made(patched, tmp_path)
    told = answer(patched, table, table.select, table.rights(missing))
    assert missing in str(told)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'",
        "COPY (SELECT 1) TO '/tmp/answer.csv'",
        "SET enable_external_access = true",
        "INSTALL httpfs",
    ],
)
def test_question_reaches_no_file_of_this_machine(
    patched: Server, tmp_path: Path, sql: str
) -> None:
    table = made(patched, tmp_path)
    told = answer(patched, table, sql, table.rights())
    assert isinstance(told, str)
    assert "root" not in told


def test_question_ends_when_it_scans_more_than_its_workgroup_allows(
    patched: Server, tmp_path: Path
) -> None:
    table, name = made(patched, tmp_path), secrets.token_hex(4)
    client(patched, "athena").create_work_group(
        Name=name, Configuration={"BytesScannedCutoffPerQuery": 10_000_000}
    )
    assert answer(patched, table, table.select, table.rights(), workgroup=name) == [["3"]]
    more = {"Bucket": table.bucket, "Key": "houses/more.parquet", "Body": bytes(10_000_000)}
    client(patched, "s3").put_object(**more)
    told = answer(patched, table, table.select, table.rights(), workgroup=name)
    assert "limit was exceeded" in told


def test_any_table_and_any_file_is_read_when_the_patch_is_missing(
    plain: Server, tmp_path: Path
) -> None:
    table = made(plain, tmp_path)
    by_its_file = f'SELECT sum("Größe m²") AS n FROM {table.database}.houses'
    rights: Statements = [{"Effect": "Allow", "Action": "athena:*", "Resource": "*"}]
    assert answer(plain, table, by_its_file, rights) == [["3"]], obsolete("athena_rights")
    read = answer(plain, table, "SELECT count(*) AS n FROM read_text('/etc/hosts')", rights)
    assert read == [["1"]], obsolete("athena_rights")
