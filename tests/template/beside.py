"""The stacks beside the main one, as tests read them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from darkroom.config import ATHENA_CONFIGS, CATALOGUE_CONFIGS, SEARCH_CONFIGS, SHARE_CONFIGS

from local.paths import ROOT
from local.template import ATHENA, CATALOGUE, SEARCH, SHARE, expanded
from operations.beside import KINDS, Kind
from operations.parameters_beside import TOLD


@dataclass(frozen=True)
class Beside:
    """A stack beside the main one, expanded."""

    kind: Kind
    template: Path
    configs: Mapping[str, type]

    @cached_property
    def expanded(self) -> dict[str, Any]:
        return expanded(self.template)

    @property
    def parameters(self) -> dict[str, Any]:
        found: dict[str, Any] = self.expanded["Parameters"]
        return found

    @property
    def resources(self) -> dict[str, Any]:
        found: dict[str, Any] = self.expanded["Resources"]
        return found

    @property
    def functions(self) -> dict[str, dict[str, Any]]:
        """The properties of its functions, by their names."""
        return {
            name.removesuffix("Function").lower(): resource["Properties"]
            for name, resource in self.resources.items()
            if resource["Type"] == "AWS::Serverless::Function"
        }

    @property
    def own_parameters(self) -> list[str]:
        """Those that somebody chooses; the others are told of the main stack."""
        told = TOLD[self.kind]
        return [name for name in self.parameters if name not in (*told.always, *told.if_there)]

    def of(self, name: str) -> dict[str, Any]:
        """The properties of a resource."""
        properties: dict[str, Any] = self.resources[name]["Properties"]
        return properties

    def statements(self, policy: str) -> list[dict[str, Any]]:
        """What a policy allows, where every condition of the stack holds."""
        document = self.of(policy)["PolicyDocument"]
        return [each.get("Fn::If", [None, each])[1] for each in document["Statement"]]

    @property
    def docs(self) -> str:
        return (ROOT / "docs" / f"{self.kind}.md").read_text(encoding="utf-8")


_TEMPLATES: dict[Kind, tuple[Path, Mapping[str, type]]] = {
    "catalogue": (CATALOGUE, CATALOGUE_CONFIGS),
    "search": (SEARCH, SEARCH_CONFIGS),
    "share": (SHARE, SHARE_CONFIGS),
    "athena": (ATHENA, ATHENA_CONFIGS),
}
STACKS: dict[Kind, Beside] = {kind: Beside(kind, *_TEMPLATES[kind]) for kind in KINDS}
