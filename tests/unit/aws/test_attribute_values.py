"""Attribute values are those of boto3, which is the reference."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from darkroom.aws.attribute_values import from_attribute, to_attribute
from hypothesis import given
from hypothesis import strategies as st

PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.text()
    | st.integers(-(10**37), 10**37)
    | st.decimals(allow_nan=False, allow_infinity=False, min_value=-9999, max_value=9999, places=6)
    | st.frozensets(st.text(), min_size=1).map(set),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


def unordered(attribute: Any) -> Any:
    """Sets are written in any order."""
    if isinstance(attribute, dict):
        return {
            name: sorted(value) if name == "SS" and isinstance(value, list) else unordered(value)
            for name, value in attribute.items()
        }
    return [unordered(inner) for inner in attribute] if isinstance(attribute, list) else attribute


@given(PLAIN)
def test_value_is_boto3s_when_it_is_written(value: Any) -> None:
    assert unordered(to_attribute(value)) == unordered(TypeSerializer().serialize(value))


@given(PLAIN)
def test_value_is_boto3s_when_it_is_read(value: Any) -> None:
    attribute = TypeSerializer().serialize(value)
    assert from_attribute(attribute) == TypeDeserializer().deserialize(attribute)


def test_bytes_are_bytes_when_they_come_back() -> None:
    assert from_attribute(to_attribute(b"\0\1")) == b"\0\1"


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ({"NS": ["1", "2.5"]}, {1, Decimal("2.5")}),
        ({"BS": [b"a", b"b"]}, {b"a", b"b"}),
        ({"N": "12"}, 12),
        ({"N": "-7"}, -7),
        ({"N": "1E+2"}, Decimal("1E+2")),
    ],
)
def test_value_of_any_type_is_read_when_a_user_wrote_it(
    attribute: dict[str, Any], value: Any
) -> None:
    assert from_attribute(attribute) == value
    assert type(from_attribute(attribute)) is type(value)


@pytest.mark.parametrize("value", [0.1, -2.5, 1e-7, 123456789.125])
def test_float_is_the_shortest_text_of_it_when_it_is_written(value: float) -> None:
    assert from_attribute(to_attribute(value)) == Decimal(str(value))


@pytest.mark.parametrize("value", [set(), {1, 2}, object(), [Decimal(1), object()]])
def test_value_is_refused_when_it_would_be_written_wrongly(value: Any) -> None:
    with pytest.raises(TypeError):
        to_attribute(value)
