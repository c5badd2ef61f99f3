"""Pillow as tutorials use it: for each size, open the file, turn it, shrink it, save it."""

from __future__ import annotations

import io

from PIL import Image, ImageCms, ImageOps

from bench.jobs import EDGES, MARK_MARGIN_SHARE, MARK_OPACITY, MARK_SHARE, MARKED, QUALITY
from bench.jobs.measured import keep_to_processors, measure, threads


def job(data: bytes, logo: bytes) -> dict[str, bytes]:
    outputs = {str(edge): saved(thumbnail(data, edge)) for edge in EDGES}
    picture = thumbnail(data, EDGES[0])
    with Image.open(io.BytesIO(logo)) as opened:
        mark = opened.convert("RGBA")
    width = round(picture.width * MARK_SHARE)
    mark = mark.resize((width, round(mark.height * width / mark.width)))
    mark.putalpha(mark.getchannel("A").point(lambda alpha: round(alpha * MARK_OPACITY)))
    margin = round(picture.width * MARK_MARGIN_SHARE)
    layer = Image.new("RGBA", picture.size)
    layer.paste(mark, (picture.width - width - margin, picture.height - mark.height - margin))
    outputs[MARKED] = saved(Image.alpha_composite(picture.convert("RGBA"), layer).convert("RGB"))
    return outputs


def thumbnail(data: bytes, edge: int) -> Image.Image:
    with Image.open(io.BytesIO(data)) as opened:
        profile = opened.info.get("icc_profile")
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    if profile:
        srgb = ImageCms.createProfile("sRGB")
        ImageCms.profileToProfile(picture, io.BytesIO(profile), srgb, inPlace=True)
    picture.thumbnail((edge, edge))
    return picture


def saved(picture: Image.Image) -> bytes:
    clean = Image.new("RGB", picture.size)
    clean.paste(picture)  # without what was read: EXIF, profile, comment
    file = io.BytesIO()
    clean.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


if __name__ == "__main__":
    keep_to_processors(threads())
    import pillow_heif

    pillow_heif.register_heif_opener()
    measure(job)
