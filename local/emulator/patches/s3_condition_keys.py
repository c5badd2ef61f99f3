"""IAM judges an upload by its storage class and by a key of the client's own (SSE-C), and a
deletion by whether it names an ETag.

AWS: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
MiniStack takes these headers and tells IAM of none, so a Deny of an archive's storage class denies
nothing, and who may delete by an ETag alone may delete nothing. Obsolete once such a Deny refuses a
put, the beginning of a multipart upload and a copy, and such a grant lets a deletion through.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

_HEADERS = {
    "s3:PutObject": ("x-amz-storage-class", "x-amz-server-side-encryption-customer-algorithm"),
    "s3:DeleteObject": ("if-match",),
}


def apply() -> None:
    """Add the condition keys to what an upload or a deletion is judged by."""
    actions = importlib.import_module("ministack.core.iam_actions")
    known_context = actions.s3_service_context

    def s3_service_context(
        iam_action: str,
        query_params: dict[str, Any] | None,
        path: str = "",
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        context: dict[str, Any] = known_context(iam_action, query_params, path, headers)
        return {**context, **condition_keys(iam_action, headers or {})}

    vars(actions)["s3_service_context"] = s3_service_context


def condition_keys(iam_action: str, headers: Mapping[str, str]) -> dict[str, str]:
    """The condition keys of a request's headers; a header that it lacks gives none."""
    judged = _HEADERS.get(iam_action, ())
    return {f"s3:{name}": headers[name] for name in judged if headers.get(name)}
