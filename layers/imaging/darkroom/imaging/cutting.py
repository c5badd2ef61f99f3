"""A rendition's pixels out of a scaled picture: crop, stretch, sharpen, pad, mark."""

from __future__ import annotations

from darkroom.imaging.attention import attention_offset
from darkroom.imaging.framing import Frame
from darkroom.imaging.recipe import Gravity, RenditionSpec
from PIL import Image, ImageFilter

_SHARPEN_RADIUS = 0.8  # pixels: about what one reduction blurs
_SHARPEN_THRESHOLD = 2  # levels: flat areas keep their noise as it is

Offset = tuple[float, float]


def offset_of(picture: Image.Image, frame: Frame, gravity: Gravity) -> Offset:
    """Which part is kept, or where on its canvas a picture goes: shares of the room there is."""
    if gravity == "attention":
        return attention_offset(picture, frame.share)
    x = 0.0 if "left" in gravity else 1.0 if "right" in gravity else 0.5
    y = 0.0 if "top" in gravity else 1.0 if "bottom" in gravity else 0.5
    return x, y


def cut(picture: Image.Image, frame: Frame, spec: RenditionSpec, offset: Offset) -> Image.Image:
    """The rendition's pixels, mode RGB or RGBA, from a picture scaled to the frame's level."""
    shown = _kept(picture, frame, offset)
    if spec.sharpen:
        shown = _sharpened(shown, spec.sharpen)
    if spec.background is not None:
        shown = flattened(shown, spec.background)
    if frame.canvas != frame.size:
        shown = _padded(shown, frame, spec, offset)
    if spec.watermark is not None:
        from darkroom.imaging.watermark import watermarked  # fonts, which few renditions need

        shown = watermarked(shown, spec.watermark)
    return shown


def flattened(image: Image.Image, background: str) -> Image.Image:
    """A picture of mode RGB or RGBA on a colour: mode RGB."""
    if image.mode != "RGBA":
        return image
    paper = Image.new("RGB", image.size, background)
    paper.paste(image, mask=image.getchannel("A"))
    return paper


def _kept(picture: Image.Image, frame: Frame, offset: Offset) -> Image.Image:
    if picture.size == frame.size:
        return picture
    width, height = picture.width * frame.share[0], picture.height * frame.share[1]
    left, top = (picture.width - width) * offset[0], (picture.height - height) * offset[1]
    if (round(width), round(height)) == frame.size:  # no need to resample what is sharp
        left, top = round(left), round(top)
        return picture.crop((left, top, left + frame.size[0], top + frame.size[1]))
    box = (left, top, min(left + width, picture.width), min(top + height, picture.height))
    return picture.resize(frame.size, Image.Resampling.LANCZOS, box=box)


def _sharpened(image: Image.Image, percent: int) -> Image.Image:
    mask = ImageFilter.UnsharpMask(_SHARPEN_RADIUS, percent, _SHARPEN_THRESHOLD)
    if image.mode != "RGBA":
        return image.filter(mask)
    colours = image.convert("RGB").filter(mask)
    colours.putalpha(image.getchannel("A"))
    return colours


def _padded(image: Image.Image, frame: Frame, spec: RenditionSpec, offset: Offset) -> Image.Image:
    """Without a background of its own, padding is clear; a JPEG is put on white later."""
    colour = (0, 0, 0, 0) if spec.background is None else spec.background
    canvas = Image.new("RGBA" if spec.background is None else "RGB", frame.canvas, colour)
    left, top = (round((frame.canvas[n] - frame.size[n]) * offset[n]) for n in (0, 1))
    canvas.paste(image, (left, top))
    return canvas
