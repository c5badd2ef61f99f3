"""The environments of samconfig.toml: dev, which is the default, prod and local."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from local.cloud import PARAMETERS, STACK
from local.paths import BUILD, ROOT
from tests.template.model import PARAMETERS as DECLARED

CONFIG: dict[str, Any] = tomllib.loads((ROOT / "samconfig.toml").read_text())
ENVIRONMENTS = ["default", "dev", "prod", "local"]


def overrides(environment: str) -> dict[str, str]:
    text = CONFIG[environment]["deploy"]["parameters"].get("parameter_overrides", "")
    return dict(pair.split("=") for pair in text.split())


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_overrides_are_accepted_when_an_environment_is_deployed(environment: str) -> None:
    for name, value in overrides(environment).items():
        declared = DECLARED[name]
        assert value in [str(each) for each in declared.get("AllowedValues", [value])]


def test_dev_is_deployed_when_no_environment_is_named() -> None:
    assert CONFIG["dev"].items() <= CONFIG["default"].items()


def test_stacks_stay_apart_when_dev_and_prod_share_an_account() -> None:
    names = [CONFIG[each]["global"]["parameters"]["stack_name"] for each in ("dev", "prod")]

    assert names == ["darkroom-dev", "darkroom"]


@pytest.mark.parametrize("environment", ["default", "dev", "prod"])
def test_stack_is_closed_to_strangers_when_nobody_asks_for_more(environment: str) -> None:
    for name in ("AllowSignUp", "AllowGuests"):
        assert DECLARED[name]["Default"] == "false"
        assert name not in overrides(environment)


def test_nothing_is_loosened_when_prod_is_deployed() -> None:
    assert overrides("prod") == {}
    assert CONFIG["prod"]["deploy"]["parameters"]["confirm_changeset"] is True


def test_local_cloud_is_deployed_alike_when_by_hand_or_by_make() -> None:
    local = CONFIG["local"]

    assert overrides("local") == PARAMETERS
    assert local["global"]["parameters"]["stack_name"] == STACK
    assert local["build"]["parameters"]["build_dir"] == str(BUILD.relative_to(ROOT))
