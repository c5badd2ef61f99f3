"""The JSON schema of recipes and their table in the documentation, made from the types.

`python -m darkroom.imaging --schema` prints the schema.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, get_args, get_origin

from darkroom.bounds import Between
from darkroom.imaging.recipe.reader import MAX_PREFIX, MAX_RENDITIONS, json_fields
from darkroom.imaging.recipe.rules import RULES
from darkroom.imaging.recipe.types import Matching

# What an operator has to know to choose a value, in one sentence or two for each field.
DESCRIPTIONS = {
    "name": "Name of the rendition: its file is `thumbnail-{name}.{extension}`, and the image's "
    "item lists it as `thumbnail-{name}-{format}`.",
    "width": "Width of the box, in pixels. `fit` takes a width, a height or both; the others need "
    "both, of at most 5000.",
    "height": "Height of the box, in pixels.",
    "resize": "`fit`: the whole picture inside the box. `cover`: the box is filled, and what "
    "exceeds it is cut off. `contain`: the whole picture, padded to exactly the box's size. "
    "`fill`: stretched to the box, out of proportion.",
    "gravity": "`cover`: the part that is kept; `attention` looks for detail, strong colours and "
    "skin. `contain`: the position of the picture in the box.",
    "enlarge": "Whether a small picture is made larger. Without it no pixel is made up: `fit` and "
    "`contain` show it at its own size, `fill` leaves a short side as it is, `cover` shrinks the "
    "box in proportion.",
    "format": "Format of the file.",
    "quality": "Quality on the format's own scale; not for png.",
    "progressive": "Whether a JPEG can be seen whole, but coarse, after its first kilobytes.",
    "sharpen": "Strength, in percent, by which edges are sharpened after resizing.",
    "background": "Colour behind clear pixels, and of the padding of `contain`. Without it, clear "
    "pixels and padding stay clear; a jpeg, which cannot be clear, gets white.",
    "animated": "Whether an animation stays one; only for webp. Without it, its first frame.",
    "frames": "`animated`: the largest number of frames that are kept, from the first one on.",
}


def schema() -> dict[str, Any]:
    """JSON Schema, draft 2020-12.

    It cannot say that a name is made as one format only once in a recipe; everything else that
    `read_recipes` refuses it refuses too.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Darkroom recipes",
        "description": "From the start of a key below the user's folder to what is made of it.",
        "type": "object",
        "minProperties": 1,
        "propertyNames": {"maxLength": MAX_PREFIX, "pattern": "^(?!/)"},
        "additionalProperties": {
            "type": "array",
            "minItems": 1,
            "maxItems": MAX_RENDITIONS,
            "items": {"$ref": "#/$defs/rendition"},
        },
        "$defs": {
            "rendition": {
                "type": "object",
                "additionalProperties": False,
                "required": [name for name, (_, _, required) in json_fields().items() if required],
                "properties": {
                    name: _field(name, hint, default)
                    for name, (hint, default, _) in json_fields().items()
                },
                "allOf": [rule.schema for rule in RULES],
            }
        },
    }


def table() -> str:
    """The fields as a table in Markdown."""
    rows = [
        f"| `{name}` | {_values(hint)} | {_default(default, required)} | {DESCRIPTIONS[name]} |"
        for name, (hint, default, required) in json_fields().items()
    ]
    return "\n".join(["| field | values | default | what it does |", "|---|---|---|---|", *rows])


def _field(name: str, hint: Any, default: Any) -> dict[str, Any]:
    described = {"description": DESCRIPTIONS[name].replace("`", ""), **_type(hint)}
    return described if default is None else {**described, "default": default}


def _type(hint: Any) -> dict[str, Any]:
    if get_origin(hint) is Literal:
        return {"enum": list(get_args(hint))}
    if get_origin(hint) is Annotated:
        rule: Between | Matching = get_args(hint)[1]
        if isinstance(rule, Matching):
            return {"type": "string", "pattern": f"^{rule.pattern}$"}
        return {"type": "integer", "minimum": rule.low, "maximum": rule.high}
    return {"type": "boolean"}


def _values(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(hint))
    if get_origin(hint) is Annotated:
        rule: Between | Matching = get_args(hint)[1]
        if isinstance(rule, Matching):
            return f"text like `{rule.example}`"
        return f"{rule.low} to {rule.high}"
    return "`true`, `false`"


def _default(default: Any, required: bool) -> str:
    if required:
        return "(needed)"
    if default is None:
        return "(none)"
    return f"`{default}`" if isinstance(default, str) else f"`{str(default).lower()}`"
