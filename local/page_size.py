"""`make page-size`: print the size of the page's code, compressed as it is transferred."""

from __future__ import annotations

import gzip
import sys

from local.site import PAGE
from operations.command import CommandError, run_command

_LIMIT_BYTES = 170_000


def main() -> int:
    """The exit status: 1 if all scripts together are larger than the limit."""
    sizes = script_sizes()
    for name, size in sorted(sizes.items(), key=lambda entry: -entry[1]):
        sys.stdout.write(f"{size:8,} bytes  {name}\n")
    total = sum(sizes.values())
    sys.stdout.write(f"{total:8,} bytes  all scripts, gzip -9 (limit {_LIMIT_BYTES:,})\n")
    return 0 if total <= _LIMIT_BYTES else 1


def script_sizes() -> dict[str, int]:
    """The size of each script of the page in bytes, as gzip -9 compresses it.

    Raises:
        CommandError: the page is not built.
    """
    files = sorted((PAGE / "assets").glob("*.js"))
    if not files:
        raise CommandError("the page is not built: it needs Node.js 20.19 or later and npm")
    return {file.name: len(gzip.compress(file.read_bytes(), 9, mtime=0)) for file in files}


if __name__ == "__main__":
    run_command(main)
