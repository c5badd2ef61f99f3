"""Who may do what: one role per function, and users with nothing but their own."""

from __future__ import annotations

from dataclasses import fields

import pytest
from darkroom.config import MarkConfig, OutputsConfig

from local.template import TEMPLATE, of_type, steps
from tests.template.model import (
    CONDITIONS,
    FUNCTIONS,
    PARAMETERS,
    RESOURCES,
    FunctionSection,
    Grant,
    as_list,
    grants,
    names_in,
    policies_of,
)

SUB = "${!cognito-identity.amazonaws.com:sub}"  # as Fn::Sub writes the variable
OWN_KEY = ["${cognito-identity.amazonaws.com:sub}"]
WRITES = {f"dynamodb:{verb}Item" for verb in ("Put", "Update", "Delete")}
PROCESSORS = list(steps())
USER_POLICY = RESOURCES["UserPolicy"]["Properties"]["PolicyDocument"]
USER_GRANTS = grants(USER_POLICY)
ROLES = of_type("AWS::IAM::Role")

PUBLISHERS = {
    **{step: {"ProcessedTopic"} for step in steps()},  # the receipt of the last step
    "relay": {"UploadsTopic", "RemovalsTopic"},
    "notify": {"NotificationsTopic"},
    "retry": {"NotificationsTopic", "UploadsTopic"},
    "fail": {"NotificationsTopic"},
    "admit": {"LoginsTopic"},
    "digest": {"MessagesTopic"},
    "remind": {"MessagesTopic"},
    "reconcile": {"UploadsTopic", "RemovalsTopic"},
}
CLAIM, IDENTITY_CLAIM = "admission", "identity"  # as in functions/admit/app.py
each_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)


def named(*names: str) -> list[FunctionSection]:
    return [function for function in FUNCTIONS if function.name in names]


def readable(grant: Grant) -> str:
    return f"{grant.action} {grant.resource}"


def test_reason_stands_beside_it_when_something_is_granted() -> None:
    lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
    unexplained = [
        number + 1
        for number, line in enumerate(lines)
        if line.strip().startswith(("- Effect:", "Effect:"))
        and not lines[number - 1].strip().startswith("# ")
        and "sts:AssumeRole" not in "".join(lines[number : number + 5])
    ]
    assert unexplained == []


def test_no_grant_covers_everything_when_policies_are_read() -> None:
    everywhere = [
        readable(grant)
        for document in [
            USER_POLICY,
            *(policy["PolicyDocument"] for role in ROLES for policy in policies_of(role)),
        ]
        for grant in grants(document)
        if grant.target.startswith(("*", "arn:")) or "*" in grant.action
    ]
    assert everywhere == []


@pytest.mark.parametrize("name", of_type("AWS::IAM::Policy"))
def test_policy_is_for_one_role_when_it_is_attached(name: str) -> None:
    (role,) = names_in(RESOURCES[name]["Properties"]["Roles"])
    assert role.endswith("Role")
    assert name.startswith(role.removesuffix("Role"))


@pytest.mark.parametrize("role", ROLES)
def test_policies_of_a_role_differ_in_name_when_one_would_replace_the_other(role: str) -> None:
    names = [policy["PolicyName"] for policy in policies_of(role)]
    assert len(set(names)) == len(names)


def test_no_managed_policy_of_aws_is_attached_when_roles_are_made() -> None:
    attached = {
        name: role["ManagedPolicyArns"]
        for name, role in ROLES.items()
        if role.get("ManagedPolicyArns", []) != []
    }
    assert attached == {
        "UserRole": [{"Ref": "UserPolicy"}],
        "GuestRole": [{"Ref": "UserPolicy"}],
    }


@each_function
def test_role_is_its_own_when_function_runs(function: FunctionSection) -> None:
    assert function.properties["Role"] == {"Fn::GetAtt": [f"{function.prefix}Role", "Arn"]}
    assert "Policies" not in function.properties  # SAM ignores them beside a role
    (trust,) = function.role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "lambda.amazonaws.com"}


@each_function
def test_function_touches_its_own_log_and_queue_only_when_it_runs(
    function: FunctionSection,
) -> None:
    touched = {
        (grant.action.split(":")[0], grant.target)
        for grant in function.grants
        if grant.action.split(":")[0] in ("logs", "sqs")
    }
    queue = {("sqs", f"{function.prefix}Queue")} if function.has_queue else set()
    if function.name == "fail":
        watched = ("relay", *PROCESSORS, "notify")
        queue = {("sqs", f"{step.title()}DeadLetterQueue") for step in watched}
    assert touched == {("logs", f"{function.prefix}LogGroup"), *queue}


def test_dead_letter_stays_when_it_is_looked_at() -> None:
    (fail,) = named("fail")
    actions = {grant.action for grant in fail.grants if grant.action.startswith("sqs:")}
    assert actions == {
        "sqs:GetQueueAttributes", "sqs:ReceiveMessage", "sqs:ChangeMessageVisibility",
    }  # fmt: skip


def test_only_convert_says_when_its_messages_come_again() -> None:
    """Its runs take so long that a queue's own time would be an hour and a half."""
    action = "sqs:ChangeMessageVisibility"
    may = {
        (function.name, queue)
        for function in FUNCTIONS
        for queue in of_type("AWS::SQS::Queue")
        if function.may(action, queue) and function.name != "fail"
    }
    assert may == {("convert", "ConvertQueue")}


@each_function
def test_photo_is_never_written_or_deleted_when_function_runs(function: FunctionSection) -> None:
    for action in ("s3:PutObject", "s3:DeleteObject", "s3:DeleteObjectVersion"):
        is_emptying = (function.name, action) == ("empty", "s3:DeleteObject")
        assert function.may(action, "UploadsBucket") is is_emptying


def test_photo_is_deleted_only_by_its_etag_when_a_bin_is_emptied() -> None:
    (empty,) = named("empty")
    (grant,) = [grant for grant in empty.grants if grant.action == "s3:DeleteObject"]
    assert (grant.target, grant.path) == ("UploadsBucket", "/users/*")
    assert grant.condition == {"Null": {"s3:if-match": "false"}}


def test_what_owners_say_is_all_of_a_file_s_item_that_is_written_when_they_answer() -> None:
    (accept,) = named("accept")
    (grant,) = [
        grant for grant in accept.grants
        if grant.action == "dynamodb:UpdateItem" and "ImagesTable" in str(grant.resource)
    ]  # fmt: skip
    allowed = grant.condition["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert set(allowed) == {
        "identity_id", "image", "uploaded_at", "favourite", "albums", "binned_at", "bin_until",
        "bin_day",
    }  # fmt: skip
    assert grant.condition["Null"]["dynamodb:Attributes"] == "false"


@each_function
def test_no_table_is_scanned_when_function_runs(function: FunctionSection) -> None:
    scanned = {grant.target for grant in function.grants if grant.action == "dynamodb:Scan"}
    # On a schedule, a page at a time: users of whom no file is left are found nowhere else, nor are
    # answers that the stream lost.
    allowed = {"reconcile": {"UsageTable"}, "accept": {"AnswersTable"}}
    assert scanned == allowed.get(function.name, set())


@each_function
def test_photo_is_not_read_when_function_neither_tells_kinds_nor_looks_at_pixels(
    function: FunctionSection,
) -> None:
    """Relay tells a file's kind, and whoever opens its item does, by the first bytes.

    S3 asks who deletes by an ETag for this right, too:
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-deletes.html
    """
    opens = any(
        (grant.action, grant.target) == ("dynamodb:PutItem", "ImagesTable")
        for grant in function.grants
    )
    deletes = function.may("s3:DeleteObject", "UploadsBucket")
    tells = opens or function.name == "relay"
    assert function.may("s3:GetObject", "UploadsBucket") is (tells or deletes)


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("thumbnail", {"thumbnail-*"}),
        ("watermark", {"watermark.jpg"}),
        ("transcode", {"web.*"}),
        ("metadata", {"details.json"}),
        ("profile", {"table.json", "data.parquet", "rejects.csv"}),
        ("quota", set()),
    ],
)
def test_processor_writes_its_own_files_only_when_it_is_done(name: str, files: set[str]) -> None:
    (function,) = named(name)
    for action in ("s3:PutObject", "s3:DeleteObject"):
        paths = {
            grant.path
            for grant in function.grants
            if grant.action == action and grant.target == "ProcessedBucket"
        }
        assert paths == {f"/users/*/{file}" for file in files}


@each_function
def test_picture_that_marks_is_read_by_those_who_draw_it(function: FunctionSection) -> None:
    read = {grant.action for grant in function.grants if grant.path == "/assets/*"}
    draws = function.name in {"watermark", "convert"}
    assert read == ({"s3:GetObject"} if draws else set())


def test_convert_reads_no_picture_when_videos_are_not_marked() -> None:
    (convert,) = [
        policy for policy in policies_of("ConvertRole") if policy["PolicyName"] == "convert"
    ]
    statements = convert["PolicyDocument"]["Statement"]
    (choice,) = [statement["Fn::If"] for statement in statements if "Fn::If" in statement]
    assert (choice[0], choice[2]) == ("MarksVideos", {"Ref": "AWS::NoValue"})
    assert CONDITIONS["MarksVideos"] == {"Fn::Equals": [{"Ref": "VideoWatermark"}, "true"]}
    assert PARAMETERS["VideoWatermark"]["Default"] == "false"
    always = {"Statement": [statement for statement in statements if "Fn::If" not in statement]}
    assert "/assets/*" not in {grant.path for grant in grants(always)}


def test_videos_and_pictures_have_one_watermark_when_parameters_are_set() -> None:
    (watermark, convert) = named("watermark", "convert")
    shared = {field.name.upper() for field in fields(MarkConfig)} - {
        field.name.upper() for field in fields(OutputsConfig)
    }
    assert len(shared) == 5
    for name in shared:
        assert convert.environment[name] == watermark.environment[name]


@pytest.mark.parametrize("function", named("notify", "cleanup"), ids=lambda f: f.name)
def test_no_output_is_written_when_function_is_no_processor(function: FunctionSection) -> None:
    assert not function.may("s3:PutObject", "ProcessedBucket")


@pytest.mark.parametrize(
    ("name", "bucket"),
    [
        *((name, "UploadsBucket") for name in (*PROCESSORS, "cleanup", "fail")),
        *((name, "ProcessedBucket") for name in ("notify", "fail")),
    ],
)
def test_missing_object_says_404_when_it_is_asked_for(name: str, bucket: str) -> None:
    (function,) = named(name)
    (grant,) = [g for g in function.grants if (g.action, g.target) == ("s3:ListBucket", bucket)]
    assert grant.condition == {}  # a GET names no prefix, so a condition on one may not hold


@each_function
def test_ledger_and_usage_move_only_when_it_is_what_a_function_is_for(
    function: FunctionSection,
) -> None:
    tables = {
        grant.target
        for grant in function.grants
        if grant.action in WRITES and not grant.path.startswith("/stream/")
    }
    # Reconcile subtracts from the counters what the ledger does not say.
    allowed = {
        "quota": {"LedgerTable", "UsageTable"},
        "retry": {"LedgerTable", "UsageTable"},
        "reconcile": {"UsageTable"},
    }
    assert tables & {"LedgerTable", "UsageTable"} == allowed.get(function.name, set())


@pytest.mark.parametrize("function", named("admit", "quota", "retry"), ids=lambda f: f.name)
def test_usage_of_all_identities_is_found_when_a_login_has_had_several(
    function: FunctionSection,
) -> None:
    read = {(g.action, g.target + g.path) for g in function.grants if g.target == "PeopleTable"}
    assert read == {
        ("dynamodb:GetItem", "PeopleTable"),
        ("dynamodb:Query", "PeopleTable/index/by-subject"),
    }
    assert function.may("dynamodb:GetItem", "UsageTable")


@each_function
def test_people_are_told_only_when_it_is_what_a_function_is_for(function: FunctionSection) -> None:
    published = {g.target for g in function.grants if g.action == "sns:Publish"}
    assert published == PUBLISHERS.get(function.name, set())


def test_reconcile_reads_no_file_when_it_compares() -> None:
    (reconcile,) = named("reconcile")
    assert not any(grant.action == "s3:GetObject" for grant in reconcile.grants)
    assert not reconcile.may("s3:PutObject", "ProcessedBucket")


def test_user_reaches_own_objects_only_when_they_ask_s3() -> None:
    paths = {
        (grant.action, grant.target, grant.path)
        for grant in USER_GRANTS
        if grant.action.startswith("s3:") and grant.action != "s3:ListBucket"
    }
    uploads = ["Get", "Put", "Delete"]
    assert paths == {
        *((f"s3:{verb}Object", "UploadsBucket", f"/users/{SUB}/?*") for verb in uploads),
        ("s3:AbortMultipartUpload", "UploadsBucket", f"/users/{SUB}/?*"),
        ("s3:ListMultipartUploadParts", "UploadsBucket", f"/users/{SUB}/?*"),
        ("s3:GetObject", "ProcessedBucket", f"/users/{SUB}/*"),
    }


def test_user_lists_own_folder_only_when_they_list() -> None:
    listed = [grant for grant in USER_GRANTS if grant.action == "s3:ListBucket"]
    assert {grant.target for grant in listed} == {"UploadsBucket", "ProcessedBucket"}
    for grant in listed:
        assert grant.condition == {"StringLike": {"s3:prefix": f"users/{OWN_KEY[0]}/*"}}


def _user_table_grants() -> list[Grant]:
    return [grant for grant in USER_GRANTS if grant.action.startswith("dynamodb:")]


@pytest.mark.parametrize("grant", _user_table_grants(), ids=readable)
def test_user_reaches_own_items_only_when_they_ask_dynamodb(grant: Grant) -> None:
    keys = grant.condition["ForAllValues:StringEquals"]["dynamodb:LeadingKeys"]
    assert keys == OWN_KEY
    # ForAllValues holds for a request without keys: that must be refused by itself.
    assert grant.condition["Null"]["dynamodb:LeadingKeys"] == "false"


def test_user_has_no_other_access_when_they_ask_dynamodb() -> None:
    reads = {"dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:Query"}
    allowed: dict[str, set[str]] = {}
    for grant in _user_table_grants():
        allowed.setdefault(grant.target + grant.path, set()).add(grant.action)
    assert allowed == {
        "ImagesTable": reads,
        "ImagesTable/index/newest-first": reads,
        "AlbumsTable": reads,
        "UsageTable": reads,
        "NotificationsTable": reads,
        "PeopleTable": reads,
        "AnswersTable": {"dynamodb:UpdateItem"},
    }


def test_user_sets_known_attributes_only_when_they_answer() -> None:
    (grant,) = [grant for grant in USER_GRANTS if grant.target == "AnswersTable"]
    allowed = grant.condition["ForAllValues:StringEquals"]["dynamodb:Attributes"]
    assert allowed == [
        *("identity_id", "about", "seen", "response", "muted"),
        *("favourite", "binned", "name", "cover", "rank", "gone"),
    ]
    assert grant.condition["Null"]["dynamodb:Attributes"] == "false"
    returned = grant.condition["StringEqualsIfExists"]["dynamodb:ReturnValues"]
    assert set(returned) == {"NONE", "UPDATED_OLD", "UPDATED_NEW"}


@each_function
def test_what_users_write_is_read_by_one_function_when_they_answer(
    function: FunctionSection,
) -> None:
    touched = {grant.action for grant in function.grants if grant.target == "AnswersTable"}
    assert bool(touched) is (function.name == "accept")
    of_stream = [source for source in function.sources if "AnswersTable" in names_in(source)]
    assert bool(of_stream) is (function.name == "accept")


def test_user_connects_and_sends_nothing_when_they_follow_live() -> None:
    (grant,) = [grant for grant in USER_GRANTS if grant.action.startswith("execute-api:")]
    assert grant.action == "execute-api:Invoke"
    assert grant.resource.endswith(":${LiveApi}/${LiveStage}/$connect")


@pytest.mark.parametrize(
    ("key", "allowed"),
    [
        ("aws:PrincipalTag/admission", "open"),
        ("aws:PrincipalTag/identity", OWN_KEY[0]),
        ("s3:x-amz-storage-class", ["STANDARD", "INTELLIGENT_TIERING"]),
        ("s3:x-amz-server-side-encryption", "AES256"),
        ("s3:x-amz-server-side-encryption-customer-algorithm", None),
    ],
)
def test_upload_is_denied_when_it_says_anything_but_what_is_allowed(
    key: str, allowed: str | list[str] | None
) -> None:
    denied = [s for s in USER_POLICY["Statement"] if s["Effect"] == "Deny"]
    assert len(denied) == 5
    (deny,) = [s for s in denied if key in s["Condition"]["Null"]]
    assert deny["Action"] == "s3:PutObject"
    assert deny["Resource"] == {"Fn::Sub": "${UploadsBucket.Arn}/*"}
    # An upload that says nothing passes: negated operators hold for a key that is missing.
    missing_passes = {"Null": {key: "false"}}
    only = {"StringNotEquals": {key: allowed}} if allowed else {}
    assert deny["Condition"] == {**only, **missing_passes}


def test_token_s_claim_becomes_the_tag_that_the_policy_reads() -> None:
    tag = RESOURCES["IdentityPoolPrincipalTag"]["Properties"]
    assert tag["PrincipalTags"] == {"admission": CLAIM, "identity": IDENTITY_CLAIM}
    assert tag["IdentityProviderName"] == {"Fn::GetAtt": ["UserPool", "ProviderName"]}
    assert RESOURCES["UserPool"]["Properties"]["LambdaConfig"] == {
        "PreTokenGeneration": {"Fn::GetAtt": ["AdmitFunction", "Arn"]},
        "DefineAuthChallenge": {"Fn::GetAtt": ["VouchFunction", "Arn"]},
    }


def test_socket_opens_to_signed_requests_only_when_somebody_connects() -> None:
    routes = {route["RouteKey"]: route for route in of_type("AWS::ApiGatewayV2::Route").values()}
    assert set(routes) == {"$connect", "$disconnect", "$default"}
    assert routes["$connect"]["AuthorizationType"] == "AWS_IAM"


@pytest.mark.parametrize("name", of_type("AWS::Lambda::Permission"))
def test_one_caller_only_is_let_in_when_a_service_invokes_a_function(name: str) -> None:
    permission = RESOURCES[name]["Properties"]
    assert permission["Action"] == "lambda:InvokeFunction"
    assert permission["Principal"].endswith(".amazonaws.com")
    assert permission["SourceArn"]


def test_account_is_safe_when_somebody_guesses() -> None:
    client = RESOURCES["UserPoolClient"]["Properties"]
    assert client["GenerateSecret"] is False
    assert client["PreventUserExistenceErrors"] == "ENABLED"
    assert client["EnableTokenRevocation"] is True
    assert RESOURCES["UserPool"]["Properties"]["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12


def test_user_policy_touches_nothing_else_when_it_is_read() -> None:
    assert {grant.action.split(":")[0] for grant in USER_GRANTS} == {
        "s3",
        "dynamodb",
        "execute-api",
    }


@pytest.mark.parametrize(
    ("role", "amr"), [("UserRole", "authenticated"), ("GuestRole", "unauthenticated")]
)
def test_role_is_for_this_pool_only_when_it_is_assumed(role: str, amr: str) -> None:
    (trust,) = ROLES[role]["AssumeRolePolicyDocument"]["Statement"]
    tags = ["sts:TagSession"] if role == "UserRole" else []
    assert as_list(trust["Action"]) == ["sts:AssumeRoleWithWebIdentity", *tags]
    assert trust["Principal"] == {"Federated": "cognito-identity.amazonaws.com"}
    assert trust["Condition"] == {
        "StringEquals": {"cognito-identity.amazonaws.com:aud": {"Ref": "IdentityPool"}},
        "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": amr},
    }


def test_guests_stay_out_when_they_are_not_allowed() -> None:
    assert RESOURCES["GuestRole"]["Condition"] == "AllowsGuests"
    pool = RESOURCES["IdentityPool"]["Properties"]
    assert pool["AllowUnauthenticatedIdentities"] == {"Fn::If": ["AllowsGuests", True, False]}
    assert pool["AllowClassicFlow"] is False


def test_user_pool_is_of_the_cheapest_tier_when_it_is_made() -> None:
    """The default tier, ESSENTIALS, costs three times as much for each person of a month."""
    assert RESOURCES["UserPool"]["Properties"]["UserPoolTier"] == "LITE"


def test_mails_of_sign_up_come_from_ses_when_it_has_an_identity() -> None:
    """Cognito's own end at some 50 a day."""
    with_ses, without = RESOURCES["UserPool"]["Properties"]["EmailConfiguration"]["Fn::If"][1:]
    assert with_ses == {
        "EmailSendingAccount": "DEVELOPER",
        "SourceArn": {"Ref": "MailIdentityArn"},
        "From": {"Fn::If": ["HasMailFrom", {"Ref": "MailFrom"}, {"Ref": "AWS::NoValue"}]},
    }
    assert without == {"EmailSendingAccount": "COGNITO_DEFAULT"}
    condition = RESOURCES["UserPool"]["Properties"]["EmailConfiguration"]["Fn::If"][0]
    assert CONDITIONS[condition] == {"Fn::Not": [{"Fn::Equals": [{"Ref": "MailIdentityArn"}, ""]}]}


def test_nobody_signs_up_when_the_stack_does_not_say_so() -> None:
    created = RESOURCES["UserPool"]["Properties"]["AdminCreateUserConfig"]
    assert created == {"AllowAdminCreateUserOnly": {"Fn::If": ["AllowsSignUp", False, True]}}


def test_tokens_are_old_after_five_minutes_when_somebody_keeps_them() -> None:
    client = RESOURCES["UserPoolClient"]["Properties"]
    assert client["TokenValidityUnits"] == {"IdToken": "minutes", "AccessToken": "minutes"}
    assert (client["IdTokenValidity"], client["AccessTokenValidity"]) == (5, 5)


def test_one_client_with_a_secret_signs_in_without_password_when_introduce_asks() -> None:
    clients = of_type("AWS::Cognito::UserPoolClient")
    custom = [name for name in clients if "ALLOW_CUSTOM_AUTH" in clients[name]["ExplicitAuthFlows"]]
    assert custom == ["IntroductionClient"]
    assert clients["IntroductionClient"]["GenerateSecret"] is True
    assert clients["IntroductionClient"]["ExplicitAuthFlows"] == ["ALLOW_CUSTOM_AUTH"]
    impersonators = {
        function.name
        for function in FUNCTIONS
        if any(grant.action == "cognito-idp:AdminInitiateAuth" for grant in function.grants)
    }
    assert impersonators == {"introduce"}
    assert {f.name for f in named("introduce") if f.may("dynamodb:PutItem", "IdempotencyTable")}
