"""pyvips: one pipeline for each rendition, as people write it, and its best form, a cascade.

The cascade decodes once and makes each size from the one above it; its logo is blended into the
corner where it goes, not into the whole picture. libvips's own cache is off: a function sees each
photo once.
"""

from __future__ import annotations

import os
import sys

from bench.jobs import EDGES, MARK_MARGIN_SHARE, MARK_OPACITY, MARK_SHARE, MARKED, QUALITY
from bench.jobs.measured import keep_to_processors, measure, threads

os.environ["VIPS_CONCURRENCY"] = str(threads())
import pyvips  # reads its number of threads when it is loaded


def renditions(data: bytes, logo: bytes) -> dict[str, bytes]:
    outputs = {str(edge): saved(thumbnail(data, edge)) for edge in EDGES}
    picture = thumbnail(data, EDGES[0])
    mark, left, top = placed(logo, picture)
    outputs[MARKED] = saved(picture.composite2(mark, "over", x=left, y=top).flatten())
    return outputs


def cascade(data: bytes, logo: bytes) -> dict[str, bytes]:
    largest = current = thumbnail(data, EDGES[0]).copy_memory()
    outputs = {}
    for edge in EDGES:
        scale = min(1.0, edge / max(current.width, current.height))
        if scale < 1.0:
            current = current.resize(scale, kernel="lanczos3").copy_memory()
        outputs[str(edge)] = saved(current)
    mark, left, top = placed(logo, largest)
    corner = largest.crop(left, top, mark.width, mark.height)
    blended = corner.composite2(mark, "over").flatten().cast("uchar")
    outputs[MARKED] = saved(largest.insert(blended, left, top))
    return outputs


def thumbnail(data: bytes, edge: int) -> pyvips.Image:
    options = {"height": edge, "size": "down"}
    # Asked for in any case, the conversion to sRGB would be made from sRGB too: 250 ms for nothing.
    if pyvips.Image.new_from_buffer(data, "").get_typeof("icc-profile-data"):
        options["output_profile"] = "srgb"
    return pyvips.Image.thumbnail_buffer(data, edge, **options)


def placed(logo: bytes, picture: pyvips.Image) -> tuple[pyvips.Image, int, int]:
    width = round(picture.width * MARK_SHARE)
    mark = pyvips.Image.thumbnail_buffer(logo, width, height=picture.height)
    mark *= [1, 1, 1, MARK_OPACITY]
    mark = mark.copy(interpretation="srgb").cast("uchar")
    margin = round(picture.width * MARK_MARGIN_SHARE)
    return mark, picture.width - mark.width - margin, picture.height - mark.height - margin


def saved(picture: pyvips.Image) -> bytes:
    return bytes(picture.jpegsave_buffer(Q=QUALITY, keep="none"))


if __name__ == "__main__":
    keep_to_processors(threads())
    pyvips.cache_set_max(0)
    measure({"renditions": renditions, "cascade": cascade}[sys.argv.pop(1)])
