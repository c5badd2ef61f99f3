"""IAM judges an upload by its storage class and by a key of the client's own (SSE-C).

AWS: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
MiniStack takes both headers and tells IAM of neither, so a Deny of an archive's storage class
denies nothing. Obsolete once such a Deny refuses a put, the beginning of a multipart upload and a
copy.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

_HEADERS = ("x-amz-storage-class", "x-amz-server-side-encryption-customer-algorithm")


def apply() -> None:
    """Add the condition keys to what an upload is judged by."""
    actions = importlib.import_module("ministack.core.iam_actions")
    known_context = actions.s3_service_context

    def s3_service_context(
        iam_action: str,
        query_params: dict[str, Any] | None,
        path: str = "",
        headers: dict[str, str] | None = None,
    ) -> dict[str, Any]:
        context: dict[str, Any] = known_context(iam_action, query_params, path, headers)
        if iam_action != "s3:PutObject":
            return context
        return {**context, **condition_keys(headers or {})}

    vars(actions)["s3_service_context"] = s3_service_context


def condition_keys(headers: Mapping[str, str]) -> dict[str, str]:
    """The condition keys of an upload's headers; a header that it lacks gives none."""
    return {f"s3:{name}": headers[name] for name in _HEADERS if headers.get(name)}
