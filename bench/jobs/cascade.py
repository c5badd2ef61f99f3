"""Pillow's best form: decode once, at a scale where the format has one, and make each size from the
one above it; the logo is pasted where it goes."""

from __future__ import annotations

import io

import pillow_heif
from PIL import Image, ImageCms, ImageOps

from bench.jobs import EDGES, MARK_MARGIN_SHARE, MARK_OPACITY, MARK_SHARE, MARKED, QUALITY
from bench.jobs.measured import keep_to_processors, measure, threads


def job(data: bytes, logo: bytes) -> dict[str, bytes]:
    largest = current = thumbnail(data, EDGES[0])
    outputs = {}
    for edge in EDGES:
        current = current.copy()
        current.thumbnail((edge, edge), Image.Resampling.LANCZOS)
        outputs[str(edge)] = saved(current)
    with Image.open(io.BytesIO(logo)) as opened:
        mark = opened.convert("RGBA")
    width = round(largest.width * MARK_SHARE)
    mark = mark.resize((width, round(mark.height * width / mark.width)))
    mark.putalpha(mark.getchannel("A").point(lambda alpha: round(alpha * MARK_OPACITY)))
    margin = round(largest.width * MARK_MARGIN_SHARE)
    corner = largest.width - width - margin, largest.height - mark.height - margin
    largest.paste(mark, corner, mark)
    outputs[MARKED] = saved(largest)
    return outputs


def thumbnail(data: bytes, edge: int) -> Image.Image:
    with Image.open(io.BytesIO(data)) as opened:
        profile = opened.info.get("icc_profile")
        scale = min(1.0, edge / max(opened.size))
        opened.draft("RGB", (round(opened.width * scale), round(opened.height * scale)))
        picture = opened.convert("RGB")
        orientation = opened.getexif().get(0x0112, 1)
    picture.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    if profile:
        srgb = ImageCms.createProfile("sRGB")
        ImageCms.profileToProfile(picture, io.BytesIO(profile), srgb, inPlace=True)
    picture.getexif()[0x0112] = orientation
    picture = ImageOps.exif_transpose(picture)
    picture.info.clear()
    return picture


def saved(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


if __name__ == "__main__":
    keep_to_processors(threads())
    pillow_heif.register_heif_opener()
    measure(job)
