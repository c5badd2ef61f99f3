"""What an owner may ask for: one question in SQL, and the answer to it by its id."""

from __future__ import annotations

import re

from darkroom.http_api import BadRequest, fields_of

MOST_BYTES = 32 * 1024
_QUESTION = re.compile(r"\s*(select|with)\b", re.IGNORECASE)
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def read_question(body: bytes) -> str:
    """The SQL of a request.

    That it begins like a question only spares whoever asks a refusal of AWS's: what a question may
    reach, and that nothing is changed, the rights decide that it runs with.

    Raises:
        BadRequest: it is none.
    """
    sql = fields_of(body, MOST_BYTES, known={"sql"}).get("sql")
    if not isinstance(sql, str) or not _QUESTION.match(sql):
        raise BadRequest("`sql` is a question: it begins with SELECT or WITH.")
    return sql


def read_id(text: str) -> str:
    """The id of a question that was asked.

    Raises:
        BadRequest: it is none.
    """
    if not _ID.fullmatch(text):
        raise BadRequest("That is not the id of a question.")
    return text
