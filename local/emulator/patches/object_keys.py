"""IAM judges an S3 request by its whole key: `users/x/` is another object than `users/x`.

MiniStack leaves empty parts of a key out before it asks IAM, so `users/x/` is judged as `users/x`
and `users//x/a` as `users/x/a`, although S3 stores each as it is named. Obsolete once a policy for
`users/x/*` lets in whoever puts `users/x/`.
"""

from __future__ import annotations

import importlib
from typing import Any


def apply() -> None:
    """Name the object in full to IAM."""
    actions = importlib.import_module("ministack.core.iam_actions")
    known_arn = actions.extract_resource_arn

    def extract_resource_arn(service: str, method: str, path: str, *rest: Any, **more: Any) -> str:
        arn: str = known_arn(service, method, path, *rest, **more)
        return object_arn(path, arn) if service == "s3" else arn

    vars(actions)["extract_resource_arn"] = extract_resource_arn


def object_arn(path: str, arn: str) -> str:
    """The ARN of the object at a path; `arn` where that names none."""
    bucket, _, key = path.removeprefix("/").partition("/")
    if not key or not arn.startswith(f"arn:aws:s3:::{bucket}/"):
        return arn
    return f"arn:aws:s3:::{bucket}/{key}"
