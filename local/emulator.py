"""Starts MiniStack with its gaps closed: `python -m local.emulator`.

It puts policy variables' values into policies, gives DynamoDB requests their condition keys and
Cognito's sessions their tags, so that isolation of users is enforced here as on AWS. It says who
opens a WebSocket, lets functions reach an API by the URL it has on AWS, and adds SQS's message move
tasks, with which operators redrive dead letters; it keeps messages that are sent while others are
taken; it lets browsers read what S3 denies, and compresses DynamoDB's answers for them. It ends
when its standard input closes: whoever started it may be killed, and still leaves nothing running.

DARKROOM_PLAIN_EMULATOR=true leaves the gaps open, which is how the tests show that they matter.
"""

from __future__ import annotations

import contextvars
import importlib
import importlib.metadata
import json
import os
import shutil
import signal
import sys
import threading
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from local.compression import compressed
from local.dynamodb_request import condition_keys
from local.identities import session_tags, urls_in, websocket_identity
from local.message_moves import MessageMoves
from local.policy_variables import substitute
from local.queue_lock import share_lock

MINISTACK_VERSION = "1.5.33"  # what is wrapped below is internal to it and may change any time


def require_version() -> None:
    """Exit with one line unless the installed MiniStack is the one this was written for."""
    try:
        found = importlib.metadata.version("ministack")
    except importlib.metadata.PackageNotFoundError:
        found = "none"
    if found != MINISTACK_VERSION:
        sys.exit(f"local/emulator.py is written for MiniStack {MINISTACK_VERSION}, not {found}.")


def substitute_policy_variables() -> None:
    """Replace `${…}` in a caller's policies by what is known of its session."""
    evaluator = importlib.import_module("ministack.core.iam_evaluator")
    sessions = importlib.import_module("ministack.services.sts")
    resolve = evaluator.resolve_principal

    def resolve_principal(access_key_id: str, *arguments: Any, **keywords: Any) -> Any:
        principal = resolve(access_key_id, *arguments, **keywords)
        if isinstance(principal, evaluator.AuthError) or principal.policies is None:
            return principal
        session = sessions._sessions.get(access_key_id) or {}
        identity = {
            "cognito-identity.amazonaws.com:sub": session.get("_identity_id"),
            "cognito-identity.amazonaws.com:aud": session.get("_identity_pool_id"),
        }
        keys = {**principal.keys, **{name: value for name, value in identity.items() if value}}
        variables = {**keys, "aws:principalaccount": principal.account}
        return replace(
            principal,
            keys=keys,
            policies=substitute(principal.policies, variables),
            limits=[substitute(limit, variables) for limit in principal.limits],
        )

    vars(evaluator)["resolve_principal"] = resolve_principal


def add_dynamodb_condition_keys() -> None:
    """Add LeadingKeys, Attributes and ReturnValues to what a DynamoDB request is judged by."""
    actions = importlib.import_module("ministack.core.iam_actions")
    dynamodb = importlib.import_module("ministack.services.dynamodb")
    known_context = actions.dynamodb_service_context

    def partition_key_of(table: str, index: str | None) -> str | None:
        found = dynamodb._tables.get(table.rsplit("/", 1)[-1]) or {}
        if index is None:
            name = found.get("pk_name")
            return name if isinstance(name, str) else None
        for kind in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes"):
            for candidate in found.get(kind) or []:
                if candidate["IndexName"] == index:
                    keys = {key["KeyType"]: key["AttributeName"] for key in candidate["KeySchema"]}
                    return str(keys["HASH"])
        return None

    def dynamodb_service_context(body: bytes) -> dict[str, Any]:
        context: dict[str, Any] = known_context(body)
        try:
            request = json.loads(body or b"{}")
        except ValueError:
            request = None
        found = condition_keys(request, partition_key_of)
        projected = context.get("dynamodb:Attributes", [])
        if projected:
            found["dynamodb:Attributes"] = [*projected, *found.get("dynamodb:Attributes", [])]
        return {**context, **found}

    vars(actions)["dynamodb_service_context"] = dynamodb_service_context


def compress_dynamodb_answers() -> None:
    """Answer a client that accepts gzip as DynamoDB does."""
    dynamodb = importlib.import_module("ministack.services.dynamodb")
    answer = dynamodb.handle_request

    async def handle_request(
        method: str, path: str, headers: dict[str, str], *arguments: Any
    ) -> tuple[int, dict[str, str], bytes | str]:
        return compressed(await answer(method, path, headers, *arguments), headers)

    vars(dynamodb)["handle_request"] = handle_request


def let_browsers_read_denials() -> None:
    """Give answers of S3 that deny a request the bucket's CORS headers, as all others have."""
    app = importlib.import_module("ministack.app")
    s3 = importlib.import_module("ministack.services.s3")
    dispatch = app._dispatch_service_request

    async def dispatch_service_request(
        method: str, path: str, headers: dict[str, str], *arguments: Any
    ) -> tuple[int, dict[str, str], bytes]:
        status, answered, body = await dispatch(method, path, headers, *arguments)
        if status == HTTPStatus.FORBIDDEN:
            target = app._s3_cors_target(headers.get("host", ""), path)
            readable = s3.cors_response_headers(target[0], method, headers) if target else {}
            answered = {**readable, **answered}
        return status, answered, body

    vars(app)["_dispatch_service_request"] = dispatch_service_request


def keep_messages() -> None:
    """Let all that touch a queue take turns, and add SQS's message move tasks."""
    sqs = importlib.import_module("ministack.services.sqs")
    lock = share_lock(sqs, importlib.import_module("ministack.services.sns"))
    moves = MessageMoves(
        find=sqs._queue_by_arn,
        queues=lambda: [queue for _, queue in list(sqs._queues.all_items())],
        refuse=sqs._Err,
        wake=sqs.esm_wake.set,
        lock=lock,
    )
    sqs._HANDLERS.update(
        StartMessageMoveTask=moves.start,
        ListMessageMoveTasks=moves.list,
        CancelMessageMoveTask=moves.cancel,
    )


def tag_sessions() -> None:
    """Give the credentials of an identity the tags that its pool makes of a token's claims."""
    sessions = importlib.import_module("ministack.services.sts")
    cognito = importlib.import_module("ministack.services.cognito")
    register = sessions.register_session

    def register_session(access_key: str, session: dict[str, Any]) -> None:
        pool = cognito._identity_pools.get(session.get("_identity_pool_id") or "") or {}
        logins = session.get("_logins") or {}
        claims = {provider: cognito._token_claims(token) for provider, token in logins.items()}
        tags = session_tags(pool.get("_principal_tags") or {}, claims)
        register(access_key, {**session, "SessionTags": [*session.get("SessionTags", []), *tags]})

    vars(sessions)["register_session"] = register_session


def identify_websocket_callers() -> None:
    """Say in a $connect event whose credentials signed it."""
    gateway = importlib.import_module("ministack.services.apigateway")
    router = importlib.import_module("ministack.core.router")
    sessions = importlib.import_module("ministack.services.sts")
    invoke, context_of = gateway._invoke_ws_lambda, gateway._ws_request_context
    caller: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar("caller")

    async def invoke_ws_lambda(*arguments: Any, **keywords: Any) -> Any:
        query = keywords.get("query_params") or {}
        key = router.extract_access_key_id({}, query) if query else None
        token = caller.set(websocket_identity(sessions._sessions.get(key) or {}))
        try:
            return await invoke(*arguments, **keywords)
        finally:
            caller.reset(token)

    def ws_request_context(*arguments: Any, **keywords: Any) -> dict[str, Any]:
        context: dict[str, Any] = context_of(*arguments, **keywords)
        return {**context, "identity": {**context["identity"], **caller.get({})}}

    vars(gateway)["_invoke_ws_lambda"] = invoke_ws_lambda
    vars(gateway)["_ws_request_context"] = ws_request_context


def reach_apis(endpoint: str) -> None:
    """Let functions whose environment holds an API's URL reach the API here."""
    worker = importlib.import_module("ministack.core.lambda_runtime").Worker
    spawn = worker._spawn

    def spawn_worker(self: Any, *arguments: Any, **keywords: Any) -> Any:
        variables = self.config.get("Environment", {}).get("Variables", {})
        reachable = {**variables, **dict(urls_in(variables, endpoint))}
        self.config = {**self.config, "Environment": {"Variables": reachable}}
        return spawn(self, *arguments, **keywords)

    worker._spawn = spawn_worker


def end_with_standard_input() -> None:
    """End this process and its workers, and remove their state, once standard input closes."""

    def wait() -> None:
        while os.read(0, 1024):
            pass
        shutil.rmtree(os.environ["STATE_DIR"], ignore_errors=True)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=wait, daemon=True, name="lifeline").start()


def main() -> None:
    """Check, wrap, serve."""
    require_version()
    if os.environ.get("DARKROOM_PLAIN_EMULATOR") != "true":
        substitute_policy_variables()
        add_dynamodb_condition_keys()
        compress_dynamodb_answers()
        let_browsers_read_denials()
        keep_messages()
        tag_sessions()
        identify_websocket_callers()
        reach_apis(f"http://127.0.0.1:{os.environ['GATEWAY_PORT']}")
    if os.getpgrp() == os.getpid():
        end_with_standard_input()
    importlib.import_module("ministack.app").main()


if __name__ == "__main__":
    main()
