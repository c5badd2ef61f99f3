"""Darkroom on one machine: an emulator instead of AWS, and what is built, run and shown on it.

`emulator` and the modules that it imports run in the emulator's own environment, everything
else in the development environment. Nothing outside this folder knows that an emulator exists.
"""
