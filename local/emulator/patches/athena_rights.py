"""A question to Athena reads what whoever asks may read, and no file of this machine.

AWS: Athena looks up tables, reads them and writes answers with the rights of the caller
(https://docs.aws.amazon.com/athena/latest/ug/security-iam-athena.html), names a question's
workgroup to IAM, and ends what scans more than its workgroup allows. A table may take its columns
by their order in the file (`parquet.column.index.access`).
MiniStack asks IAM for the call alone, reads any table of the account, and any file that this user
may read (`read_text('/etc/passwd')`); it does not look at a workgroup's limit, and takes columns by
the names in the file. Obsolete once a role without `glue:GetTable` is refused a table's rows.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from typing import Any
from urllib.parse import urlparse

_caller: ContextVar[str] = ContextVar("athena_caller", default="")
_workgroup: ContextVar[str] = ContextVar("athena_workgroup", default="")
_scanned: ContextVar[list[int] | None] = ContextVar("athena_scanned", default=None)
_folders: ContextVar[list[str] | None] = ContextVar("athena_folders", default=None)
_BY_ORDER = "parquet.column.index.access"


class Refused(Exception):
    """What Athena's answer says of a question that failed."""


def apply() -> None:
    """Ask IAM for tables, rows and answers, and lock the engine in."""
    athena = importlib.import_module("ministack.services.athena")
    _name_workgroups(athena)
    _know_callers(athena)
    _ask_for_tables(athena)
    _ask_for_answers(athena)
    _lock_engine(athena)


def _name_workgroups(athena: Any) -> None:
    actions = importlib.import_module("ministack.core.iam_actions")
    known_arn = actions.extract_resource_arn

    def extract_resource_arn(
        service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any, **more: Any
    ) -> str:
        arn: str = known_arn(service, method, path, headers, body, *rest, **more)
        if service != "athena" or arn != "*":
            return arn
        query_id = actions._safe_json_field(body, "QueryExecutionId")
        execution = athena._executions.get(query_id) if query_id else None
        return str(athena._arn_workgroup(execution["WorkGroup"])) if execution else arn

    vars(actions)["extract_resource_arn"] = extract_resource_arn


def _know_callers(athena: Any) -> None:
    router = importlib.import_module("ministack.core.router")
    handle = athena.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query_params: Any
    ) -> Any:
        _caller.set(router.extract_access_key_id(headers, query_params))
        return await handle(method, path, headers, body, query_params)

    vars(athena)["handle_request"] = handle_request


def _ask_for_tables(athena: Any) -> None:
    s3 = importlib.import_module("ministack.services.s3")
    rewrite, read = athena._rewrite_data_paths, athena._materialize_table_files
    relate, run_ddl = athena._table_relation, athena._run_ddl

    async def rewrite_data_paths(query: str, database: str, catalog: str | None = None) -> Any:
        _scanned.set([0])
        for named in athena._table_references(query):
            _require_table("glue:GetTable", named.database or database, named.table)
        rewritten, buckets, folders = await rewrite(query, database, catalog)
        _folders.set(folders)
        return rewritten, buckets, folders

    def materialize_table_files(location: str, folders: list[str]) -> Any:
        at = urlparse(location)
        prefix = at.path.lstrip("/").rstrip("/") + "/"
        _require("s3:ListBucket", f"arn:aws:s3:::{at.netloc}", {"s3:prefix": prefix})
        scanned = _scanned.get() or [0]
        for key, stored in list(s3._buckets.get(at.netloc, {"objects": {}})["objects"].items()):
            if key.startswith(prefix):
                _require("s3:GetObject", f"arn:aws:s3:::{at.netloc}/{key}")
                scanned[0] += int(stored.get("size", 0))
        _bound(athena, scanned[0])
        return read(location, folders)

    def table_relation(table: Mapping[str, Any], files: Sequence[str]) -> str:
        return in_order(table, relate(table, files))

    def run_checked_ddl(ddl: Any, database: str) -> Any:
        action = "glue:DeleteTable" if isinstance(ddl, athena._DropTable) else "glue:CreateTable"
        _require_table(action, ddl.database or database, ddl.table)
        return run_ddl(ddl, database)

    vars(athena).update(
        _rewrite_data_paths=rewrite_data_paths,
        _materialize_table_files=materialize_table_files,
        _table_relation=table_relation,
        _run_ddl=run_checked_ddl,
    )


def _ask_for_answers(athena: Any) -> None:
    start, results = athena._start_query_execution, athena._get_query_results
    responses = importlib.import_module("ministack.core.responses")

    def start_query_execution(data: dict[str, Any]) -> Any:
        _workgroup.set(data.get("WorkGroup", "primary"))
        chosen = data.get("ResultConfiguration", {}).get("OutputLocation")
        try:
            if chosen:
                _require("s3:PutObject", _object_arn(f"{chosen}x.csv"))
        except Refused as error:
            return responses.error_response_json("InvalidRequestException", str(error), 400)
        return start(data)

    def get_query_results(data: dict[str, Any]) -> Any:
        execution = athena._executions.get(data.get("QueryExecutionId"))
        try:
            if execution:
                _require(
                    "s3:GetObject", _object_arn(execution["ResultConfiguration"]["OutputLocation"])
                )
        except Refused as error:
            return responses.error_response_json("InvalidRequestException", str(error), 400)
        return results(data)

    vars(athena).update(
        _start_query_execution=start_query_execution, _get_query_results=get_query_results
    )


def _lock_engine(athena: Any) -> None:
    if not athena._duckdb_available:
        return
    duckdb = importlib.import_module("duckdb")
    connect = duckdb.connect

    def locked(*arguments: Any, **options: Any) -> Any:
        connection = connect(*arguments, **options)
        folders = _folders.get()
        if folders is not None:  # for a question: other services have it to themselves
            listed = ", ".join("'" + folder.replace("'", "''") + "'" for folder in folders)
            for setting in (
                "disabled_optimizers = 'type_pushdown'",
                f"allowed_directories = [{listed}]",
                "enable_external_access = false",
                "lock_configuration = true",
            ):
                connection.execute(f"SET {setting}")
        return connection

    vars(duckdb)["connect"] = locked


def in_order(table: Mapping[str, Any], relation: str) -> str:
    """The relation with the columns that Glue names, if it names them by their order."""
    storage = table.get("StorageDescriptor") or {}
    serde = (storage.get("SerdeInfo") or {}).get("Parameters") or {}
    if serde.get(_BY_ORDER) != "true" or not relation.startswith("read_parquet("):
        return relation
    names = ", ".join('"' + each["Name"].replace('"', '""') + '"' for each in storage["Columns"])
    return f"(SELECT * FROM {relation} AS t({names}))"  # noqa: S608  # as Glue names them


def _bound(athena: Any, scanned: int) -> None:
    workgroup = athena._workgroups.get(_workgroup.get()) or {}
    most = (workgroup.get("Configuration") or {}).get("BytesScannedCutoffPerQuery")
    if most is not None and scanned > int(most):
        raise Refused("Query cancelled! : Bytes scanned limit was exceeded")


def _object_arn(location: str) -> str:
    at = urlparse(location)
    return f"arn:aws:s3:::{at.netloc}{at.path}"


def _require_table(action: str, database: str | None, table: str) -> None:
    responses = importlib.import_module("ministack.core.responses")
    catalog = f"arn:aws:glue:{responses.get_region()}:{responses.get_account_id()}"
    name = database or "default"
    for resource in ("catalog", f"database/{name}", f"table/{name}/{table}"):
        _require(action, f"{catalog}:{resource}")


def _require(action: str, resource: str, context: Mapping[str, str] | None = None) -> None:
    """Ask IAM whether the caller may.

    Raises:
        Refused: they may not.
    """
    evaluator = importlib.import_module("ministack.core.iam_evaluator")
    responses = importlib.import_module("ministack.core.responses")
    principal = evaluator.resolve_principal(_caller.get(), responses.get_account_id())
    if not isinstance(principal, evaluator.AuthError):
        if principal.policies is None:  # the account's owner
            return
        request = evaluator.EvalContext(
            principal_arn=principal.arn,
            principal_type=principal.type,
            principal_account=principal.account,
            action=action,
            resource_arn=resource,
            region=responses.get_region(),
            service_context=dict(context or {}),
            principal_keys=principal.keys,
        )
        answer = evaluator.evaluate(request, principal.policies, *principal.limits)
        if answer.decision == "Allow":
            return
    raise Refused(f"Access denied: not authorized to perform {action} on {resource}")
