"""Darkroom on one machine: an emulator instead of AWS, and what is built, run and shown on it.

`emulator` and its two modules of pure functions run in the emulator's own environment, everything
else in the development environment. Nothing outside this folder knows that an emulator exists.
"""
