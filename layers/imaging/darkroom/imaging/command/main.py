"""What Darkroom makes of your own pictures: python -m darkroom.imaging FOLDER."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from darkroom.imaging.command.inspection import Inspected, inspect
from darkroom.imaging.command.isolation import ProcessLimits
from darkroom.imaging.command.listing import print_progress, print_row, print_summary
from darkroom.imaging.command.schema import schema
from darkroom.imaging.limits import ImageLimits
from darkroom.imaging.recipe.reader import RecipeError, Recipes, read_recipes
from darkroom.imaging.recipe.room import require_room

# Memory and time of the functions: template.yaml.
_MEMORY_MB, _SECONDS = 1769, 60


class UsageError(Exception):
    """The call cannot be carried out. The message says what to do instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit status: 0 when every file ended as ok or reject, 1 after a crash, 2 for misuse."""
    options = _parser().parse_args(arguments)
    if options.schema:
        print(json.dumps(schema(), indent=2, ensure_ascii=False))
        return 0
    try:
        found = list(_run(options))
    except UsageError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    if not options.json:
        print_summary(found)
    return 1 if Counter(inspected.outcome for inspected in found)["crash"] else 0


def _run(options: argparse.Namespace) -> Iterator[Inspected]:
    root: Path | None = options.folder
    if root is None:
        raise UsageError("Name a folder of pictures, or one picture.")
    if not root.exists():
        raise UsageError(f"There is no {root}: name a folder of pictures, or one picture.")
    recipes = _recipes(options.recipes)
    files = _files(root)
    if not files:
        raise UsageError(f"There is no file in {root}.")
    process_limits = ProcessLimits(
        memory_bytes=options.memory_mb << 20,
        cpu_seconds=options.seconds,
        wall_seconds=4 * options.seconds,
    )
    folder = root if root.is_dir() else root.parent
    for number, path in enumerate(files):
        if not options.json:
            print_progress(number, len(files), path.name)
        inspected = inspect(
            folder,
            path,
            recipes=recipes,
            process_limits=process_limits,
            limits=ImageLimits(),
            save=options.save,
        )
        if options.json:
            print(json.dumps(asdict(inspected), ensure_ascii=False), flush=True)
        else:
            print_row(inspected)
        yield inspected


def _files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return sorted(
        path
        for path in root.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(root).parts)
    )


def _recipes(path: Path | None) -> Recipes:
    if path is None:
        return Recipes()
    try:
        text = path.read_text(encoding="utf-8")
        recipes = read_recipes(text)
        if recipes.by_prefix:
            require_room(text)
        return recipes
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}.") from error
    except (RecipeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: {error}") from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m darkroom.imaging",
        description="Does to every file of a folder what Darkroom's functions do to an upload, "
        "each in a process of its own, and says what came of it.",
    )
    parser.add_argument("folder", nargs="?", type=Path, help="a folder of pictures, or one picture")
    parser.add_argument("--json", action="store_true", help="a JSON object a line, for programs")
    parser.add_argument("--recipes", type=Path, metavar="FILE", help="see docs/recipes.md")
    parser.add_argument("--save", type=Path, metavar="FOLDER", help="keep what is made, there")
    parser.add_argument(
        "--memory-mb", type=_positive, default=_MEMORY_MB, metavar="N",
        help=f"address space of each process in MiB ({_MEMORY_MB})",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=_positive, default=_SECONDS, metavar="N",
        help=f"CPU time of each process ({_SECONDS})",
    )  # fmt: skip
    parser.add_argument("--schema", action="store_true", help="print the schema of recipes")
    return parser


def _positive(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 1 << 31:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)
