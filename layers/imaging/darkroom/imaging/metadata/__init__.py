"""Readers of metadata: each takes the bytes of one block, and never raises for what they hold."""
