"""Nothing is lost on the way: buckets, topics, queues, dead letters, alarms."""

from __future__ import annotations

from typing import Any

import pytest
from darkroom.quota.over_quota_tags import BRIEF_TAG, TAG

from local.template import of_type, steps
from tests.template.model import (
    FUNCTIONS,
    PARAMETERS,
    QUEUED,
    RESOURCES,
    TEMPLATE,
    UNQUEUED,
    FunctionSection,
    as_list,
    names_in,
    notifications_of,
    targets_of_bucket,
    topics_of,
)

FOURTEEN_DAYS = 14 * 24 * 60 * 60
AGE = "ApproximateAgeOfOldestMessage"
QUEUES = of_type("AWS::SQS::Queue")
DEAD_LETTER_QUEUES = [name for name in QUEUES if name.endswith("DeadLetterQueue")]
WORK_QUEUES = [name for name in QUEUES if name not in DEAD_LETTER_QUEUES]
TOPIC_POLICIES = of_type("AWS::SNS::TopicPolicy")
QUEUE_POLICIES = of_type("AWS::SQS::QueuePolicy")
ALL_BUCKETS = of_type("AWS::S3::Bucket")
BUCKETS = {name: bucket for name, bucket in ALL_BUCKETS.items() if name != "PageBucket"}  # photos'
POOLS = ["UserPool", "UserPoolClient", "IdentityPool"]
PUBLISHERS = {
    "UploadsTopic": "s3.amazonaws.com",
    "RemovalsTopic": "s3.amazonaws.com",
    "ProcessedTopic": "s3.amazonaws.com",
    "AlarmsTopic": "cloudwatch.amazonaws.com",
}
SUBSCRIPTIONS = {
    name: properties
    for name, properties in of_type("AWS::SNS::Subscription").items()
    if properties["Protocol"] == "sqs"
}

each_function = pytest.mark.parametrize("function", FUNCTIONS, ids=lambda f: f.name)
each_queued = pytest.mark.parametrize("function", QUEUED, ids=lambda f: f.name)
each_unqueued = pytest.mark.parametrize("function", UNQUEUED, ids=lambda f: f.name)
SUBSCRIBED = [function for function in QUEUED if function.name != "relay"]
STREAMS = [source for function in UNQUEUED for source in function.sources if "Stream" in source]


def alarms_on(queue: str, metric: str) -> list[str]:
    return [
        name
        for name, alarm in of_type("AWS::CloudWatch::Alarm").items()
        if alarm["MetricName"] == metric
        and any(
            dimension["Name"] == "QueueName" and queue in names_in(dimension["Value"])
            for dimension in alarm["Dimensions"]
        )
        and "AlarmsTopic" in names_in(alarm["AlarmActions"])
    ]


@each_queued
def test_message_stays_hidden_for_six_timeouts_when_function_runs(
    function: FunctionSection,
) -> None:
    queue = QUEUES[f"{function.prefix}Queue"]
    assert queue["VisibilityTimeout"] >= 6 * function.properties["Timeout"]


@each_queued
def test_message_outlives_five_failed_attempts_when_it_waits(function: FunctionSection) -> None:
    queue = QUEUES[f"{function.prefix}Queue"]
    attempts = queue["RedrivePolicy"]["maxReceiveCount"]
    assert attempts * queue["VisibilityTimeout"] < queue["MessageRetentionPeriod"]


@pytest.mark.parametrize("name", WORK_QUEUES)
def test_message_is_dead_lettered_when_it_failed_five_times(name: str) -> None:
    redrive = QUEUES[name]["RedrivePolicy"]
    assert redrive["maxReceiveCount"] >= 5
    target = name.removesuffix("Queue") + "DeadLetterQueue"
    assert list(names_in(redrive["deadLetterTargetArn"])) == [target]
    assert target in QUEUES


@pytest.mark.parametrize("name", DEAD_LETTER_QUEUES)
def test_dead_letter_is_kept_and_alarms_when_it_arrives(name: str) -> None:
    assert QUEUES[name]["MessageRetentionPeriod"] == FOURTEEN_DAYS
    (alarm,) = alarms_on(name, "ApproximateNumberOfMessagesVisible")
    properties = RESOURCES[alarm]["Properties"]
    assert properties["Threshold"] == 0
    # Looking at a letter hides it for a moment: that must not end the alarm.
    assert (properties["DatapointsToAlarm"], properties["EvaluationPeriods"]) == (1, 5)
    assert properties["ComparisonOperator"] == "GreaterThanThreshold"
    # SQS reports nothing of a queue after six hours in which nobody used it: the alarm goes on.
    assert properties["TreatMissingData"] == "ignore"


@pytest.mark.parametrize("name", WORK_QUEUES)
def test_alarm_is_raised_when_messages_wait_too_long(name: str) -> None:
    (alarm,) = alarms_on(name, AGE)
    assert RESOURCES[alarm]["Properties"]["Threshold"] == {"Ref": "QueueAgeAlarmSeconds"}


@pytest.mark.parametrize("name", WORK_QUEUES)
def test_age_alarm_is_silent_when_messages_wait_only_as_long_as_they_are_told_to(
    name: str,
) -> None:
    """A message may be delayed, and be hidden once more after an attempt that failed.

    It is then older than the alarm allows for so long, and touches one period more than fit in it.
    """
    delay = QUEUES[name].get("DelaySeconds", 0)
    longest = PARAMETERS[delay["Ref"]]["MaxValue"] if isinstance(delay, dict) else delay
    least = PARAMETERS["QueueAgeAlarmSeconds"]["MinValue"]
    told = longest + QUEUES[name]["VisibilityTimeout"]
    (alarm,) = (RESOURCES[each]["Properties"] for each in alarms_on(name, AGE))
    if alarm["EvaluationPeriods"] == 1:
        assert told < least
        return
    (function,) = (each for each in QUEUED if f"{each.prefix}Queue" == name)
    seconds = told + function.properties["Timeout"] - least  # the attempt that comes next, too
    assert seconds // alarm["Period"] + 1 < alarm["EvaluationPeriods"]
    assert seconds + 2 * alarm["Period"] >= alarm["EvaluationPeriods"] * alarm["Period"]


@pytest.mark.parametrize("name", WORK_QUEUES)
def test_dead_letter_outlives_queue_when_it_keeps_its_age(name: str) -> None:
    assert QUEUES[name]["MessageRetentionPeriod"] < FOURTEEN_DAYS


@pytest.mark.parametrize("name", QUEUES)
def test_messages_are_encrypted_when_they_wait(name: str) -> None:
    assert QUEUES[name]["SqsManagedSseEnabled"] is True


@each_queued
def test_neighbours_are_spared_and_concurrency_is_capped_when_batch_runs(
    function: FunctionSection,
) -> None:
    assert function.sources
    for source in function.sources:
        assert list(names_in(source["Queue"])) == [f"{function.prefix}Queue"]
        assert source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert "MaximumConcurrency" in names_in(source["ScalingConfig"]["MaximumConcurrency"])
        assert source["MaximumBatchingWindowInSeconds"] == 0


def test_people_sign_in_during_a_rush_when_the_account_has_what_the_default_is_for() -> None:
    """The least that Lambda allows a queue is 2."""
    each = int(PARAMETERS["MaximumConcurrency"]["Default"])
    assert each == 2
    # Of what comes with photos. Introduce runs once for each new login, among the four.
    filled = [function for function in QUEUED if topics_of(function) != {"LoginsTopic"}]
    relayed = TEMPLATE["Mappings"]["Concurrency"]["Relay"][str(each)] - each
    # As docs/deploy.md says, which leaves room for functions that somebody adds.
    assert each * len(filled) + relayed + 4 <= 40


def test_alarm_is_raised_when_people_cannot_sign_in_for_the_account_is_busy() -> None:
    alarm = RESOURCES["AdmitThrottlesAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Throttles")
    assert alarm["Dimensions"] == [{"Name": "FunctionName", "Value": {"Ref": "AdmitFunction"}}]
    assert (alarm["Threshold"], alarm["Statistic"]) == (0, "Sum")
    assert "AlarmsTopic" in names_in(alarm["AlarmActions"])


@each_unqueued
def test_alarm_is_raised_when_function_without_queue_fails(function: FunctionSection) -> None:
    alarm = RESOURCES[f"{function.prefix}ErrorsAlarm"]["Properties"]
    assert (alarm["Namespace"], alarm["MetricName"]) == ("AWS/Lambda", "Errors")
    assert alarm["Dimensions"] == [
        {"Name": "FunctionName", "Value": {"Ref": f"{function.prefix}Function"}}
    ]
    assert alarm["Threshold"] == 0
    assert "AlarmsTopic" in names_in(alarm["AlarmActions"])


@pytest.mark.parametrize("source", STREAMS, ids=lambda s: next(names_in(s["Stream"])))
def test_stream_moves_on_when_a_record_cannot_be_handled(source: dict[str, Any]) -> None:
    assert source["MaximumRetryAttempts"] <= 10
    assert source["MaximumRecordAgeInSeconds"] <= 86_400
    assert source["BisectBatchOnFunctionError"] is True
    (table,) = names_in(source["Stream"])
    assert "StreamSpecification" in RESOURCES[table]["Properties"]


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
def test_event_arrives_raw_and_is_kept_when_queue_refuses_it(name: str) -> None:
    subscription = SUBSCRIPTIONS[name]
    assert subscription["RawMessageDelivery"] is True
    target = subscription["RedrivePolicy"]["deadLetterTargetArn"]
    assert list(names_in(target)) == ["DeliveryDeadLetterQueue"]
    policy = QUEUE_POLICIES["DeliveryDeadLetterQueuePolicy"]
    assert next(names_in(subscription["TopicArn"])) in names_in(policy)


@pytest.mark.parametrize("name", SUBSCRIPTIONS)
def test_queue_lets_its_topic_in_when_the_subscription_is_made(name: str) -> None:
    """An event that comes before the queue's policy would be refused."""
    (queue,) = names_in(SUBSCRIPTIONS[name]["Endpoint"])
    assert f"{queue}Policy" in as_list(RESOURCES[name]["DependsOn"])


def test_step_is_told_of_its_own_kind_and_of_what_is_untold_when_files_are_uploaded() -> None:
    """What is published without a kind may be of any: by retry and reconcile, or in an update."""
    for step, kind in steps().items():
        uploads = [
            subscription
            for subscription in SUBSCRIPTIONS.values()
            if f"{step.title()}Queue" in names_in(subscription["Endpoint"])
            and "UploadsTopic" in names_in(subscription["TopicArn"])
        ]
        told = None if kind == "any" else {"kind": [{"exists": False}, kind]}
        assert [each.get("FilterPolicy") for each in uploads] == [told], step
        assert told is None or uploads[0]["FilterPolicyScope"] == "MessageBody"


@pytest.mark.parametrize("name", of_type("AWS::SNS::Topic"))
def test_topic_refuses_everybody_when_they_are_of_another_account(name: str) -> None:
    """Without a policy of its own a topic would have the one that SNS gives it."""
    account = {"AWS": {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}}
    (policy,) = [p for p in TOPIC_POLICIES.values() if name in names_in(p["Topics"])]
    for statement in policy["PolicyDocument"]["Statement"]:
        assert (statement["Effect"], statement["Resource"]) == ("Allow", {"Ref": name})
        if statement["Principal"] == account:  # who needs a policy of their own, besides
            assert set(statement["Action"]) == {"sns:Publish", "sns:Subscribe"}
            continue
        assert statement["Principal"] == {"Service": PUBLISHERS[name]}
        assert statement["Action"] == "sns:Publish"
        condition = statement["Condition"]
        assert condition["StringEquals"]["aws:SourceAccount"] == {"Ref": "AWS::AccountId"}
        assert set(condition["ArnLike"]) == {"aws:SourceArn"}


def test_relay_hears_of_the_uploads_bucket_alone_when_its_queue_is_filled() -> None:
    (statement,) = QUEUE_POLICIES["RelayQueuePolicy"]["PolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "s3.amazonaws.com"}
    assert statement["Action"] == "sqs:SendMessage"
    assert list(names_in(statement["Resource"])) == ["RelayQueue"]
    condition = statement["Condition"]
    assert condition["StringEquals"] == {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}
    assert "*-uploadsbucket-*" in str(condition["ArnLike"]["aws:SourceArn"])


@pytest.mark.parametrize("name", [name for name in QUEUE_POLICIES if name != "RelayQueuePolicy"])
def test_queue_refuses_message_when_it_comes_from_another_topic(name: str) -> None:
    (queue,) = names_in(QUEUE_POLICIES[name]["Queues"])
    assert name == f"{queue}Policy"
    for statement in QUEUE_POLICIES[name]["PolicyDocument"]["Statement"]:
        assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
        assert statement["Action"] == "sqs:SendMessage"
        assert list(names_in(statement["Resource"])) == [queue]
        assert set(names_in(statement["Condition"]["ArnEquals"]["aws:SourceArn"])) <= set(
            of_type("AWS::SNS::Topic")
        )


@pytest.mark.parametrize("function", SUBSCRIBED, ids=lambda f: f.name)
def test_queue_admits_exactly_its_topics_when_function_subscribes(
    function: FunctionSection,
) -> None:
    (statement,) = QUEUE_POLICIES[f"{function.prefix}QueuePolicy"]["PolicyDocument"]["Statement"]
    assert set(names_in(statement["Condition"])) == topics_of(function)


@pytest.mark.parametrize("step", steps())
def test_file_does_not_wait_for_ever_when_it_waits_for_a_step(step: str) -> None:
    (function,) = (function for function in QUEUED if function.name == step)
    assert function.may("sns:Publish", "ProcessedTopic")  # its receipt, where it is the last
    assert "UploadsTopic" in topics_of(function)


def test_cleanup_hears_only_of_over_quota_when_people_are_notified() -> None:
    subscription = SUBSCRIPTIONS["CleanupOverQuotaSubscription"]
    assert subscription["FilterPolicyScope"] == "MessageAttributes"
    assert subscription["FilterPolicy"] == {"kind": ["over_quota"]}


def test_events_reach_their_topics_when_objects_come_and_go() -> None:
    assert targets_of_bucket("UploadsBucket") == {
        "RelayQueue": {"s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:LifecycleExpiration:*"}
    }
    assert targets_of_bucket("ProcessedBucket") == {"ProcessedTopic": {"s3:ObjectCreated:*"}}


@pytest.mark.parametrize("name", BUCKETS)
def test_bucket_may_publish_when_its_notification_is_set(name: str) -> None:
    depends = RESOURCES[name]["DependsOn"]
    depends = [depends] if isinstance(depends, str) else depends
    assert set(depends) == {f"{target}Policy" for target in targets_of_bucket(name)}


@pytest.mark.parametrize("name", BUCKETS)
def test_only_users_objects_are_reported_when_bucket_changes(name: str) -> None:
    found = [
        {rule["Name"]: rule["Value"] for rule in entry["Filter"]["S3Key"]["Rules"]}
        for entry in notifications_of(name)
    ]
    if name == "ProcessedBucket":  # what functions of releases before 0.2.0 leave during an update
        older = ("thumbnail", "watermark", "transcode", "metadata", "quota")
        assert found == [{"suffix": f"/{step}.json"} for step in older]
    else:
        assert all(rules == {"prefix": "users/"} for rules in found)


def test_notify_is_not_woken_when_a_function_writes_its_files() -> None:
    """A receipt is a message: no file that is written now is one."""
    files = [entry["Filter"]["S3Key"]["Rules"] for entry in notifications_of("ProcessedBucket")]
    suffixes = [rules[0]["Value"] for rules in files]
    written = {
        grant.path
        for function in FUNCTIONS
        for grant in function.grants
        if (grant.action, grant.target) == ("s3:PutObject", "ProcessedBucket")
    }
    assert "/users/*/details.json" in written
    assert not [path for path in written if path.endswith(tuple(suffixes))]


@each_function
def test_function_never_starts_itself_when_it_writes(function: FunctionSection) -> None:
    heard = {
        "UploadsBucket": {"UploadsTopic", "RemovalsTopic"},
        "ProcessedBucket": {"ProcessedTopic"},
    }
    assert set(heard) == set(BUCKETS)
    for bucket, topics in heard.items():
        if topics_of(function) & topics or f"{function.prefix}Queue" in targets_of_bucket(bucket):
            assert not function.may("s3:PutObject", bucket)
    published = {grant.target for grant in function.grants if grant.action == "sns:Publish"}
    assert not published & topics_of(function)


def test_relay_passes_on_to_the_topics_of_the_uploads_bucket_when_it_hears_of_it() -> None:
    (relay,) = (function for function in QUEUED if function.name == "relay")
    published = {g.target for g in relay.grants if g.action == "sns:Publish"}
    assert published == {"UploadsTopic", "RemovalsTopic"}


@pytest.mark.parametrize("name", ALL_BUCKETS)
def test_bucket_stays_private_when_anyone_tries(name: str) -> None:
    bucket = ALL_BUCKETS[name]
    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert len(bucket["PublicAccessBlockConfiguration"]) == 4
    assert bucket["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]
    assert "ServerSideEncryptionConfiguration" in bucket["BucketEncryption"]


@pytest.mark.parametrize("name", BUCKETS)
def test_pages_reach_bucket_only_when_they_are_known(name: str) -> None:
    condition, cors, otherwise = BUCKETS[name]["CorsConfiguration"]["Fn::If"]
    assert (condition, otherwise) == ("HasPages", {"Ref": "AWS::NoValue"})
    (rule,) = cors["CorsRules"]
    hosted, with_page, without = rule["AllowedOrigins"]["Fn::If"]
    assert (hosted, without) == ("HostsPage", {"Ref": "AllowedOrigins"})
    assert set(names_in(with_page)) == {
        "HasAllowedOrigins",
        "AllowedOrigins",
        "PageDistribution",
    }


@pytest.mark.parametrize("name", BUCKETS)
def test_bucket_refuses_plain_http_when_tls_is_enforced(name: str) -> None:
    policy = RESOURCES[f"{name}Policy"]
    assert policy["Condition"] == "EnforcesTls"
    (statement,) = policy["Properties"]["PolicyDocument"]["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
    assert statement["Resource"] == [
        {"Fn::GetAtt": [name, "Arn"]},
        {"Fn::Sub": "${" + name + ".Arn}/*"},
    ]


def test_unfinished_and_refused_uploads_expire_when_their_time_is_up() -> None:
    abort, grace, brief = BUCKETS["UploadsBucket"]["LifecycleConfiguration"]["Rules"]
    assert abort["AbortIncompleteMultipartUpload"]["DaysAfterInitiation"] == 1
    for rule, tag in ((grace, TAG), (brief, BRIEF_TAG)):
        assert rule["TagFilters"] == [{"Key": key, "Value": value} for key, value in tag.items()]
    assert grace["ExpirationInDays"] == {"Ref": "OverQuotaGraceDays"}
    assert brief["ExpirationInDays"] == 1
    assert {abort["Status"], grace["Status"], brief["Status"]} == {"Enabled"}


@pytest.mark.parametrize("name", [*ALL_BUCKETS, *of_type("AWS::DynamoDB::Table"), *POOLS])
def test_data_is_retained_when_stack_goes(name: str) -> None:
    resource = RESOURCES[name]
    durable = name not in ("AnswersTable", "IdempotencyTable", "ConnectionsTable")
    assert resource["DeletionPolicy"] == ("RetainExceptOnCreate" if durable else "Delete")
    assert resource["UpdateReplacePolicy"] == ("Retain" if durable else "Delete")


def test_people_sign_in_when_their_pool_has_outlived_the_stack() -> None:
    """A pool whose trigger is gone signs nobody in: the function stays, and all that it needs."""
    triggers = RESOURCES["UserPool"]["Properties"]["LambdaConfig"]
    (function,) = names_in(triggers["PreTokenGeneration"])  # the other is for introduce alone
    role, *_ = names_in(RESOURCES[function]["Properties"]["Role"])
    (permission,) = [
        name
        for name, properties in of_type("AWS::Lambda::Permission").items()
        if properties["FunctionName"] == {"Ref": function}
    ]
    for name in (function, role, permission):
        assert RESOURCES[name]["DeletionPolicy"] == "RetainExceptOnCreate"
    read = set(names_in(RESOURCES[function]["Properties"]["Environment"])) & set(RESOURCES)
    # Without these a newcomer is not announced, and signs in (functional/test_newcomers.py).
    read -= {"IdempotencyTable", "LoginsTopic"}
    assert {RESOURCES[name]["DeletionPolicy"] for name in read} == {"RetainExceptOnCreate"}


@pytest.mark.parametrize("name", of_type("AWS::DynamoDB::Table"))
def test_table_can_be_restored_when_its_data_is_kept(name: str) -> None:
    table = RESOURCES[name]["Properties"]
    restorable = table.get("PointInTimeRecoverySpecification", {}).get("PointInTimeRecoveryEnabled")
    assert bool(restorable) is RESOURCES[name]["DeletionPolicy"].startswith("Retain")
