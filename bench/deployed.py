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
    layer_ids: tuple[str, ...]  # logical ids of its layers, for this machine's processor
    logical_id: str

    @property
    def libraries(self) -> tuple[str, ...]:
        """Whose layers it has beside the core's, where they are native: Imaging, Media, Tables."""
        native = _OF_PROCESSOR[architecture()]
        return tuple(each.removesuffix(native) for each in self.layer_ids if each.endswith(native))

    @property
    def has_pixels(self) -> bool:
        """Whether it decodes pictures."""
        return "Imaging" in self.libraries

    @property
    def folder(self) -> Path:
        return built(self.logical_id)

    @property
    def layers(self) -> list[Path]:
        return [built(each) / "python" for each in self.layer_ids]


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
                layer_ids=tuple(map(_layer_id, properties["Layers"])),
                logical_id=logical_id,
            )
        )
    return found


def _layer_id(layer: dict[str, Any]) -> str:
    """The logical id of a layer, which may be chosen by the processor: arm64's comes first."""
    if "Fn::If" in layer:
        _, arm64, x86_64 = layer["Fn::If"]
        layer = {"arm64": arm64, "x86_64": x86_64}[architecture()]
    return str(layer["Ref"])


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
