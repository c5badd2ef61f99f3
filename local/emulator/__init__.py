"""MiniStack, the emulator of AWS, with its gaps closed: `python -m local.emulator`.

Everything here runs in the emulator's own environment. Each gap is a file in `patches`.
"""
