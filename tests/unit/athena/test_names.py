"""What databases, tables and columns are called: Athena takes it, and nobody has another's."""

from __future__ import annotations

import re

import pytest
from darkroom.athena.names import columns_of, database_of, table_of
from hypothesis import given
from hypothesis import strategies as st

NAME = re.compile(r"[a-z][a-z0-9_]*")
ANN = "eu-central-1:0a1b2c3d-0000-1111-2222-333344445555"


def test_database_has_the_letters_and_digits_of_its_owner() -> None:
    expected = "darkroom_eu_central_1_0a1b2c3d_0000_1111_2222_333344445555"
    assert database_of("darkroom", ANN) == expected


@given(st.sets(st.text("abz019-_:.*", min_size=1), min_size=2), st.sampled_from([ANN, ""]))
def test_no_two_owners_have_one_database(owners: set[str], more: str) -> None:
    odd = {*owners, ANN, ANN.replace("-", "_"), ANN.replace(":", "-"), f"{ANN}{more}", ANN.upper()}
    databases = {database_of("darkroom", owner) for owner in odd}
    assert len(databases) == len(odd)
    assert all(NAME.fullmatch(name) for name in databases)


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("users/ann/houses.csv", "houses"),
        ("users/ann/2026/Häuser Köln.CSV.gz", "hauser_koln"),
        ("users/ann/2026.xlsx", "c_2026"),
        ("users/ann/名簿.csv", "table"),
        ("users/ann/; DROP TABLE a --\n.jsonl", "drop_table_a"),
        ("users/ann/" + "a" * 900, "a" * 40),
    ],
)
def test_table_is_called_like_its_file(key: str, name: str) -> None:
    found, _, digest = table_of(key).rpartition("_")
    assert found == name
    assert re.fullmatch("[0-9a-f]{10}", digest)


def test_files_of_one_name_are_two_tables() -> None:
    keys = ["users/ann/a.csv", "users/ann/b/a.csv", "users/ann/A.csv", "users/ann/a.tsv"]
    assert len({table_of(key) for key in keys}) == len(keys)


@given(st.lists(st.text(max_size=300), max_size=50))
def test_columns_are_names_of_their_own_whatever_the_file_calls_them(names: list[str]) -> None:
    found = list(columns_of(names))
    assert len(set(found)) == len(found) == len(names)
    assert all(NAME.fullmatch(name) for name in found)


def test_column_keeps_what_is_left_of_its_name() -> None:
    told = ["Größe (m²)", "größe m2", "GROSSE_M2_2", "1. Jahr", "", "名", "a\nb"]
    assert list(columns_of(told)) == [
        "grosse_m2", "grosse_m2_2", "grosse_m2_2_2", "c_1_jahr", "column_5", "column_6", "a_b",
    ]  # fmt: skip
