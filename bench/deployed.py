"""The functions as template.yaml has them, every parameter at its default."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.cloud import architecture
from local.runtime import built
from local.template import expanded, of_type

_OF_PROCESSOR = {"arm64": "Arm64Layer", "x86_64": "X8664Layer"}


@dataclass(frozen=True, slots=True)
class Deployed:
    """A function: the folder it was built into, its layers' folders, its environment."""

    name: str
    memory_mb: int
    variables: dict[str, str]
    libraries: tuple[str, ...]  # whose layers it has beside the core's: Imaging, Media, Tables
    logical_id: str

    @property
    def has_pixels(self) -> bool:
        """Whether it decodes pictures."""
        return "Imaging" in self.libraries

    @property
    def folder(self) -> Path:
        return built(self.logical_id)

    @property
    def layers(self) -> list[Path]:
        own = [f"{library}{_OF_PROCESSOR[architecture()]}" for library in self.libraries]
        names = ["CoreLayer", *own]
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
                libraries=_libraries(properties["Layers"]),
                logical_id=logical_id,
            )
        )
    return found


def _libraries(layers: list[Any]) -> tuple[str, ...]:
    """The libraries whose layers are chosen by the processor."""
    chosen = [layer["Fn::If"][1]["Ref"] for layer in layers if "Fn::If" in layer]
    return tuple(name.removesuffix(_OF_PROCESSOR["arm64"]) for name in chosen)


def _resolved(value: Any) -> str:
    """A value as it is deployed when every parameter has its default; an id for what has none."""
    if isinstance(value, dict) and "Fn::FindInMap" in value:
        mapping, first, second = value["Fn::FindInMap"]
        return str(expanded()["Mappings"][mapping][first][_resolved(second)])
    if isinstance(value, dict) and "Fn::If" in value:  # all conditions of a value hold by default
        return _resolved(value["Fn::If"][1])
    if isinstance(value, dict) and "Ref" in value:
        parameter = expanded()["Parameters"].get(value["Ref"], {})
        return str(parameter.get("Default", value["Ref"]))
    if isinstance(value, dict) and "Fn::Sub" in value:  # an address, which nobody calls here
        return re.sub(r"\$\{[^}]+\}", "bench", value["Fn::Sub"])
    if isinstance(value, dict) and "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator).join(_resolved(part) for part in parts)
    return str(value)
