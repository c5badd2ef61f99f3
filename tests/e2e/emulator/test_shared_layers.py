"""Functions with the same layer load it from the same files."""

from __future__ import annotations

from local.server import Server
from tests.archives import zipped
from tests.e2e.emulator.functions import create_function, invoke
from tests.e2e.emulator.principals import client, obsolete

WHERE = """
import shared
def handler(event, context):
    return [shared.__file__, shared.NAME]
"""


def layers_of_two_functions(server: Server) -> list[tuple[str, str]]:
    """Where each function finds the module of the layer, and what the module holds."""
    archive = zipped({"python/shared.py": "NAME = 'of the layer'"})
    layer = client(server, "lambda").publish_layer_version(
        LayerName="shared", Content={"ZipFile": archive}
    )["LayerVersionArn"]
    names = [create_function(server, WHERE, Layers=[layer])[0] for _ in range(2)]
    return [tuple(invoke(server, name)) for name in names]


def test_layer_is_loaded_from_one_place_when_the_patch_is_applied(patched: Server) -> None:
    first, second = layers_of_two_functions(patched)
    assert first == second
    assert first[1] == "of the layer"


def test_layer_is_unpacked_for_each_function_when_the_patch_is_missing(plain: Server) -> None:
    first, second = layers_of_two_functions(plain)
    assert first[0] != second[0], obsolete("shared_layers")
