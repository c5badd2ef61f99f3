"""The options of a command: variables of make, each checked before the command does anything."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass

from operations.command import CommandError

_NO = frozenset({"", "0", "false", "no"})
_YES = frozenset({"1", "true", "yes"})
USERS = "users/"


@dataclass(frozen=True)
class Arguments:
    """The options of a command, by the name of their variable; an empty one counts as not given."""

    values: Mapping[str, str]

    @staticmethod
    def of_environment() -> Arguments:
        """The options in this process's environment."""
        return Arguments(os.environ)

    def text(self, name: str, default: str = "") -> str:
        """The text of an option, without the spaces around it."""
        return self.values.get(name, "").strip() or default

    def flag(self, name: str) -> bool:
        """Whether an option says yes: 1, true or yes."""
        value = self.text(name).lower()
        if value in _YES:
            return True
        if value in _NO:
            return False
        raise CommandError(f"{name}={value} is neither yes nor no: {name}=1, or leave it out")

    def number(self, name: str, default: float, *, least: float, most: float) -> float:
        """The number of an option, which must lie from `least` to `most`."""
        text = self.text(name)
        if not text:
            return default
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise CommandError(f"{name}={text} is not a number from {least:g} to {most:g}")
        return value

    def count(self, name: str, default: int, *, least: int, most: int) -> int:
        """The whole number of an option, which must lie from `least` to `most`."""
        value = self.number(name, default, least=least, most=most)
        if value != int(value):
            raise CommandError(f"{name}={value:g} is not a whole number")
        return int(value)

    def whole(self, name: str, default: int, *, least: int) -> int:
        """The whole number of an option, which must be `least` or more."""
        text = self.text(name) or str(default)
        if not text.isdecimal() or int(text) < least:
            raise CommandError(f"{name}={text} is not a whole number from {least} on")
        return int(text)

    def prefix(self, name: str = "PREFIX") -> str:
        """A prefix of keys in the uploads bucket; by default that of all users."""
        prefix = self.text(name, USERS)
        if not prefix.startswith(USERS):
            raise CommandError(
                f"{name}={prefix} is outside of {USERS}: Darkroom processes only "
                f"{USERS}{{identityId}}/…, and {name}={USERS} means all of it"
            )
        return prefix
