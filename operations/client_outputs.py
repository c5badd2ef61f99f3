"""The description of a stack that clients need, in the format of Amplify (Gen 2).

The format: https://docs.amplify.aws/react/reference/amplify_outputs/. What Darkroom adds is below
`custom`; docs/clients.md says what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from operations.api_url import api_url

FORMAT_VERSION = "1.4"


def client_outputs(
    outputs: Mapping[str, str],
    parameters: Mapping[str, str],
    password_policy: Mapping[str, Any],
    endpoint: str | None = None,
    *,
    mails_people: bool = False,
    search_url: str | None = None,
    share_urls: tuple[str, str] | None = None,
    ask_url: str | None = None,
) -> dict[str, Any]:
    """The content of `amplify_outputs.json`.

    `outputs` and `parameters` are the stack's; `password_policy` is the user pool's, as Cognito
    describes it; `endpoint` is the URL of a cloud other than AWS; `mails_people` is whether anybody
    gets what is said to people; `search_url` is where owners search, if there is a search beside
    the stack; `share_urls` are where owners make links, and what links begin with, if there is
    sharing beside it; `ask_url` is where owners ask their tables, if they can.
    """

    def reached(url: str) -> str:
        """The URL of an API as clients reach it."""
        return api_url(url, endpoint) if endpoint else url

    region = outputs["Region"]
    buckets = {"uploads": outputs["UploadsBucketName"], "processed": outputs["ProcessedBucketName"]}
    custom = {
        "region": region,
        "uploadsBucket": buckets["uploads"],
        "processedBucket": buckets["processed"],
        "imagesTable": outputs["ImagesTableName"],
        "albumsTable": outputs["AlbumsTableName"],
        "usageTable": outputs["UsageTableName"],
        "notificationsTable": outputs["NotificationsTableName"],
        "peopleTable": outputs["PeopleTableName"],
        "answersTable": outputs["AnswersTableName"],
        "liveUrl": reached(outputs["LiveUrl"]),
        "signUp": parameters["AllowSignUp"] == "true",
        "mailsPeople": mails_people,
        "kinds": parameters["Kinds"].split(","),
        "keepOtherFiles": parameters["KeepOtherFiles"] == "true",
        "binDays": int(parameters["BinDays"]),
        "maxUploadBytes": int(parameters["MaxUploadBytes"]),
        "maxTableBytes": int(parameters["MaxTableBytes"]),
        "maxVideoBytes": int(parameters["MaxVideoBytes"]),
        "maxPixels": int(parameters["MaxPixels"]),
        "maxJpegPixels": int(parameters["MaxJpegPixels"]),
        "quota": {
            "mode": parameters["QuotaMode"],
            "period": parameters["QuotaPeriod"],
            "storedBytes": int(parameters["QuotaStoredBytes"]),
            "uploadedBytes": int(parameters["QuotaUploadedBytes"]),
            "uploadedObjects": int(parameters["QuotaUploadedObjects"]),
            "minimumBytes": int(parameters["QuotaMinimumBytes"]),
        },
    }
    if search_url:
        custom["searchUrl"] = reached(search_url)
    if share_urls:
        custom["shareUrl"], custom["showUrl"] = map(reached, share_urls)
    if ask_url:
        custom["askUrl"] = reached(ask_url)
    if endpoint:
        custom["endpoint"] = endpoint
    return {
        "version": FORMAT_VERSION,
        "auth": _auth(outputs, parameters, password_policy),
        "storage": {
            "aws_region": region,
            "bucket_name": buckets["uploads"],
            "buckets": [
                {"name": name, "bucket_name": bucket, "aws_region": region}
                for name, bucket in buckets.items()
            ],
        },
        "custom": custom,
    }


def _auth(
    outputs: Mapping[str, str], parameters: Mapping[str, str], policy: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "aws_region": outputs["Region"],
        "user_pool_id": outputs["UserPoolId"],
        "user_pool_client_id": outputs["UserPoolClientId"],
        "identity_pool_id": outputs["IdentityPoolId"],
        "username_attributes": ["email"],
        "user_verification_types": ["email"],
        "standard_required_attributes": ["email"],
        "unauthenticated_identities_enabled": parameters["AllowGuests"] == "true",
        "mfa_configuration": "NONE",
        "password_policy": {
            "min_length": int(policy["MinimumLength"]),
            "require_lowercase": bool(policy["RequireLowercase"]),
            "require_uppercase": bool(policy["RequireUppercase"]),
            "require_numbers": bool(policy["RequireNumbers"]),
            "require_symbols": bool(policy["RequireSymbols"]),
        },
    }
