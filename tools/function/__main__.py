"""make function NAME=faces [ON=uploads|processed] [KIND=picture|any]; make remove-function."""

from __future__ import annotations

import os
import re
import shutil
import sys
from pathlib import Path

from local.paths import ROOT
from operations.command import CommandError, run_command
from tools.function.blocks import Entry

TEMPLATES = Path(__file__).parent / "templates"
# The templates are of a function of this name.
EXAMPLE = "faces"
# A file of the templates, and where it goes.
FILES = {
    "app.py": "functions/faces/app.py",
    "event.json": "events/faces.json",
    "test_unit.py": "tests/unit/test_faces.py",
    "test_functional.py": "tests/functional/test_faces.py",
}
_RULE = "  # " + "─" * 96 + "\n"


def main() -> int:
    command, name = sys.argv[1], os.environ.get("NAME", "")
    if not re.fullmatch(r"[a-z]{2,24}", name):
        raise CommandError(f"NAME={name}: give it 2 to 24 small letters, as in NAME=faces")
    if command == "add":
        add(name, os.environ.get("ON") or "uploads", os.environ.get("KIND") or "picture")
    else:
        remove(name)
    return 0


def add(name: str, on: str, kind: str) -> None:
    """Write everything that a function of this name needs.

    Raises:
        CommandError: there is such a function, or no template for what it is to do.
    """
    variant = variant_of(on, kind)
    if (ROOT / "functions" / name).exists():
        raise CommandError(f"there is a function {name}: choose another NAME")
    taken = [path for path in paths(name).values() if path.exists()]
    if taken:
        raise CommandError(f"{taken[0].relative_to(ROOT)} exists: choose another NAME")
    for source, path in paths(name).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(renamed(template_of(variant, source), name), encoding="utf-8")
        print(f"  wrote    {path.relative_to(ROOT)}")
    for entry in entries(name, variant):
        entry.add()
        print(f"  added to {entry.path.relative_to(ROOT)}: {entry.line.strip()}")
    add_section(renamed(variant / "section.yaml", name))
    print(f"  added to template.yaml: the section of {name.title()}Function")
    print(f"\nIts work is in functions/{name}/app.py. `make test` and `make demo` know it already.")


def remove(name: str) -> None:
    """Take a function away again, with everything that `add` wrote.

    Raises:
        CommandError: there is no such function, or something else in the template needs it.
    """
    app = ROOT / "functions" / name / "app.py"
    if not app.is_file():
        raise CommandError(f"there is no functions/{name}/app.py")
    variant = variant_of_section(name)
    section = section_of(name)
    template = ROOT / "template.yaml"
    rest = template.read_text(encoding="utf-8").replace(section, "")
    for entry in entries(name, variant):
        rest = rest.replace(f"{entry.line}\n", "")
    others = [
        number
        for number, line in enumerate(rest.splitlines(), 1)
        if re.search(rf"\b{name.title()}(Function|Role|Queue|DeadLetterQueue)\b", line)
    ]
    if others:
        raise CommandError(f"template.yaml needs {name} elsewhere, too: {len(others)} lines")
    for entry in entries(name, variant):
        entry.remove()
    text = template.read_text(encoding="utf-8")
    template.write_text(text.replace(section, ""), encoding="utf-8")
    for path in paths(name).values():
        path.unlink(missing_ok=True)
        print(f"  removed  {path.relative_to(ROOT)}")
    shutil.rmtree(app.parent)
    print(f"  removed what was added to other files for {name}")


def variant_of(on: str, kind: str) -> Path:
    """The folder of the templates for what a function is told of.

    Raises:
        CommandError: there is none; the message lists what there is.
    """
    kinds = sorted(path.name.removeprefix("uploads-") for path in TEMPLATES.glob("uploads-*"))
    if on == "processed":
        return TEMPLATES / on
    if on != "uploads":
        raise CommandError(f"ON={on}: it is uploads or processed")
    if kind not in kinds:
        raise CommandError(f"KIND={kind}: the kinds with functions are {', '.join(kinds)}")
    return TEMPLATES / f"uploads-{kind}"


def variant_of_section(name: str) -> Path:
    """The folder of the templates that a function was made from, by what it is in the template."""
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    found = re.search(rf"^        {name}:([a-z]+),$", text, re.MULTILINE)
    return TEMPLATES / (f"uploads-{found[1]}" if found else "processed")


def entries(name: str, variant: Path) -> list[Entry]:
    """The lines that a function adds to blocks that others share."""
    template, prefix = ROOT / "template.yaml", name.title()
    on, _, kind = variant.name.partition("-")
    title = section_title(renamed(variant / "section.yaml", name))
    config = {"picture": "ImageConfig", "any": "FileConfig", "": "RecordsConfig"}[kind]
    events = ROOT / "tests" / "example_events.py"
    shared = [
        Entry(
            ROOT / "layers/core/darkroom/config.py", r"^CONFIGS: dict", f'    "{name}": {config},'
        ),
        Entry(ROOT / "README.md", r"^\| thumbnail \|", f"| {name} | {title} |"),
    ]
    if on == "processed":
        return [
            *shared,
            Entry(template, r"- &message_functions$", f"      - {prefix}"),
            Entry(events, r"^OTHERS = \[$", f'    "{name}",'),
        ]
    return [
        *shared,
        Entry(template, r"^      All: >-$", f"        {name}:{kind},"),
        Entry(template, r"- &upload_functions$", f"      - {prefix}"),
        Entry(
            template,
            r"- - !Sub relay=",
            f"              - !Sub {name}=${{{prefix}DeadLetterQueue}}",
        ),
        Entry(
            template,
            r"Action: \[sqs:GetQueueAttributes, sqs:ReceiveMessage, sqs:ChangeMessageVisibility\]",
            f"                  - !GetAtt {prefix}DeadLetterQueue.Arn",
        ),
        Entry(events, r"^FILES = \{$", f'    "{name}": ["{name}"],'),
    ]


def paths(name: str) -> dict[str, Path]:
    """Where the files of a function go, by the name of their template."""
    return {source: ROOT / path.replace(EXAMPLE, name) for source, path in FILES.items()}


def template_of(variant: Path, source: str) -> Path:
    """A file's template; a kind without one of its own takes that for files of any kind."""
    own = variant / source
    return own if own.exists() else TEMPLATES / "uploads-any" / source


def renamed(template: Path, name: str) -> str:
    """The text of a template, for a function of this name."""
    text = template.read_text(encoding="utf-8")
    return text.replace(EXAMPLE, name).replace(EXAMPLE.title(), name.title())


def section_title(section: str) -> str:
    """What the heading of a section says of its function."""
    return section.splitlines()[1].partition(": ")[2]


def add_section(section: str) -> None:
    """Put a function's section into the template, behind those of all others."""
    template = ROOT / "template.yaml"
    text = template.read_text(encoding="utf-8")
    users = f"{_RULE}  # Users\n"
    if text.count(users) != 1:
        raise CommandError("template.yaml has no heading `Users`, in front of which functions end")
    template.write_text(text.replace(users, section + users), encoding="utf-8")


def section_of(name: str) -> str:
    """A function's section in the template, from its heading to the next one.

    Raises:
        CommandError: there is none.
    """
    text = (ROOT / "template.yaml").read_text(encoding="utf-8")
    start = text.find(f"{_RULE}  # {name.title()}: ")
    if start < 0:
        raise CommandError(f"template.yaml has no section with the heading `{name.title()}: …`")
    heading_end = text.index(_RULE, start + len(_RULE)) + len(_RULE)
    return text[start : text.index(_RULE, heading_end)]


if __name__ == "__main__":
    run_command(main)
