"""moto writes DynamoDB's items the short way: a quarter of what these tests compute otherwise.

An attribute value has one of ten members. moto looks for each of them under several names.
"""

from __future__ import annotations

from typing import Any

from moto.core.serialize import JSONSerializer

_write_structure = JSONSerializer._serialize_type_structure


def written_the_short_way(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    """Put a structure into what is written: of an attribute value the members alone that it has."""
    if shape.name != "AttributeValue" or not isinstance(value, dict):
        _write_structure(self, serialized, value, shape, key)
        return
    written: dict[str, Any] = {}
    for name, content in value.items():
        self._serialize(written, content, shape.members[name], name)
    serialized[key] = written
