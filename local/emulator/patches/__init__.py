"""Where MiniStack differs from AWS: one module for each gap, which closes it.

To add one: a module whose docstring says what AWS does, what MiniStack does instead, and how to see
whether a newer version still does so; with `apply`, which replaces what has to be replaced inside
of MiniStack. Its name goes into PATCHES, and its test, which shows the gap with and without the
patch, into `tests/e2e/emulator/test_<name>.py`.

MiniStack is imported inside of `apply` alone: the tests of a module's own rules run without it.
"""

from __future__ import annotations

from local.emulator.patches import (
    api_urls,
    athena_rights,
    batch_actions,
    closed_sign_up,
    compression,
    dsql_clusters,
    dsql_databases,
    dsql_grants,
    dynamodb_condition_keys,
    fair_queues,
    forked_starts,
    http_api_callers,
    http_api_limits,
    http_api_permissions,
    http_api_settings,
    message_moves,
    object_keys,
    own_pages,
    own_processors,
    owner_key,
    policy_variables,
    preflights,
    publish_batch,
    queue_lock,
    readable_denials,
    s3_condition_keys,
    session_tags,
    shared_layers,
    stream_pollers,
    throttled_queues,
    transaction_conflicts,
    trigger_failures,
    websocket_callers,
    wildcards,
)

# In this order: queue_lock locks what fair_queues replaces, and message moves hold its lock.
PATCHES = (
    policy_variables,
    wildcards,
    dynamodb_condition_keys,
    batch_actions,
    publish_batch,
    s3_condition_keys,
    object_keys,
    session_tags,
    throttled_queues,
    trigger_failures,
    stream_pollers,
    closed_sign_up,
    websocket_callers,
    api_urls,
    http_api_settings,
    http_api_callers,
    http_api_limits,
    http_api_permissions,
    shared_layers,
    forked_starts,
    fair_queues,
    own_processors,
    queue_lock,
    message_moves,
    readable_denials,
    preflights,
    compression,
    transaction_conflicts,
    owner_key,
    own_pages,
    dsql_clusters,
    dsql_databases,
    dsql_grants,
    athena_rights,
)
