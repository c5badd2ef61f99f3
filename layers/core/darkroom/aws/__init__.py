"""Adapters of AWS: clients, DynamoDB and S3 in plain values, errors."""
