"""What a build is packed into, for `sam deploy`."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from local.packing import pack

TEMPLATE = """
AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Fn::ForEach::Queues:
  - Name
  - - A
    - B
  - ${Name}Queue:
      Type: AWS::SQS::Queue
  ShowFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ShowFunction
      Role: !GetAtt Role.Arn
  CoreLayer:
    Type: AWS::Serverless::LayerVersion
    Properties:
      ContentUri: CoreLayer
"""


@pytest.fixture
def build(tmp_path: Path) -> Path:
    """A folder as `sam build` leaves it."""
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    (tmp_path / "ShowFunction").mkdir()
    (tmp_path / "ShowFunction" / "app.py").write_text("def handler(): ...")
    (tmp_path / "CoreLayer" / "python" / "lib").mkdir(parents=True)
    tool = tmp_path / "CoreLayer" / "python" / "lib" / "tool"
    tool.write_bytes(b"\x7fELF")
    tool.chmod(0o755)
    return tmp_path


def test_template_names_archives_and_is_the_same_else_when_it_is_packed(build: Path) -> None:
    packed = json.loads(pack(build).read_text())

    resources = packed["Resources"]
    assert resources["ShowFunction"]["Properties"] == {
        "CodeUri": "ShowFunction.zip",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
    }
    assert resources["CoreLayer"]["Properties"] == {"ContentUri": "CoreLayer.zip"}
    assert resources["Fn::ForEach::Queues"] == [
        "Name", ["A", "B"], {"${Name}Queue": {"Type": "AWS::SQS::Queue"}},
    ]  # fmt: skip
    assert packed["AWSTemplateFormatVersion"] == "2010-09-09"


def test_archive_holds_every_file_with_its_permissions_when_a_layer_is_packed(build: Path) -> None:
    pack(build)

    with zipfile.ZipFile(build / "CoreLayer.zip") as archive:
        [entry] = archive.infolist()
        assert entry.filename == "python/lib/tool"
        assert archive.read(entry) == b"\x7fELF"
        assert entry.external_attr >> 16 & 0o777 == 0o755


def test_archive_is_the_same_when_the_same_files_are_built_again(build: Path) -> None:
    pack(build)
    first = (build / "ShowFunction.zip").read_bytes()
    source = build / "ShowFunction" / "app.py"
    source.write_text(source.read_text())

    pack(build)

    assert (build / "ShowFunction.zip").read_bytes() == first
