"""The command `python -m darkroom.imaging`. It is for developers; the layer is built without it."""
