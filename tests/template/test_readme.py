"""What the documents say of the stack is what the template has."""

from __future__ import annotations

import re

import pytest

from local.paths import ROOT
from tests.template.model import FUNCTIONS, PARAMETERS

README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs/parameters.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_is_described_as_in_the_template_when_one_reads_about_it(name: str) -> None:
    default = str(PARAMETERS[name]["Default"])
    shown = f"`{default}`" if default else "(empty)"
    description = " ".join(PARAMETERS[name]["Description"].split())

    assert f"| {name} | {shown} | {description} |" in REFERENCE


def test_nothing_is_described_when_the_template_does_not_have_it() -> None:
    table = REFERENCE.partition("| parameter |")[2].partition("\n\n")[0]

    assert set(re.findall(r"^\| (\w+) \|", table, re.MULTILINE)) == set(PARAMETERS)


def test_every_function_is_described_when_one_reads_what_they_do() -> None:
    table = README.partition("| function |")[2].partition("\n\n")[0]

    assert set(re.findall(r"^\| (\w+) \|", table, re.MULTILINE)) == {f.name for f in FUNCTIONS}
