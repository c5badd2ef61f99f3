"""Which fields of a rendition do not go together: each rule is stated once.

The reader of recipes asks for the `complaint`; the JSON schema of recipes holds the `schema`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from darkroom.imaging.recipe.types import MAX_BOX_EDGE

Entry = Mapping[str, Any]
_DEFAULTS = {"resize": "fit", "format": "jpeg", "animated": False}
_FIT = {"properties": {"resize": {"const": "fit"}}}
_SIDES = ("width", "height")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for the fields of one rendition, whose types are right already."""

    sentence: str
    is_broken_by: Callable[[Entry], bool]
    schema: dict[str, Any]

    def complaint(self, entry: Entry) -> str | None:
        """The sentence for an operator whose rendition breaks the rule; None if it does not."""
        if not self.is_broken_by(entry):
            return None
        return self.sentence.format(resize=entry.get("resize", "fit"))


def _needs(
    field: str, other: str, allowed: tuple[Any, ...], sentence: str, *, value: Any = None
) -> Rule:
    """`field`, where it is given or, with `value`, has that value, needs an `allowed` `other`."""

    def is_broken_by(entry: Entry) -> bool:
        applies = field in entry and value in (None, entry[field])
        return applies and entry.get(other, _DEFAULTS[other]) not in allowed

    condition: dict[str, Any] = {"required": [field]}
    if value is not None:
        condition["properties"] = {field: {"const": value}}
    demand: dict[str, Any] = {"properties": {other: {"enum": list(allowed)}}}
    if _DEFAULTS[other] not in allowed:
        demand["required"] = [other]
    return Rule(sentence, is_broken_by, {"if": condition, "then": demand})


RULES = (
    Rule(
        "fit needs a width, a height or both",
        lambda entry: entry.get("resize", "fit") == "fit" and not set(_SIDES) & set(entry),
        {"if": _FIT, "then": {"anyOf": [{"required": [side]} for side in _SIDES]}},
    ),
    Rule(
        "{resize} needs a width and a height",
        lambda entry: entry.get("resize", "fit") != "fit" and not set(_SIDES) <= set(entry),
        {"if": {"not": _FIT}, "then": {"required": [*_SIDES]}},
    ),
    Rule(
        f"{{resize}} draws at most {MAX_BOX_EDGE} pixels a side",
        lambda entry: (
            entry.get("resize", "fit") != "fit"
            and max(entry.get(side, 0) for side in _SIDES) > MAX_BOX_EDGE
        ),
        {
            "if": {"not": _FIT},
            "then": {"properties": {side: {"maximum": MAX_BOX_EDGE} for side in _SIDES}},
        },
    ),
    _needs("gravity", "resize", ("cover", "contain"), "gravity is for cover and contain"),
    _needs(
        "gravity",
        "resize",
        ("cover", "fit", "fill"),
        "gravity attention is for cover: contain shows everything",
        value="attention",
    ),
    _needs(
        "quality",
        "format",
        ("jpeg", "webp", "avif"),
        "quality is not for png, which loses nothing",
    ),
    _needs("progressive", "format", ("jpeg",), "progressive is for jpeg", value=True),
    _needs("animated", "format", ("webp",), "animated is for webp", value=True),
    _needs("frames", "animated", (True,), "frames is for what is animated"),
)
