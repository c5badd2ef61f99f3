"""The owners whose files can be searched: those of records, and those of indexes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from darkroom.aws.dynamodb import Table

from operations.arguments import Arguments
from operations.records import pages_of
from operations.search_stack import SearchStack
from operations.users import Users

if TYPE_CHECKING:
    from darkroom.model import ImageItem


def owners(search: SearchStack, arguments: Arguments) -> Iterator[str]:
    """The identities of the owner that OWNER names; by default all that have a record or an index,
    each once.
    """
    if owner := arguments.text("OWNER"):
        yield from Users(search.deployment).identities(owner)
        return
    deployment, known = search.deployment, set[str]()
    table: Table[ImageItem] = Table(
        deployment.client("dynamodb"), deployment.output("ImagesTableName")
    )
    for items in pages_of(table):
        for item in items:
            if item["identity_id"] not in known:
                known.add(item["identity_id"])
                yield item["identity_id"]
    for key in keys_of_indexes(search):
        form, _, rest = key.partition("/")
        owner = rest.partition("/")[0]
        if form == search.format and owner not in known:
            known.add(owner)
            yield owner


def keys_of_indexes(search: SearchStack) -> Iterator[str]:
    """The keys of all indexes, those of other formats among them."""
    s3 = search.deployment.client("s3")
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=search.bucket):
        yield from (item["Key"] for item in page.get("Contents", []))
