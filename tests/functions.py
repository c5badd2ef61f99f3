"""A function's module, as a cold start loads it."""

from __future__ import annotations

import importlib.util
import sys
from types import ModuleType

import pytest

from bench.deployed import functions
from local.paths import ROOT


def load_function(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The module of a function in the environment that it is deployed with, by default."""
    (deployed,) = (function for function in functions() if function.name == name)
    credentials = {
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "none",
        "AWS_SECRET_ACCESS_KEY": "none",
    }
    for variable, value in {**deployed.variables, **credentials}.items():
        monkeypatch.setenv(variable, value)
    return load_module(name)


def load_module(name: str) -> ModuleType:
    """The module of a function in the environment as it is."""
    path = ROOT / "functions" / name / "app.py"
    spec = importlib.util.spec_from_file_location(f"{name}_app", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[f"{name}_app"] = module
    spec.loader.exec_module(module)
    return module
