"""Functions and layers as archives, packed once for every deployment of a build.

`sam deploy` packs each folder anew, which is most of its work; an archive it uploads as it is.
"""

from __future__ import annotations

import json
import stat
import zipfile
from pathlib import Path
from typing import Any

from samcli.yamlhelper import yaml_parse

PACKED = "packed.json"
_FASTEST = 1  # of zlib's levels: an archive goes no further than the local cloud
_FOLDERS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}


def pack(build: Path) -> Path:
    """The template of a build with archives in the place of its folders, written into the build.

    It is JSON, which SAM CLI reads many times as fast as YAML, seven times for each deployment.
    """
    template: dict[str, Any] = yaml_parse((build / "template.yaml").read_text(encoding="utf-8"))
    for resource in template["Resources"].values():
        # A loop is a list: it makes queues and alarms, none of which has a folder.
        if isinstance(resource, dict) and (name := _FOLDERS.get(resource["Type"])):
            properties = resource["Properties"]
            properties[name] = _archive(build / properties[name]).name
    packed = build / PACKED
    packed.write_text(json.dumps(template), encoding="utf-8")
    return packed


def _archive(folder: Path) -> Path:
    """The archive of a folder, beside it: the same files give the same bytes."""
    target = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=_FASTEST) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(str(path.relative_to(folder)))
                entry.external_attr = stat.S_IMODE(path.stat().st_mode) << 16
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, _FASTEST)
    return target
