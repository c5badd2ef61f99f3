"""An HTTP API calls a function that lets it, and no other.

AWS asks the function's own policy, and answers with 500 if that does not allow the route
(https://docs.aws.amazon.com/lambda/latest/dg/services-apigateway.html). MiniStack does not ask.
Obsolete once an API that no AWS::Lambda::Permission names does not reach the function.
"""

from __future__ import annotations

import importlib
from typing import Any

from local.emulator.patches.http_api_limits import INTERNAL_ERROR, answer

_CALLER = "apigateway.amazonaws.com"


def apply() -> None:
    """Ask the function's policy before it is called."""
    gateway = importlib.import_module("ministack.services.apigateway")
    evaluator = importlib.import_module("ministack.core.iam_evaluator")
    functions = importlib.import_module("ministack.services.lambda_svc")
    arns = importlib.import_module("ministack.core.arn")
    invoke = gateway._invoke_lambda_proxy

    async def invoke_lambda_proxy(
        integration: dict[str, Any],
        api_id: str,
        stage: str,
        path: str,
        method: str,
        *others: Any,
        owner_account_id: str,
        owner_region: str,
        **more: Any,
    ) -> Any:
        function = gateway._extract_lambda_ref_from_integration_uri(
            integration.get("integrationUri", "")
        )
        record, _, _ = functions._get_func_record_for_ref_in_scope(
            function, account_id=owner_account_id, region=owner_region
        )
        route = arns.execute_api_arn(owner_region, owner_account_id, api_id, stage, method, path)
        request = evaluator.EvalContext(
            principal_arn="",
            principal_type="Service",
            principal_account=owner_account_id,
            action="lambda:InvokeFunction",
            resource_arn=function,
            region=owner_region,
            service_context={"aws:sourcearn": route, "aws:sourceaccount": owner_account_id},
        )
        policy = record["policy"] if record is not None else None
        if evaluator.evaluate_resource_policy(policy, request, _CALLER).decision != "Allow":
            return answer(INTERNAL_ERROR)
        return await invoke(
            integration,
            api_id,
            stage,
            path,
            method,
            *others,
            owner_account_id=owner_account_id,
            owner_region=owner_region,
            **more,
        )

    vars(gateway)["_invoke_lambda_proxy"] = invoke_lambda_proxy
