"""Recipes as JSON: what is refused is named in full, and the documents say the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from darkroom.imaging.command.schema import DESCRIPTIONS, schema, table
from darkroom.imaging.recipe import RenditionSpec
from darkroom.imaging.recipe.reader import RecipeError, json_fields, read_recipes
from hypothesis import given, settings
from hypothesis import strategies as st
from samcli.cli.types import CfnParameterOverridesType

DOCS = Path(__file__).parents[4] / "docs"
PAGE = (DOCS / "recipes.md").read_text(encoding="utf-8")
EXAMPLE = re.findall(r"<!-- example -->\n```json\n(.*?)```", PAGE, re.DOTALL)[0]
BOX = {"name": "a", "width": 10, "height": 10}


def mistakes(document: Any) -> list[str]:
    with pytest.raises(RecipeError) as caught:
        read_recipes(json.dumps(document))
    return str(caught.value).split("; ")


def test_recipe_is_the_longest_prefixs_when_several_fit() -> None:
    recipes = read_recipes(
        json.dumps({"": [BOX], "a/": [BOX | {"name": "b"}], "a/b/": [BOX | {"name": "c"}]})
    )
    for path, name in [("x.jpg", "a"), ("a/x.jpg", "b"), ("a/b/x.jpg", "c"), ("ab/x.jpg", "a")]:
        recipe = recipes.for_path(path)
        assert recipe is not None
        assert recipe.renditions[0].name == name


def test_there_is_no_recipe_when_no_prefix_fits() -> None:
    assert read_recipes("").for_path("a.jpg") is None
    assert read_recipes(json.dumps({"a/": [BOX]})).for_path("b.jpg") is None


def test_fields_have_their_defaults_when_left_out() -> None:
    (spec,) = read_recipes('{"": [{"name": "a", "width": 7}]}').by_prefix[""].renditions
    assert spec == RenditionSpec(name="a", width=7)


def test_every_mistake_is_named_at_once_when_there_are_many() -> None:
    found = mistakes(
        {
            "/a": [BOX],
            "b/": [],
            "c/": [
                {"width": 0, "height": True, "colour": "red"},
                {"name": "Large!", "width": 10, "format": "gif"},
                {"name": "x", "resize": "cover", "width": 10},
                "small",
            ],
            "d/": [BOX, BOX],
        }
    )
    assert [sentence.split(":")[0] for sentence in found] == [
        "recipe '/a'",
        "recipe 'b/'",
        "recipe 'c/'[0]",
        "recipe 'c/'[0]",
        "recipe 'c/'[0].width",
        "recipe 'c/'[0].height",
        "recipe 'c/'[1].name",
        "recipe 'c/'[1].format",
        "recipe 'c/'[2]",
        "recipe 'c/'[3]",
        "recipe 'd/'",
    ]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"name": "a"}, "fit needs a width, a height or both"),
        ({"name": "a", "width": 5, "resize": "fill"}, "fill needs a width and a height"),
        (BOX | {"width": 5001, "resize": "contain"}, "at most 5000 pixels a side"),
        (BOX | {"height": 5001, "resize": "cover"}, "at most 5000 pixels a side"),
        (BOX | {"gravity": "top"}, "gravity is for cover and contain"),
        (BOX | {"gravity": "attention", "resize": "contain"}, "attention is for cover"),
        (BOX | {"format": "png", "quality": 90}, "quality is not for png"),
        (BOX | {"format": "webp", "progressive": True}, "progressive is for jpeg"),
        (BOX | {"animated": True}, "animated is for webp"),
        (BOX | {"format": "webp", "frames": 20}, "frames is for what is animated"),
    ],
)
def test_contradiction_is_named_when_fields_do_not_go_together(
    entry: dict[str, Any], words: str
) -> None:
    (mistake,) = mistakes({"": [entry]})
    assert words in mistake


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "this is not JSON"),
        ("[]", "expected an object"),
        ("{}", "expected an object"),
        ("null", "expected an object"),
        ('{"a": 1, "a": 2}', "'a' is there twice"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_text_is_refused_when_it_is_no_recipe(text: str, words: str) -> None:
    with pytest.raises(RecipeError, match=re.escape(words)):
        read_recipes(text)


# The schema and the page


def _fields() -> st.SearchStrategy[dict[str, Any]]:
    edge = st.sampled_from([1, 100, 5000, 5001, 16383, 0, 16384, "100", True, None])
    flag = st.sampled_from([True, False, 1, "true"])
    return st.fixed_dictionaries(
        {},
        optional={
            "name": st.sampled_from(["a", "small-2x", "Small", "-a", "a-", "", "a" * 30, "a" * 31]),
            "width": edge,
            "height": edge,
            "resize": st.sampled_from(["fit", "cover", "contain", "fill", "crop"]),
            "gravity": st.sampled_from(["center", "top-left", "attention", "north"]),
            "enlarge": flag,
            "format": st.sampled_from(["jpeg", "webp", "avif", "png", "gif"]),
            "quality": st.sampled_from([1, 80, 100, 0, 101, 5.5]),
            "progressive": flag,
            "sharpen": st.sampled_from([0, 200, 201, -1]),
            "background": st.sampled_from(["#ffffff", "#FFF", "white", None]),
            "animated": flag,
            "frames": st.sampled_from([1, 5000, 0, 5001, True]),
            "colour": st.just("red"),
        },
    )


# Right more often than not, or the first mistake hides what the schema says of the rest.
_SOUND = st.fixed_dictionaries(
    {"name": st.just("a"), "width": st.sampled_from([100, 5001]), "height": st.just(100)},
    optional={
        "resize": st.sampled_from(["fit", "cover", "contain", "fill"]),
        "gravity": st.sampled_from(["top", "attention"]),
        "enlarge": st.booleans(),
        "format": st.sampled_from(["jpeg", "webp", "avif", "png"]),
        "quality": st.just(50),
        "progressive": st.booleans(),
        "animated": st.booleans(),
        "frames": st.just(20),
    },
)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(
    document=st.dictionaries(
        st.sampled_from(["", "a/", "/a", "x" * 201]),
        st.lists(_SOUND | _fields(), max_size=1),
        min_size=1,
        max_size=2,
    )
    | st.sampled_from([[], {}, None, 3, {"a/": {}}, {"a/": [1]}, {"a/": None}])
)
def test_schema_and_reader_agree_when_given_the_same(document: Any) -> None:
    try:
        read_recipes(json.dumps(document))
        read = True
    except RecipeError:
        read = False
    assert jsonschema.Draft202012Validator(schema()).is_valid(document) == read


def test_schema_on_the_page_is_the_one_of_the_code_when_printed() -> None:
    stored = json.loads((DOCS / "recipes.schema.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(stored)
    assert stored == schema()


def test_table_on_the_page_is_the_one_of_the_code_when_read() -> None:
    assert table() in PAGE
    assert set(DESCRIPTIONS) == set(json_fields())


def test_example_on_the_page_is_right_when_copied() -> None:
    recipe = read_recipes(EXAMPLE).for_path("avatars/me.jpg")
    assert recipe is not None
    assert [spec.name for spec in recipe.renditions] == ["small", "large"]
    assert jsonschema.Draft202012Validator(schema()).is_valid(json.loads(EXAMPLE))


def test_recipes_arrive_whole_when_deployed_as_the_page_says() -> None:
    (line,) = [line for line in PAGE.splitlines() if "sam deploy" in line]
    recipes = subprocess.run(
        [sys.executable, "-m", "json.tool", "--compact"],
        input=EXAMPLE, capture_output=True, check=True, text=True,
    ).stdout.strip()  # fmt: skip
    written = line.partition("--parameter-overrides ")[2].replace(
        "$(python3 -m json.tool --compact recipes.json)", recipes
    )
    given_ = CfnParameterOverridesType().convert([written.strip('"')], None, None)
    assert given_ == {"Recipes": recipes}
    assert json.loads(recipes) == json.loads(EXAMPLE)


def test_mistakes_on_the_page_are_the_ones_of_the_code_when_made() -> None:
    found = mistakes(
        {"avatars/": [BOX | {"width": 0}, {"name": "b", "width": 9, "resize": "cover"}]}
    )
    assert "; ".join(found) in PAGE
