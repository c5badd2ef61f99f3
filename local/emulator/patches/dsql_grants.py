"""Aurora DSQL takes `AWS IAM GRANT role TO 'arn'`, which lets a principal sign in as a role.

AWS: https://docs.aws.amazon.com/aurora-dsql/latest/userguide/using-database-and-iam-roles.html
MiniStack passes the statement on to PostgreSQL, which knows none such. It takes any token, so there
is nothing to remember of a grant: who may sign in is not enforced here. Obsolete once the statement
is taken.
"""

from __future__ import annotations

import importlib
import re
from typing import Any

_GRANT = re.compile(
    r"AWS\s+IAM\s+(GRANT|REVOKE)\s+\w+\s+(TO|FROM)\s+'[^']+'\s*;?\s*", re.IGNORECASE
)


def apply() -> None:
    """Answer such a statement as DSQL does."""
    pgproxy = importlib.import_module("ministack.core.pgproxy")
    plan = pgproxy._plan_statement

    async def plan_statement(conn: Any, sql: str, *arguments: Any, **options: Any) -> Any:
        if tag := tag_of(sql):
            return "rows", {"cols": [], "rows": [], "tag": tag}
        return await plan(conn, sql, *arguments, **options)

    vars(pgproxy)["_plan_statement"] = plan_statement


def tag_of(sql: str) -> str | None:
    """The command tag of a grant of IAM's; None for any other statement."""
    found = _GRANT.fullmatch(sql.strip())
    return f"AWS IAM {found[1].upper()}" if found else None
