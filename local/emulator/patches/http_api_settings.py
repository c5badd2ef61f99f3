"""What a template sets of an HTTP API holds: whose pages it lets in, and how much it takes.

AWS: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/
aws-resource-apigatewayv2-api.html. MiniStack stores CorsConfiguration and the route settings of a
stage under CloudFormation's names, and looks for API Gateway's, so a stack's API lets no page in.
Obsolete once GetApi of a stack's API shows its AllowOrigins.
"""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from typing import Any

_OF_API = ("CorsConfiguration",)
_OF_STAGE = ("DefaultRouteSettings",)


def apply() -> None:
    """Give the settings of APIs and stages the names that are looked for."""
    handlers = importlib.import_module(
        "ministack.services.cloudformation.provisioners"
    )._RESOURCE_HANDLERS
    for kind, names in (("Api", _OF_API), ("Stage", _OF_STAGE)):
        handler = handlers[f"AWS::ApiGatewayV2::{kind}"]
        _rename(handler, names)


def _rename(handler: dict[str, Any], names: tuple[str, ...]) -> None:
    create, update = handler["create"], handler["update"]

    def created(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        return create(logical_id, named_as_in_the_api(properties, names), stack)

    def updated(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], *others: Any, **more: Any
    ) -> Any:
        return update(physical_id, old, named_as_in_the_api(new, names), *others, **more)

    handler.update(create=created, update=updated)


def named_as_in_the_api(properties: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    """The properties; what these of them hold is named as in the API: `allowOrigins`."""
    return {
        name: {f"{key[0].lower()}{key[1:]}": each for key, each in value.items()}
        if name in names and isinstance(value, dict)
        else value
        for name, value in properties.items()
    }
