"""What AWS charges: list prices of us-east-1, without free tiers, in dollars.

As they were known in August 2025; the pages named tell today's. Nothing else in Darkroom knows a
price.
"""

from __future__ import annotations

AS_OF = "August 2025"

# https://aws.amazon.com/lambda/pricing/ (arm64, first tier)
LAMBDA_GB_SECOND = 0.0000133334
LAMBDA_REQUEST = 0.20 / 1e6

# https://aws.amazon.com/s3/pricing/ (Standard)
S3_WRITE = 0.005 / 1e3  # PUT, COPY, POST, LIST
S3_READ = 0.0004 / 1e3  # GET and all others; DELETE is free

# https://aws.amazon.com/dynamodb/pricing/on-demand/ (Standard table class)
DYNAMODB_WRITE_UNIT = 0.625 / 1e6  # 1 KB; 2 units in a transaction
DYNAMODB_READ_UNIT = 0.125 / 1e6  # 4 KB strongly consistent

# https://aws.amazon.com/sqs/pricing/ (standard queue) and https://aws.amazon.com/sns/pricing/
SQS_REQUEST = 0.40 / 1e6
SNS_PUBLISH = 0.50 / 1e6  # deliveries to queues are free
SNS_FILTERED_GB = 0.09  # of messages that a subscription's filter looks into

# https://aws.amazon.com/cloudwatch/pricing/ (standard log class)
LOG_GB = 0.50
LOG_BYTES_OF_LAMBDA = 350  # its own lines START, END and REPORT of an invocation

# https://aws.amazon.com/cloudwatch/pricing/: each metric that an alarm looks at, by itself or in an
# expression, at standard resolution. A composite alarm is $0.50 beside those that it is made of.
ALARM_METRIC = 0.10

# https://aws.amazon.com/opensearch-service/pricing/: a unit of OpenSearch Serverless, and the
# smallest machine of a domain (t3.small.search) with the smallest disk (gp3, 10 GB at $0.122).
OPENSEARCH_UNIT_HOUR = 0.24
OPENSEARCH_DOMAIN_HOUR = 0.036
OPENSEARCH_DISK = 1.22

# What every account has for nothing in a month, for ever, if nothing else in it uses it up: the
# pages above, https://aws.amazon.com/free/.
FREE = {
    "alarm_metrics": 10,
    "sqs_requests": 1_000_000,
    "lambda_requests": 1_000_000,
    "gigabyte_seconds": 400_000,
    "log_gb": 5,
}

# Not prices but assumptions, for no measurement here can tell them: what a function waits for one
# answer within a region. Your own are in each function's Duration metric.
ROUND_TRIP_MS = {"s3": 30.0, "dynamodb": 6.0, "sns": 15.0}
