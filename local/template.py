"""The template as CloudFormation has it once every loop (Fn::ForEach) is written out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

from local.paths import ROOT

TEMPLATE = ROOT / "template.yaml"
CATALOGUE = ROOT / "stacks" / "catalogue.yaml"
SEARCH = ROOT / "stacks" / "search.yaml"
SHARE = ROOT / "stacks" / "share.yaml"
ATHENA = ROOT / "stacks" / "athena.yaml"


@cache
def expanded(file: Path = TEMPLATE) -> dict[str, Any]:
    """A parsed template without loops: every resource and output under its own logical id."""
    template: dict[str, Any] = _written_out(yaml_parse(file.read_text(encoding="utf-8")), {})
    return template


def steps() -> dict[str, str]:
    """The steps of the pipeline, and of which kind of files each one is a step: `any` is of all."""
    entries = "".join(expanded()["Mappings"]["Flow"]["Steps"].values()).split(",")
    return dict(entry.strip().split(":") for entry in entries if entry.strip())


def steps_of(kind: str) -> list[str]:
    """The steps that a file of a kind waits for."""
    return [step for step, of_kind in steps().items() if of_kind in (kind, "any")]


def of_type(kind: str) -> dict[str, dict[str, Any]]:
    """The properties of all resources of a type, by logical id."""
    return {
        logical_id: resource.get("Properties", {})
        for logical_id, resource in expanded()["Resources"].items()
        if resource["Type"] == kind
    }


def _written_out(part: Any, names: Mapping[str, str]) -> Any:
    """A part of the template without loops; `names` are the values of the loops around it."""
    match part:
        case {"Ref": str(name)} if name in names:
            return names[name]
        case {"Fn::Sub": str(text)}:
            text = _substituted(text, names)
            return {"Fn::Sub": text} if "${" in text else text
        case dict():
            result: dict[str, Any] = {}
            for key, value in part.items():
                if key.startswith("Fn::ForEach::"):
                    variable, values, body = value
                    for each in values:
                        result |= _written_out(body, {**names, variable: each})
                else:
                    result[_substituted(key, names)] = _written_out(value, names)
            return result
        case list():
            return [_written_out(each, names) for each in part]
    return part


def _substituted(text: str, names: Mapping[str, str]) -> str:
    return re.sub(r"\$\{(\w+)\}", lambda found: names.get(found[1], found[0]), text)
