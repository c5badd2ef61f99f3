"""Decoded pixels: sizes, colours, orientation, crops, watermarks. Nothing here sees a file."""
