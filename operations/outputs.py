"""`make outputs`: write the description of the stack that clients need to a file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from operations.arguments import Arguments
from operations.aws_errors import explained
from operations.beside import outputs_beside
from operations.client_outputs import client_outputs
from operations.command import CommandError, run_command
from operations.deployment import Deployment, find_deployment
from operations.screen import console

DEFAULT_FILE = "amplify_outputs.json"


@explained()
def main() -> int:
    """The exit status, after writing the file that OUTPUT names."""
    path = Path(Arguments.of_environment().text("OUTPUT", DEFAULT_FILE))
    deployment = find_deployment()
    write(path, describe(deployment))
    console.print(f"{path}: what clients need to know of {deployment.where}")
    return 0


def describe(deployment: Deployment) -> dict[str, Any]:
    """The content of `amplify_outputs.json` for a deployment."""
    stack = deployment.client("cloudformation").describe_stacks(StackName=deployment.stack)
    parameters = stack["Stacks"][0]["Parameters"]
    pool = deployment.client("cognito-idp").describe_user_pool(
        UserPoolId=deployment.output("UserPoolId")
    )["UserPool"]
    share = outputs_beside(deployment, "share")
    return client_outputs(
        deployment.outputs,
        {each["ParameterKey"]: each["ParameterValue"] for each in parameters},
        pool["Policies"]["PasswordPolicy"],
        deployment.endpoint,
        mails_people=mails_people(deployment),
        search_url=(outputs_beside(deployment, "search") or {}).get("SearchUrl"),
        share_urls=(share["ShareUrl"], share["ShowUrl"]) if share else None,
        ask_url=(outputs_beside(deployment, "athena") or {}).get("AskUrl"),
    )


def mails_people(deployment: Deployment) -> bool:
    """Whether anybody, or anything that mails people, is subscribed to what is said to them."""
    topic = deployment.output("MessagesTopicArn")
    found = deployment.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    # One that waits for its confirmation has no ARN yet.
    return any(each["SubscriptionArn"].startswith("arn:") for each in found)


def write(path: Path, content: dict[str, Any]) -> None:
    """Write the content to a path, as JSON.

    Raises:
        CommandError: the file cannot be written.
    """
    try:
        path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise CommandError(f"{path} cannot be written: {error.strerror}") from error


if __name__ == "__main__":
    run_command(main)
