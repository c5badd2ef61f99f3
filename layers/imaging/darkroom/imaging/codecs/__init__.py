"""Decoders by ctypes, at a fraction of the size: libraries that Pillow and pillow-heif bring."""
