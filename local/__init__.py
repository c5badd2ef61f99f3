"""Darkroom on one machine: an emulator instead of AWS, and what is built, run and shown on it.

`local.emulator` runs in the emulator's own environment, everything else in the development
environment. Modules here may use `operations`, the operator's commands; nothing there uses `local`.
"""
