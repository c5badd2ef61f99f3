"""A function's process is a copy of one that has loaded the SDK, and is like a new one."""

from __future__ import annotations

import json
import os

from local.server import Server
from tests.archives import zipped
from tests.e2e.emulator.functions import create_function, invoke
from tests.e2e.emulator.principals import client, obsolete

WHAT_IT_IS = """
import os, sys
import botocore
print("a line of the log")
def handler(event, context):
    return {
        "parent": os.getppid(),
        "variables": dict(os.environ),
        "folder": os.getcwd(),
        "path": sys.path,
        "project": [name for name in sys.modules if name.partition(".")[0] == "local"],
        "sdk": botocore.__file__,
    }
"""


def test_process_is_a_copy_that_is_like_a_new_one_when_the_patch_is_applied(
    patched: Server, plain: Server
) -> None:
    options = {"Environment": {"Variables": {"ITS_OWN": "yes"}}}
    found = invoke(patched, create_function(patched, WHAT_IT_IS, **options)[0])
    usual = invoke(plain, create_function(plain, WHAT_IT_IS, **options)[0])

    assert found["parent"] not in (patched.group, os.getpid())
    assert usual["variables"].keys() <= found["variables"].keys()
    assert found["variables"]["ITS_OWN"] == "yes"
    assert found["folder"].endswith("/code")
    assert found["project"] == []
    assert found["sdk"] == usual["sdk"]
    # The folders of the function itself have names made up for it.
    assert found["path"][2:] == usual["path"][2:]


def test_process_is_a_new_one_when_the_patch_is_missing(plain: Server) -> None:
    found = invoke(plain, create_function(plain, WHAT_IT_IS)[0])
    assert found["parent"] == plain.group, obsolete("forked_starts")


def test_sdk_is_that_of_a_layer_when_it_has_one(patched: Server) -> None:
    archive = zipped(
        {"python/botocore/__init__.py": "", "python/botocore/handlers.py": "BUILTIN_HANDLERS = []"}
    )
    layer = client(patched, "lambda").publish_layer_version(
        LayerName="sdk", Content={"ZipFile": archive}
    )["LayerVersionArn"]
    found = invoke(patched, create_function(patched, WHAT_IT_IS, Layers=[layer])[0])
    assert "/layers/" in found["sdk"]


def test_error_says_so_when_a_process_ends_by_itself_or_takes_too_long(patched: Server) -> None:
    source = """
import os, time
def handler(event, context):
    os._exit(3) if event.get("end") else time.sleep(60)
"""
    name, _ = create_function(patched, source, Timeout=1)
    for event, said in (({"end": True}, "died"), ({}, "timed out")):
        answer = client(patched, "lambda").invoke(FunctionName=name, Payload=json.dumps(event))
        assert answer["FunctionError"]
        assert said in answer["Payload"].read().decode()
