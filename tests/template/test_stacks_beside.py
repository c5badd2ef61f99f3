"""Each stack beside the main one keeps the promises of the main template."""

from __future__ import annotations

import tomllib
from dataclasses import fields

import pytest

from local.cloud import STACK
from local.paths import ROOT
from local.template import TEMPLATE, expanded
from operations.parameters_beside import TOLD
from tests.template.beside import STACKS, Beside
from tests.template.model import as_list

MAIN = expanded(TEMPLATE)
each_stack = pytest.mark.parametrize("stack", STACKS.values(), ids=list(STACKS))


@each_stack
def test_variables_are_those_that_its_functions_read(stack: Beside) -> None:
    assert set(stack.functions) == set(stack.configs)
    for name, properties in stack.functions.items():
        variables = properties["Environment"]["Variables"]
        read = {field.name.upper() for field in fields(stack.configs[name])}
        assert {each for each in variables if not each.startswith("POWERTOOLS_")} == read
        assert variables["POWERTOOLS_SERVICE_NAME"] == name
        assert properties["CodeUri"] == f"../functions/{name}"
        assert (ROOT / "functions" / name / "app.py").is_file()
        assert properties["LoggingConfig"]["LogGroup"]["Ref"] in stack.resources


@pytest.mark.parametrize(
    ("stack", "name"),
    [
        *(
            (stack, name)
            for stack in STACKS.values()
            for name, function in stack.functions.items()
            if "Events" in function
        ),
        (STACKS["catalogue"], "migrate"),  # which the deployment itself calls
    ],
)
def test_function_has_its_rights_when_it_is_made(stack: Beside, name: str) -> None:
    """Lambda refuses a queue or a stream that the role may not read, and so the whole stack."""
    function = stack.resources[f"{name.title()}Function"]
    assert f"{name.title()}Policy" in as_list(function["DependsOn"])


@each_stack
def test_reason_stands_beside_it_when_something_is_granted(stack: Beside) -> None:
    lines = stack.template.read_text(encoding="utf-8").splitlines()
    unexplained = [
        number + 1
        for number, line in enumerate(lines)
        if line.strip().startswith("- Effect:")
        and not lines[number - 1].strip().startswith("# ")
        and "sts:AssumeRole" not in "".join(lines[number : number + 5])
    ]
    assert unexplained == []


@each_stack
def test_main_stack_has_what_it_is_told_and_knows_nothing_of_it(stack: Beside) -> None:
    told = TOLD[stack.kind]
    assert {*told.always, *told.if_there} <= set(MAIN["Outputs"])
    required = {name for name, each in stack.parameters.items() if "Default" not in each}
    assert required == set(told.always)
    assert all(stack.parameters[name]["Default"] == "" for name in told.if_there)
    assert stack.kind not in TEMPLATE.read_text(encoding="utf-8").lower()


@pytest.mark.parametrize(
    ("stack", "name"), [(stack, name) for stack in STACKS.values() for name in stack.parameters]
)
def test_parameter_is_described_and_checked(stack: Beside, name: str) -> None:
    parameter = stack.parameters[name]
    assert parameter["Description"].endswith(".")
    assert parameter["ConstraintDescription"].endswith(".")
    assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter)
    groups = stack.expanded["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert [each for group in groups for each in group["Parameters"]].count(name) == 1


@pytest.mark.parametrize(
    ("stack", "name"), [(stack, name) for stack in STACKS.values() for name in stack.own_parameters]
)
def test_parameter_is_described_as_in_the_template_when_one_reads_about_it(
    stack: Beside, name: str
) -> None:
    default = str(stack.parameters[name]["Default"])
    shown = f"`{default}`" if default else "(empty)"
    description = " ".join(stack.parameters[name]["Description"].split())
    assert f"| {name} | {shown} | {description} |" in stack.docs


@each_stack
def test_layer_is_built_for_each_processor(stack: Beside) -> None:
    processors: dict[str, set[str]] = {}
    for name, resource in stack.resources.items():
        if resource["Type"] == "AWS::Serverless::LayerVersion":
            folder = ROOT / "stacks" / resource["Properties"]["ContentUri"]
            makefile = (folder / "Makefile").read_text(encoding="utf-8")
            assert f"build-{name}:" in makefile.splitlines()
            runs_on = processors.setdefault(folder.name, set())
            runs_on.update(resource["Properties"]["CompatibleArchitectures"])
    assert processors == {name: {"arm64", "x86_64"} for name in ("core", stack.kind)}


@each_stack
def test_samconfig_has_its_two_environments(stack: Beside) -> None:
    config = tomllib.loads((ROOT / "samconfig.toml").read_text())
    for name in (stack.kind, f"{stack.kind}-local"):
        assert config[name]["global"]["parameters"]["stack_name"] == f"{STACK}-{stack.kind}"
        assert ROOT / config[name]["build"]["parameters"]["template_file"] == stack.template
        built = config[name]["build"]["parameters"]["build_dir"]
        assert config[name]["deploy"]["parameters"]["template_file"] == f"{built}/template.yaml"
