"""Short ways through moto and the SDK: without them these tests compute for a quarter longer.

No answer differs. `python -m cProfile -m pytest tests/functional/test_ledger.py -n 0` shows what
each is for.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import botocore.useragent
import moto.core.models
import pytest
from moto import backend_index
from moto.core.serialize import JSONSerializer
from moto.core.utils import method_names_from_class

_MOST_ASKED = ("dynamodb", "s3", "sqs", "sns")
_write_structure = JSONSerializer._serialize_type_structure
_names_of = cache(method_names_from_class)
_clean = cache(botocore.useragent.sanitize_user_agent_string_component)
_patterns = sorted(
    backend_index.backend_url_patterns, key=lambda pattern: pattern[0] not in _MOST_ASKED
)


def take(monkeypatch: pytest.MonkeyPatch) -> None:
    """Go these ways until the end of a test."""
    # An attribute value has one of ten members; moto looks for each of them under several names.
    monkeypatch.setattr(JSONSerializer, "_serialize_type_structure", _write_the_members_alone)
    # moto also answers the library `requests`, with a thousand objects each time it is started.
    monkeypatch.setattr(moto.core.models, "RESPONSES_METHODS", ())
    # It looks through the patterns of all services in the order of the alphabet,
    monkeypatch.setattr(backend_index, "backend_url_patterns", _patterns)
    # and lists the methods of a service for every request.
    monkeypatch.setattr("moto.core.responses.method_names_from_class", _names_of)
    # The SDK looks at every character of its own name twice, for every request.
    monkeypatch.setattr(botocore.useragent, "sanitize_user_agent_string_component", _clean)


def _write_the_members_alone(self: Any, serialized: Any, value: Any, shape: Any, key: str) -> None:
    if shape.name != "AttributeValue" or not isinstance(value, dict):
        _write_structure(self, serialized, value, shape, key)
        return
    written: dict[str, Any] = {}
    for name, content in value.items():
        self._serialize(written, content, shape.members[name], name)
    serialized[key] = written
