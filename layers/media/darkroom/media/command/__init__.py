"""The command `python -m darkroom.media`. It is for developers; the layer is built without it."""
