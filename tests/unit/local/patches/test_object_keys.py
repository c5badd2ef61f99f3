from __future__ import annotations

import pytest

from local.emulator.patches.object_keys import object_arn

BUCKET = "arn:aws:s3:::photos"


@pytest.mark.parametrize(
    ("path", "arn", "expected"),
    [
        ("/photos/users/x/", f"{BUCKET}/users/x", f"{BUCKET}/users/x/"),
        ("/photos/users//x/a", f"{BUCKET}/users/x/a", f"{BUCKET}/users//x/a"),
        ("/photos/users/x/a", f"{BUCKET}/users/x/a", f"{BUCKET}/users/x/a"),
        ("/photos/", BUCKET, BUCKET),
        ("/", "*", "*"),
    ],
)
def test_object_is_named_in_full(path: str, arn: str, expected: str) -> None:
    assert object_arn(path, arn) == expected
