"""The operator's commands: the same against a stack on AWS and against the local cloud.

One module for each command (`python -m operations.dlq`), and modules that they share: where the
stack is, what its queues hold, how a command ends.
"""
