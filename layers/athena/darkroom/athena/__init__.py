"""Owners' tables in AWS Glue, and their questions to them by Amazon Athena (docs/athena.md)."""
