"""IAM's wildcards stand for any characters, a line break among them.

AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
MiniStack's `*` ends at a line break: an owner is denied a file of theirs whose name has one, and a
Deny does not deny it. Obsolete once a policy for `users/x/*` lets in whoever puts a key with a line
break.
"""

from __future__ import annotations

import importlib
import re
from functools import lru_cache

_STANDS_FOR = {"*": ".*", "?": "."}


def apply() -> None:
    """Let a pattern's wildcards match every character."""
    evaluator = importlib.import_module("ministack.core.iam_evaluator")
    vars(evaluator)["_fnmatch_compile"] = compiled


@lru_cache(maxsize=4096)
def compiled(pattern: str, ignore_case: bool) -> re.Pattern[str]:  # MiniStack's own
    """What a pattern of IAM's matches, as a regular expression of a whole text."""
    parts = (_STANDS_FOR.get(character) or re.escape(character) for character in pattern)
    flags = re.DOTALL | (re.IGNORECASE if ignore_case else 0)
    return re.compile(rf"{''.join(parts)}\Z", flags)
