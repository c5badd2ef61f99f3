"""What surrounds a function's code: environment, layers, limits, parameters, names."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Any

import pytest
from darkroom.config import CONFIGS, load
from darkroom.imaging.recipe.room import MAX_BYTES

from bench.engines import ALLOCATOR
from local.paths import ROOT
from local.template import of_type, steps
from tests.template.model import (
    FUNCTIONS,
    PARAMETERS,
    RESOURCES,
    TEMPLATE,
    FunctionSection,
    names_in,
)

# Read by Powertools, the SDK and the C library, not by a config class.
LIBRARIES = ("POWERTOOLS_", "AWS_", "MALLOC_")
PIXEL_STEPS = {step for step, kind in steps().items() if kind == "picture"}
NAMESPACE = {"Fn::Sub": "Darkroom/${AWS::StackName}"}
TABLE_STEPS = {step for step, kind in steps().items() if kind == "table"}
VIDEO_STEPS = {step for step, kind in steps().items() if kind == "video"}
each_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)


def own_variables(function: FunctionSection) -> dict[str, Any]:
    return {
        name: value
        for name, value in function.environment.items()
        if not name.startswith(LIBRARIES)
    }


def resolved(value: Any) -> str:
    """A variable's value when every parameter has its default."""
    if isinstance(value, str):
        return value
    if "Fn::If" in value:  # as where all kinds are on
        return resolved(value["Fn::If"][1])
    if "Fn::FindInMap" in value:
        mapping, first, second = value["Fn::FindInMap"]
        return str(TEMPLATE["Mappings"][mapping][first][second])
    if "Fn::Sub" in value:
        return str(value["Fn::Sub"])
    if "Fn::GetAtt" in value:
        return ".".join(value["Fn::GetAtt"])
    if "Fn::Join" in value:
        separator, parts = value["Fn::Join"]
        return str(separator.join(resolved(part) for part in parts))
    name = value["Ref"]
    return str(PARAMETERS[name]["Default"]) if name in PARAMETERS else name


def test_every_function_has_its_folder_when_stack_is_built() -> None:
    assert {function.name for function in FUNCTIONS} == set(CONFIGS)
    for function in FUNCTIONS:
        assert function.properties["CodeUri"] == f"functions/{function.name}"
        assert (ROOT / "functions" / function.name / "app.py").is_file()


@each_function
def test_environment_is_exactly_what_function_reads_when_it_starts(
    function: FunctionSection,
) -> None:
    read = {field.name.upper() for field in fields(CONFIGS[function.name])}
    assert set(own_variables(function)) == read


@each_function
def test_environment_is_valid_when_parameters_have_their_defaults(
    function: FunctionSection,
) -> None:
    load(
        CONFIGS[function.name],
        {name: resolved(value) for name, value in own_variables(function).items()},
    )


def test_functions_know_the_same_steps_when_any_of_them_opens_an_item() -> None:
    """A file of a kind that the first to come does not know would be refused."""
    known = [function.environment.get("STEPS") for function in FUNCTIONS]
    assert len({resolved(each) for each in known if each is not None}) == 1


@each_function
def test_environment_is_text_when_it_is_written_out(function: FunctionSection) -> None:
    for value in function.environment.values():
        assert isinstance(value, str | dict)  # a number is valid YAML, but not a variable


@each_function
def test_function_names_itself_when_it_logs(function: FunctionSection) -> None:
    assert function.environment["POWERTOOLS_SERVICE_NAME"] == function.name
    # Of its own stack: the trouble of one must not ring the alarms of another.
    assert function.environment["POWERTOOLS_METRICS_NAMESPACE"] == NAMESPACE
    assert function.environment["POWERTOOLS_LOG_LEVEL"] == {"Ref": "LogLevel"}


@each_function
def test_memory_is_kept_for_the_next_picture_when_function_needs_pixels(
    function: FunctionSection,
) -> None:
    wanted = ALLOCATOR if function.name in PIXEL_STEPS else {}
    kept = {
        name: value
        for name, value in function.environment.items()
        if name.startswith(("PILLOW_", "MALLOC_"))
    }
    assert kept == wanted  # what `make bench` measures with is what is deployed


@each_function
def test_library_s_layer_is_attached_only_when_function_needs_it(function: FunctionSection) -> None:
    wanted: list[Any] = [{"Ref": "CoreLayer"}]
    needing = {
        "Imaging": PIXEL_STEPS | VIDEO_STEPS, "Tables": TABLE_STEPS, "Media": VIDEO_STEPS,
    }  # fmt: skip
    for library, those in needing.items():
        if function.name in those:
            layers = [{"Ref": f"{library}Arm64Layer"}, {"Ref": f"{library}X8664Layer"}]
            wanted.append({"Fn::If": ["IsArm64", *layers]})
    if function.name in {"metadata", "probe"}:
        wanted.append({"Ref": "PlacesLayer"})
    assert function.properties["Layers"] == wanted


@pytest.mark.parametrize(
    ("layer", "condition", "architectures"),
    [
        ("CoreLayer", None, ["arm64", "x86_64"]),
        ("PlacesLayer", None, ["arm64", "x86_64"]),
        ("ImagingArm64Layer", "IsArm64", ["arm64"]),
        ("ImagingX8664Layer", "IsX8664", ["x86_64"]),
        ("TablesArm64Layer", "HasTablesOnArm64", ["arm64"]),
        ("TablesX8664Layer", "HasTablesOnX8664", ["x86_64"]),
        ("MediaArm64Layer", "HasVideosOnArm64", ["arm64"]),
        ("MediaX8664Layer", "HasVideosOnX8664", ["x86_64"]),
    ],
)
def test_layer_fits_its_processor_when_it_is_built(
    layer: str, condition: str | None, architectures: list[str]
) -> None:
    resource = RESOURCES[layer]
    assert resource.get("Condition") == condition
    assert resource["Properties"]["CompatibleArchitectures"] == architectures
    assert resource["Metadata"]["BuildMethod"] == "makefile"
    makefile = ROOT / resource["Properties"]["ContentUri"] / "Makefile"
    assert f"build-{layer}:" in makefile.read_text(encoding="utf-8").splitlines()


@pytest.mark.parametrize(
    ("condition", "prefixes", "kind"),
    [
        ("HasTables", ("Profile", "Tables"), "table"),
        ("HasVideos", ("Probe", "Convert", "Media"), "video"),
    ],
)
def test_nothing_of_a_kind_is_deployed_when_it_is_off(
    condition: str, prefixes: tuple[str, ...], kind: str
) -> None:
    own = {name for name in RESOURCES if name.startswith(prefixes)}
    assert {RESOURCES[name]["Condition"] for name in own} == {
        condition, f"{condition}OnArm64", f"{condition}OnX8664", f"{condition}AndAlarms",
    }  # fmt: skip
    assert {f"{prefixes[0]}{part}" for part in ("Function", "Queue", "Subscription")} <= own
    others = {name: RESOURCES[name] for name in RESOURCES if name not in own}
    assert not own & set(names_in(without_conditions(others)))
    flow = TEMPLATE["Mappings"]["Flow"]["Steps"]
    assert kind not in flow["All"]


def test_alarms_alone_are_left_out_when_nobody_wants_them() -> None:
    wanted = {"HasAlarms": {"HasAlarms"}}
    wanted |= {f"{kind}AndAlarms": {kind, "HasAlarms"} for kind in ("HasTables", "HasVideos")}
    for name, parts in wanted.items():
        condition = TEMPLATE["Conditions"][name]
        assert set(names_in(condition)) == (parts if len(parts) > 1 else {"Alarms"})
    depending = {name for name, each in RESOURCES.items() if each.get("Condition") in wanted}
    assert depending == set(of_type("AWS::CloudWatch::Alarm"))
    assert PARAMETERS["Alarms"]["Default"] == "true"


def test_kinds_are_on_by_name_when_they_are_chosen() -> None:
    """Every choice is one of pictures with some of the others, in one order."""
    for kinds in PARAMETERS["Kinds"]["AllowedValues"]:
        on = {
            kind
            for kind, condition in (("table", "HasTables"), ("video", "HasVideos"))
            if {"Fn::Equals": [{"Ref": "Kinds"}, kinds]}
            in TEMPLATE["Conditions"][condition]["Fn::Or"]
        }
        assert kinds.split(",") == ["picture", *sorted(on)]


def without_conditions(part: Any) -> Any:
    """A part of the template where no condition holds."""
    match part:
        case {"Fn::If": [_, _, otherwise]}:
            return without_conditions(otherwise)
        case dict():
            return {key: without_conditions(value) for key, value in part.items()}
        case list():
            return [without_conditions(value) for value in part]
    return part


@each_function
def test_time_and_memory_are_bounded_when_function_runs(function: FunctionSection) -> None:
    longest = {"convert": 900, "profile": 400}.get(function.name, 120)
    assert 1 <= function.properties["Timeout"] <= longest
    assert 256 <= function.properties["MemorySize"] <= 3008


@each_function
def test_logs_expire_when_retention_is_over(function: FunctionSection) -> None:
    assert function.properties["LoggingConfig"]["LogGroup"] == {"Ref": f"{function.prefix}LogGroup"}
    group = RESOURCES[f"{function.prefix}LogGroup"]["Properties"]
    assert group["RetentionInDays"] == {"Ref": "LogRetentionDays"}


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_is_described_and_checked_when_it_is_asked_for(name: str) -> None:
    parameter = PARAMETERS[name]
    assert parameter["Description"].endswith(".")
    assert parameter["ConstraintDescription"].endswith(".")
    assert {"AllowedPattern", "AllowedValues", "MinValue"} & set(parameter)
    assert "Default" in parameter


@pytest.mark.parametrize("name", PARAMETERS)
def test_default_is_accepted_when_nothing_is_given(name: str) -> None:
    parameter = PARAMETERS[name]
    default = parameter["Default"]
    assert default in parameter.get("AllowedValues", [default])
    assert re.fullmatch(parameter.get("AllowedPattern", ".*"), str(default))
    assert parameter.get("MinValue", 0) <= (default if parameter["Type"] == "Number" else 0)


@pytest.mark.parametrize("name", PARAMETERS)
def test_parameter_takes_effect_when_it_is_set(name: str) -> None:
    used = {
        *names_in(TEMPLATE["Globals"]),
        *names_in(TEMPLATE["Conditions"]),
        *names_in(TEMPLATE["Resources"]),
    }
    assert name in used


def test_every_condition_decides_something_when_template_is_read() -> None:
    used = set(names_in(RESOURCES)) | {r.get("Condition") for r in RESOURCES.values()}
    assert set(TEMPLATE["Conditions"]) <= used


def test_every_parameter_has_its_group_when_console_shows_them() -> None:
    groups = TEMPLATE["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
    assert [name for group in groups for name in group["Parameters"]] == list(PARAMETERS)


def test_every_allowed_concurrency_is_a_number_when_it_is_looked_up() -> None:
    mappings = TEMPLATE["Mappings"]["Concurrency"]
    allowed = PARAMETERS["MaximumConcurrency"]["AllowedValues"]
    assert mappings["Maximum"] == {name: int(name) for name in allowed}
    assert mappings["Relay"] == {name: min(1000, 2 * int(name)) for name in allowed}
    assert min(mappings["Maximum"].values()) >= 2  # Lambda allows no less


@pytest.mark.parametrize("name", TEMPLATE["Outputs"])
def test_output_is_described_when_stack_is_deployed(name: str) -> None:
    assert TEMPLATE["Outputs"][name]["Description"].endswith(".")


def test_queue_urls_are_shown_when_operators_need_them() -> None:
    for queue in of_type("AWS::SQS::Queue"):
        assert TEMPLATE["Outputs"][f"{queue}Url"]["Value"] == {"Ref": queue}


PHYSICAL_NAMES = {
    "AlarmName", "BucketName", "FunctionName", "IdentityPoolName", "LayerName", "LogGroupName",
    "ManagedPolicyName", "QueueName", "RoleName", "TableName", "TopicName", "UserPoolName",
}  # fmt: skip


@pytest.mark.parametrize("name", RESOURCES)
def test_resource_has_no_physical_name_when_two_stacks_share_an_account(name: str) -> None:
    properties = RESOURCES[name].get("Properties", {})
    # A permission names its function, by reference.
    assert not any(isinstance(properties.get(named), str) for named in PHYSICAL_NAMES)


def test_reconcile_runs_by_the_clock_and_is_watched_when_it_fails() -> None:
    (reconcile,) = [function for function in FUNCTIONS if function.name == "reconcile"]
    assert reconcile.is_scheduled
    (event,) = reconcile.properties["Events"].values()
    assert event["Properties"]["Schedule"] == {"Ref": "ReconcileSchedule"}
    assert reconcile.properties["EventInvokeConfig"]["MaximumRetryAttempts"] == 0
    watched = {
        alarm["MetricName"]: (alarm["Namespace"], alarm["TreatMissingData"])
        for name, alarm in of_type("AWS::CloudWatch::Alarm").items()
        if name.startswith("Reconcile") and "AlarmsTopic" in names_in(alarm["AlarmActions"])
    }
    assert watched == {
        "Errors": ("AWS/Lambda", "notBreaching"),
        "Invocations": ("AWS/Lambda", "breaching"),  # one that does not run reports nothing
        "Stuck": (NAMESPACE, "notBreaching"),
    }


@pytest.mark.parametrize(
    "rate",
    [
        *("1 minutes", "2 minute", "0 minutes", "01 minutes", "1 hours", "2 hour", "1 days"),
        *("25 hours", "2 days", "1000 minutes", "15 seconds", "15"),
    ],
)
def test_schedule_is_refused_when_events_or_the_silence_alarm_would_not_take_it(rate: str) -> None:
    assert re.fullmatch(PARAMETERS["ReconcileSchedule"]["AllowedPattern"], f"rate({rate})") is None


@pytest.mark.parametrize(
    "rate", ["1 minute", "2 minutes", "15 minutes", "999 minutes", "1 hour", "24 hours", "1 day"]
)
def test_schedule_is_taken_when_it_is_a_rate_of_at_most_a_day(rate: str) -> None:
    assert re.fullmatch(PARAMETERS["ReconcileSchedule"]["AllowedPattern"], f"rate({rate})")


def test_silence_alarm_does_not_ring_when_reconcile_runs_as_rarely_as_it_may() -> None:
    """With a run a day, a day of the alarm may hold none; two days always hold one."""
    alarm = RESOURCES["ReconcileSilenceAlarm"]["Properties"]
    assert (alarm["Period"], alarm["EvaluationPeriods"]) == (86_400, 2)
    assert "DatapointsToAlarm" not in alarm  # so both


def test_recipes_fit_when_everything_else_in_the_environment_is_as_long_as_it_can_be() -> None:
    """Lambda allows 4 KB for names and values; a stack's name may have 128 characters."""
    (thumbnail,) = [function for function in FUNCTIONS if function.name == "thumbnail"]

    def longest(value: Any) -> int:
        if isinstance(value, dict) and value.get("Ref", "").endswith("Bucket"):
            return 63
        if isinstance(value, dict) and value.get("Ref") in RESOURCES:
            return len(f"{'x' * 128}-{value['Ref']}-0123456789ABC")
        return len(resolved(value).replace("${AWS::StackName}", "x" * 128))

    others = sum(
        len(name) + longest(value)
        for name, value in thumbnail.environment.items()
        if name != "RECIPES"
    )
    assert others + len("RECIPES") + PARAMETERS["Recipes"]["MaxLength"] <= 4096
    assert PARAMETERS["Recipes"]["MaxLength"] == MAX_BYTES


@pytest.mark.parametrize(
    ("recipes", "taken"),
    [
        ("", True),
        ('{"a/": []}', True),
        ('{"a/": [\n]}\n', True),
        (r'{"b\u00e4r/": []}', True),
        ('{"b\u00e4r/": []}', False),  # a character, but two bytes
        ("[]", False),
    ],
)
def test_recipes_are_taken_when_each_character_is_a_byte(recipes: str, taken: bool) -> None:
    pattern = PARAMETERS["Recipes"]["AllowedPattern"]
    assert (re.fullmatch(pattern, recipes) is not None) is taken


def test_metric_is_one_that_a_function_of_this_stack_counts_when_an_alarm_watches_it() -> None:
    counted = "".join(
        path.read_text("utf-8")
        for folder in ("functions", "layers/core")
        for path in (ROOT / folder).rglob("*.py")
    )
    own = [a for a in of_type("AWS::CloudWatch::Alarm").values() if a["Namespace"] == NAMESPACE]
    assert {alarm["MetricName"] for alarm in own} == {"PutAside", "Stuck"}
    for alarm in own:
        assert f'"{alarm["MetricName"]}"' in counted
        (dimension,) = alarm["Dimensions"]
        assert dimension["Name"] == "service"
        assert dimension["Value"] in {function.name for function in FUNCTIONS}
