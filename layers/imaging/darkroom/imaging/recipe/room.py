"""Whether recipes fit where they are deployed: into one environment variable of a function.

A function's variables have 4 KB in all, and CloudFormation counts characters. So the parameter
takes ASCII alone, in which a character is a byte; JSON writes any other letter as `\\u00e4`.
"""

from __future__ import annotations

import json

from darkroom.imaging.recipe.reader import RecipeError

MAX_BYTES = 2700  # as in template.yaml


def require_room(text: str) -> None:
    """Nothing, if the JSON of recipes fits once it is without blanks and in ASCII.

    Raises:
        RecipeError: it does not fit.
    """
    size = len(json.dumps(json.loads(text), separators=(",", ":")))
    if size > MAX_BYTES:
        raise RecipeError(
            f"these recipes have {size:,} bytes in ASCII and without blanks, and a function's "
            f"variables have room for {MAX_BYTES:,}"
        )
