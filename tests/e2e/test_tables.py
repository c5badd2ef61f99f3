"""A table in the deployed pipeline: told by its bytes, profiled, readable by its owner alone."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from local.cloud import LocalCloud
from local.tables import BROKEN_ROWS, houses
from local.template import steps_of
from local.user import User, wait_for
from tests.e2e.test_isolation import refused

MakeUser = Callable[[], User]


def file_of(image: dict[str, Any], name: str) -> str:
    """The key of one of the files that were made of a table."""
    return f"{image['details']['key'].rpartition('/')[0]}/{name}"


@pytest.mark.parametrize("pack", [bytes, gzip.compress], ids=["plain", "gzip"])
def test_table_is_profiled_and_its_owner_told_when_it_is_uploaded(
    user: MakeUser, pack: Callable[[bytes], bytes]
) -> None:
    ann = user()
    image = ann.wait_for_end(ann.upload("houses.csv", pack(houses())))

    assert (image["status"], image["kind"]) == ("processed", "table")
    assert set(image["steps"]) == set(steps_of("table"))
    assert image["table"] == {
        "rows": 2000, "columns": 7, "rejected_rows": BROKEN_ROWS, "wrong_values": 0,
    }  # fmt: skip
    document = json.loads(ann.output(image["details"]["key"]))
    assert [column["type"] for column in document["columns"]] == [
        "integer", "text", "date", "decimal", "integer", "boolean", "text",
    ]  # fmt: skip
    rejects = ann.output(file_of(image, "rejects.csv")).decode()
    assert len(list(csv.DictReader(io.StringIO(rejects)))) == BROKEN_ROWS
    assert ann.output(file_of(image, "data.parquet")).startswith(b"PAR1")
    [told] = wait_for(lambda: ann.notifications() or None, what="a notification")
    assert (told["kind"], told["file_kind"]) == ("processed", "table")
    assert ann.usage()["total"]["stored_objects"] == 1


def test_table_is_rejected_with_a_reason_when_most_of_it_is_broken(
    cloud: LocalCloud, user: MakeUser
) -> None:
    ann = user()
    image = ann.wait_for_end(ann.upload("bad.csv", b"a,b\n1,2\n3,4\n" + b"x\n" * 3))

    assert (image["status"], image["reason"]) == ("rejected", "mostly-broken")
    assert "line 4" in image["message"]
    assert cloud.dead_letters() == {}


def test_nobody_else_reads_a_table_when_they_know_its_keys(user: MakeUser) -> None:
    ann, bob = user(), user()
    image = bob.wait_for_end(bob.upload("private.csv", houses()))
    bucket = ann.outputs["ProcessedBucketName"]

    for name in ("table.json", "data.parquet", "rejects.csv"):
        key = file_of(image, name)
        assert refused(partial(ann.s3.get_object, Bucket=bucket, Key=key))
        assert len(bob.output(key)) > 0


def test_files_of_a_table_are_gone_when_its_owner_deletes_it(user: MakeUser) -> None:
    ann = user()
    key = ann.upload("houses.csv", houses())
    ann.wait_for_end(key)
    ann.s3.delete_object(Bucket=ann.outputs["UploadsBucketName"], Key=key)

    def gone() -> bool | None:
        return True if ann.image(key) is None and not ann.output_keys() else None

    wait_for(gone, what="the table to be gone")
