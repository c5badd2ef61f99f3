"""What GitHub runs for this repository: pinned, with few permissions and without stored keys."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).parents[3]
TEXTS = {
    path.name: path.read_text(encoding="utf-8")
    for path in (ROOT / ".github/workflows").glob("*.y*ml")
}
WORKFLOWS: dict[str, dict[Any, Any]] = {name: yaml_parse(text) for name, text in TEXTS.items()}
JOBS: dict[str, dict[str, Any]] = {
    f"{name}: {job_name}": job
    for name, workflow in WORKFLOWS.items()
    for job_name, job in workflow["jobs"].items()
}
STEPS: list[dict[str, Any]] = [step for job in JOBS.values() for step in job.get("steps", [])]
DEPLOY = JOBS["deploy.yml: deploy"]


def commands(job: dict[str, Any]) -> list[str]:
    return [step["run"] for step in job["steps"] if "run" in step]


def options_of(action: str) -> list[dict[str, Any]]:
    return [step.get("with", {}) for step in STEPS if step.get("uses", "").startswith(f"{action}@")]


@pytest.mark.parametrize("name", TEXTS)
def test_action_cannot_change_unseen_when_it_is_pinned_by_commit(name: str) -> None:
    used = re.findall(r"^\s*(?:- )?uses: (.+)$", TEXTS[name], re.MULTILINE)

    assert used
    for action in used:
        # A workflow of this repository is of the same commit; any other action names its release.
        assert re.fullmatch(r"\./\S+|[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action), action


@pytest.mark.parametrize("name", TEXTS)
def test_no_key_is_stored_when_a_workflow_reaches_aws(name: str) -> None:
    assert not re.search(r"\bsecrets\b|access[-_]key|AKIA", TEXTS[name], re.IGNORECASE)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_workflow_reads_the_code_only_when_no_job_asks_for_more(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {"contents": "read"}


@pytest.mark.parametrize("name", JOBS)
def test_job_gets_an_identity_only_when_its_environment_was_approved(name: str) -> None:
    permissions = JOBS[name].get("permissions", {})

    assert permissions.items() <= {"contents": "read", "id-token": "write"}.items()
    assert ("id-token" in permissions) == ("environment" in JOBS[name])


def test_checkout_leaves_no_credentials_when_later_steps_run() -> None:
    checkouts = options_of("actions/checkout")

    assert checkouts
    assert all(options["persist-credentials"] is False for options in checkouts)


def test_everything_is_checked_with_the_whole_history_when_code_is_pushed() -> None:
    check = JOBS["check.yml: check"]

    assert commands(check)[-1] == ".ci/run"
    assert check["steps"][0]["with"]["fetch-depth"] == 0


def test_functions_own_python_is_there_when_a_workflow_runs() -> None:
    runtime = re.search(r"Runtime: python([\d.]+)", (ROOT / "template.yaml").read_text())
    versions = [options["python-version"] for options in options_of("actions/setup-python")]

    assert runtime is not None
    assert set(versions) == {runtime[1]}


def test_release_is_deployed_only_when_it_passed_every_check() -> None:
    # YAML 1.1, which this reader follows, takes the word `on` for true.
    assert WORKFLOWS["deploy.yml"][True] == {"push": {"tags": ["v*"]}}
    assert JOBS["deploy.yml: check"] == {"uses": "./.github/workflows/check.yml"}
    assert DEPLOY["needs"] == "check"


def test_aws_trusts_the_approved_job_alone_when_the_role_is_as_documented() -> None:
    text = (ROOT / "docs/deploy.md").read_text(encoding="utf-8")
    (policy,) = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    (statement,) = json.loads(policy)["Statement"]
    conditions = statement["Condition"]["StringEquals"]
    issuer = "token.actions.githubusercontent.com"

    assert statement["Action"] == "sts:AssumeRoleWithWebIdentity"
    assert statement["Principal"]["Federated"].endswith(f":oidc-provider/{issuer}")
    assert conditions.keys() == {f"{issuer}:aud", f"{issuer}:sub"}
    assert conditions[f"{issuer}:sub"].endswith(f":environment:{DEPLOY['environment']}")
    assert "*" not in policy


def test_nobody_is_waited_for_when_the_production_stack_is_deployed() -> None:
    build, deploy, *_ = commands(DEPLOY)

    assert build == "make build"
    assert deploy == ".venv/bin/sam deploy --config-env prod --no-confirm-changeset"


def test_nothing_is_fetched_when_a_hook_runs_before_a_commit() -> None:
    config = yaml_parse((ROOT / ".pre-commit-config.yaml").read_text())
    hooks = [hook for repository in config["repos"] for hook in repository["hooks"]]

    assert [repository["repo"] for repository in config["repos"]] == ["local"]
    assert hooks
    for hook in hooks:
        assert hook["language"] == "system"
        assert hook["entry"].startswith(".venv/bin/")
