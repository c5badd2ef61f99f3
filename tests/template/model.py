"""The template as the tests read it: resources by type, a function with everything around it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from local.template import expanded, of_type

TEMPLATE: dict[str, Any] = expanded()
PARAMETERS: dict[str, Any] = TEMPLATE["Parameters"]
CONDITIONS: dict[str, Any] = TEMPLATE["Conditions"]
RESOURCES: dict[str, Any] = TEMPLATE["Resources"]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def names_in(value: Any) -> Iterator[str]:
    """Every logical id, parameter or mapping that intrinsic functions below `value` name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("Ref", "Condition") and isinstance(inner, str):
                yield inner
            elif key == "Fn::GetAtt":
                yield as_list(inner)[0].split(".")[0]
            elif key == "Fn::Sub" and isinstance(inner, str):
                yield from re.findall(r"\$\{(?!!)([A-Za-z0-9]+)", inner)
            elif key == "Fn::If":
                yield inner[0]
                yield from names_in(inner)
            else:
                yield from names_in(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from names_in(inner)


@dataclass(frozen=True)
class Grant:
    """One action on one resource, under a condition."""

    action: str
    resource: str
    condition: dict[str, Any]

    @property
    def target(self) -> str:
        """The logical id that the resource belongs to."""
        found = re.match(r"(?:arn:[^/]*:)?\$\{([A-Za-z0-9]+)[.}]", self.resource)
        return found[1] if found else self.resource

    @property
    def path(self) -> str:
        """What follows the ARN: a key pattern or an index."""
        return self.resource.partition("}")[2]


def grants(document: dict[str, Any]) -> list[Grant]:
    """What a policy document allows, one action and one resource at a time."""
    return [
        Grant(action, _resource(resource), statement.get("Condition", {}))
        for statement in map(_as_where_it_is_on, document["Statement"])
        if statement["Effect"] == "Allow"
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    ]


def _as_where_it_is_on(statement: dict[str, Any]) -> dict[str, Any]:
    on: dict[str, Any] = statement["Fn::If"][1] if "Fn::If" in statement else statement
    return on


def _resource(value: Any) -> str:
    """A resource as text in the manner of Fn::Sub: `${UploadsBucket.Arn}/users/*`."""
    if isinstance(value, str):
        return value
    if "Fn::GetAtt" in value:
        return "${" + ".".join(as_list(value["Fn::GetAtt"])) + "}"
    if "Fn::If" in value:  # as where all kinds are on
        return _resource(value["Fn::If"][1])
    if "Ref" in value:
        return "${" + str(value["Ref"]) + "}"
    return str(value["Fn::Sub"])


@dataclass(frozen=True)
class FunctionSection:
    """A function of the template and what its section holds."""

    name: str
    """Its folder below functions/."""

    @property
    def prefix(self) -> str:
        return self.name.title()

    @property
    def properties(self) -> dict[str, Any]:
        properties: dict[str, Any] = RESOURCES[f"{self.prefix}Function"]["Properties"]
        return properties

    @property
    def environment(self) -> dict[str, Any]:
        everywhere: dict[str, Any] = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
        own: dict[str, Any] = self.properties["Environment"]["Variables"]
        return everywhere | own

    @property
    def is_scheduled(self) -> bool:
        """Whether a clock starts it."""
        events = self.properties.get("Events", {}).values()
        return {event["Type"] for event in events} == {"Schedule"}

    @property
    def sources(self) -> list[dict[str, Any]]:
        return [event["Properties"] for event in self.properties.get("Events", {}).values()]

    @property
    def has_queue(self) -> bool:
        """Whether it works off a queue; the others answer an event at a time, or a stream."""
        return f"{self.prefix}Queue" in RESOURCES

    @property
    def role(self) -> dict[str, Any]:
        role: dict[str, Any] = RESOURCES[f"{self.prefix}Role"]["Properties"]
        return role

    @property
    def grants(self) -> list[Grant]:
        """What its role allows."""
        return [
            grant
            for policy in policies_of(f"{self.prefix}Role")
            for grant in grants(policy["PolicyDocument"])
        ]

    def may(self, action: str, target: str) -> bool:
        """Whether its role allows an action (with wildcards) on anything of a resource."""
        return any(
            grant.target in (target, "*")
            and re.fullmatch(grant.action.replace("*", ".*"), action) is not None
            for grant in self.grants
        )


FUNCTIONS = [
    FunctionSection(name.removesuffix("Function").lower())
    for name in of_type("AWS::Serverless::Function")
]
QUEUED = [function for function in FUNCTIONS if function.has_queue]
UNQUEUED = [function for function in FUNCTIONS if not function.has_queue]


def policies_of(role: str) -> list[dict[str, Any]]:
    """The policies that stand in a role and those that are attached to it, by its logical id."""
    attached = of_type("AWS::IAM::Policy").values()
    return [
        *RESOURCES[role]["Properties"].get("Policies", []),
        *(policy for policy in attached if role in names_in(policy["Roles"])),
    ]


def topics_of(function: FunctionSection) -> set[str]:
    """The topics that the function's queue subscribes to."""
    return {
        next(names_in(subscription["TopicArn"]))
        for subscription in of_type("AWS::SNS::Subscription").values()
        if f"{function.prefix}Queue" in names_in(subscription["Endpoint"])
    }


def targets_of_bucket(bucket: str) -> dict[str, set[str]]:
    """The topics and queues that a bucket reports to, with the events."""
    targets: dict[str, set[str]] = {}
    for entry in notifications_of(bucket):
        target = next(names_in(entry.get("Topic") or entry["Queue"]))
        targets.setdefault(target, set()).add(entry["Event"])
    return targets


def notifications_of(bucket: str) -> list[dict[str, Any]]:
    """What a bucket reports, entry by entry."""
    configuration = RESOURCES[bucket]["Properties"]["NotificationConfiguration"]
    return [entry for entries in configuration.values() for entry in entries]
