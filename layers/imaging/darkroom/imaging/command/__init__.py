"""The command `python -m darkroom.imaging`. It is for developers, and not in the layer."""
