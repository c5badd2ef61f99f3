"""The functions as template.yaml has them, every parameter at its default."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloud import architecture
from local.runtime import built
from local.template import expanded, of_type

_IMAGING_LAYERS = {"arm64": "ImagingArm64Layer", "x86_64": "ImagingX8664Layer"}


@dataclass(frozen=True, slots=True)
class Deployed:
    """A function: the folder it was built into, its layers' folders, its environment."""

    name: str
    memory_mb: int
    variables: dict[str, str]
    has_pixels: bool
    logical_id: str

    @property
    def folder(self) -> Path:
        return built(self.logical_id)

    @property
    def layers(self) -> list[Path]:
        names = ["CoreLayer", *([_IMAGING_LAYERS[architecture()]] if self.has_pixels else [])]
        return [built(name) / "python" for name in names]


def functions() -> list[Deployed]:
    """Every function, in the template's order."""
    shared = expanded()["Globals"]["Function"]["Environment"]["Variables"]
    found = []
    for logical_id, properties in of_type("AWS::Serverless::Function").items():
        own = properties["Environment"]["Variables"]
        found.append(
            Deployed(
                name=Path(properties["CodeUri"]).name,
                memory_mb=int(_resolved(properties["MemorySize"])),
                variables={name: _resolved(value) for name, value in (shared | own).items()},
                has_pixels=len(properties["Layers"]) > 1,
                logical_id=logical_id,
            )
        )
    return found


def _resolved(value: Any) -> str:
    """A value as it is deployed when every parameter has its default; an id for what has none."""
    if isinstance(value, dict) and "Fn::FindInMap" in value:
        mapping, first, second = value["Fn::FindInMap"]
        return str(expanded()["Mappings"][mapping][first][_resolved(second)])
    if isinstance(value, dict) and "Ref" in value:
        parameter = expanded()["Parameters"].get(value["Ref"], {})
        return str(parameter.get("Default", value["Ref"]))
    if isinstance(value, dict) and "Fn::Sub" in value:  # an address, which nobody calls here
        return re.sub(r"\$\{[^}]+\}", "bench", value["Fn::Sub"])
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(_resolved(part) for part in parts)
    return str(value)
