"""Recipes as JSON: what is made of pictures, by the folder that they are uploaded to.

The JSON's shape is that of `RenditionSpec`; docs/recipes.md describes it, docs/recipes.schema.json
is its schema, and both are tested against this module.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from types import NoneType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from darkroom.bounds import Between
from darkroom.imaging.recipe.rules import RULES
from darkroom.imaging.recipe.types import Matching, Recipe, RenditionSpec

MAX_PREFIX = 200
MAX_RENDITIONS = 16
_PYTHON_ONLY = {"watermark", "unless_web_ready"}


class RecipeError(ValueError):
    """The recipes have mistakes. The message names every one of them and where it is."""


@dataclass(frozen=True)
class Recipes:
    """A recipe for each folder of a user's uploads; the folder "" stands for all of them."""

    by_prefix: Mapping[str, Recipe] = field(default_factory=dict)

    def for_path(self, path: str) -> Recipe | None:
        """The recipe of the longest prefix that a path below the user's folder starts with."""
        found = [prefix for prefix in self.by_prefix if path.startswith(prefix)]
        return self.by_prefix[max(found, key=len)] if found else None


def read_recipes(text: str) -> Recipes:
    """The recipes in JSON: an object from prefix to a list of renditions. No text is no recipe.

    Raises:
        RecipeError: naming every mistake at once.
    """
    if not text.strip():
        return Recipes()
    try:
        document = json.loads(text, object_pairs_hook=_without_duplicates)
    except RecursionError:
        raise RecipeError("this is nested too deeply to be recipes") from None
    except ValueError as error:
        raise RecipeError(f"this is not JSON: {error}") from None
    mistakes: list[str] = []
    recipes = _recipes(document, mistakes)
    if mistakes:
        raise RecipeError("; ".join(mistakes))
    return Recipes(recipes)


def json_fields() -> dict[str, tuple[Any, Any, bool]]:
    """The fields of a rendition in JSON: name to type, default (None for none), required."""
    hints = get_type_hints(RenditionSpec, include_extras=True)
    return {
        f.name: (
            _without_none(hints[f.name]),
            None if f.default is MISSING else f.default,
            f.default is MISSING,
        )
        for f in fields(RenditionSpec)
        if f.name not in _PYTHON_ONLY
    }


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"{', '.join(map(repr, twice))} is there twice")
    return dict(pairs)


def _recipes(document: Any, mistakes: list[str]) -> dict[str, Recipe]:
    if not isinstance(document, dict) or not document:
        mistakes.append("expected an object from key prefix to a list of renditions")
        return {}
    recipes = {}
    for prefix, entries in document.items():
        where = f"recipe {prefix!r}"
        if len(prefix) > MAX_PREFIX or prefix.startswith("/"):
            mistakes.append(
                f"{where}: a prefix has at most {MAX_PREFIX} characters and starts below the "
                "user's folder, without a slash"
            )
        if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_RENDITIONS:
            mistakes.append(f"{where}: expected a list of 1 to {MAX_RENDITIONS} renditions")
            continue
        specs = [_spec(entry, f"{where}[{n}]", mistakes) for n, entry in enumerate(entries)]
        known = [spec for spec in specs if spec is not None]
        _check_names(known, where, mistakes)
        recipes[prefix] = Recipe(renditions=tuple(known), preview=True)
    return recipes


def _spec(entry: Any, where: str, mistakes: list[str]) -> RenditionSpec | None:
    if not isinstance(entry, dict):
        mistakes.append(f"{where}: expected an object")
        return None
    known = json_fields()
    found = len(mistakes)
    for name in entry:
        if name not in known:
            mistakes.append(f"{where}: there is no field {name!r}, only {', '.join(known)}")
    for name, (hint, _, required) in known.items():
        if name in entry:
            if (wanted := _wrong(hint, entry[name])) is not None:
                mistakes.append(
                    f"{where}.{name}: expected {wanted}, not {json.dumps(entry[name])[:60]}"
                )
        elif required:
            mistakes.append(f"{where}: {name} is missing")
    if len(mistakes) > found:
        return None
    complaints = (rule.complaint(entry) for rule in RULES)
    mistakes += [f"{where}: {complaint}" for complaint in complaints if complaint]
    return RenditionSpec(**entry)


def _wrong(hint: Any, value: Any) -> str | None:
    """A description of what was expected instead of a value; None where the value is right."""
    if get_origin(hint) is Annotated:
        rule: Between | Matching = get_args(hint)[1]
        if isinstance(rule, Matching):
            right = isinstance(value, str) and re.fullmatch(rule.pattern, value) is not None
            return None if right else f"text like {rule.example!r}"
        right = (
            type(value) is int and rule.low <= value <= rule.high
        )  # in Python, True is an int, too
        return None if right else f"a whole number from {rule.low} to {rule.high}"
    if get_origin(hint) is Literal:
        return None if value in get_args(hint) else f"one of {', '.join(get_args(hint))}"
    return None if isinstance(value, bool) else "true or false"


def _check_names(specs: list[RenditionSpec], where: str, mistakes: list[str]) -> None:
    files = [(spec.name, spec.format) for spec in specs]
    for name, format_ in sorted({file for file in files if files.count(file) > 1}):
        mistakes.append(f"{where}: {name!r} is made as {format_} twice")


def _without_none(hint: Any) -> Any:
    if NoneType not in get_args(hint):
        return hint
    (known,) = (inner for inner in get_args(hint) if inner is not NoneType)
    return known
