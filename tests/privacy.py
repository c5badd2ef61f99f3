"""What outputs say about more than their pixels, by readers that had no part in writing them."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import warnings
from collections.abc import Iterable
from pathlib import Path

import piexif
from PIL import Image

EXIFTOOL = shutil.which("exiftool")
# What exiftool may find: how the pixels are packed, and whose the picture is. By group.
_PACKING = {
    "ExifTool": {"ExifToolVersion"},
    "JFIF": {"JFIFVersion", "ResolutionUnit", "XResolution", "YResolution"},
    "IFD0": {"Artist", "Copyright"},
    "PNG": {
        "BitDepth", "ColorType", "Compression", "Filter", "ImageHeight", "ImageWidth", "Interlace",
    },
    "RIFF": {
        "AlphaCompression", "AlphaFiltering", "AlphaPreprocessing", "AlphaIsUsed", "ImageHeight",
        "AnimationLoopCount", "BackgroundColor", "Duration", "HorizontalScale", "ImageWidth",
        "VP8Version", "VerticalScale", "WebP_Flags",
    },
    "Composite": {"ImageSize", "Megapixels"},
}  # fmt: skip
# Of an AVIF's boxes, which exiftool's versions put into one group or the other.
_BOXES = {
    "AV1ConfigurationVersion", "AuxiliaryImageType", "ChromaFormat", "ChromaSamplePosition",
    "ColorPrimaries", "ColorProfiles", "CompatibleBrands", "HandlerType", "ImagePixelDepth",
    "ImageSpatialExtent", "InitialDelaySamples", "MajorBrand", "MatrixCoefficients", "MediaData",
    "MediaDataOffset", "MediaDataSize", "MetaImageSize", "MinorVersion", "PrimaryItemReference",
    "QuickTime_ColorRep_0x000a", "SeqProfile", "SeqTier0", "TransferCharacteristics",
    "VideoFullRangeFlag",
}  # fmt: skip
_PACKING |= {"QuickTime": _BOXES, "Meta": _BOXES}
_ABOUT_THE_FILE = {"File", "System"}
_NEVER = {"Comment", "ThumbnailImage", "PreviewImage", "CurrentIPTCDigest"}
_PILLOW_MAY_KNOW = {
    "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "progressive", "progression",
    "exif", "loop", "background", "duration", "timestamp", "aspect", "transparency",
}  # fmt: skip
_AUTHORSHIP = {0x013B, 0x8298}
_TRACES = (b"http://ns.adobe.com/", b"<x:xmpmeta", b"8BIM", b"Photoshop 3.0", b"ICC_PROFILE")


def told_by_exiftool(folder: Path) -> list[str]:
    """What exiftool finds in a folder's files that nobody should: `file: group:tag`."""
    ran = subprocess.run(
        [str(EXIFTOOL), "-json", "-G1", "-a", "-u", "-U", "-ee", "-q", "-q", "-r", str(folder)],
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    found = json.loads(ran.stdout)
    assert len(found) == sum(path.is_file() for path in folder.rglob("*"))
    return [
        f"{entry['SourceFile']}: {name} = {str(value)[:60]}"
        for entry in found
        for name, value in entry.items()
        if name != "SourceFile" and not _is_packing(*name.split(":"))
    ]


def told_by_libraries(files: Iterable[Path]) -> list[str]:
    """What Pillow, piexif and a look at the bytes find in files that nobody should."""
    return [f"{path}: {thing}" for path in files for thing in sorted(_told(path.read_bytes()))]


def _is_packing(group: str, tag: str) -> bool:
    if tag in _NEVER:
        return False
    return group in _ABOUT_THE_FILE or tag in _PACKING.get(group, ())


def _told(data: bytes) -> set[str]:
    told = {repr(trace) for trace in _TRACES if trace in data}
    picture = Image.open(io.BytesIO(data))
    with warnings.catch_warnings(action="error"):
        picture.load()
    told |= set(map(str, picture.info)) - _PILLOW_MAY_KNOW
    told |= {f"EXIF {tag}" for tag in set(picture.getexif()) - _AUTHORSHIP}
    exif = picture.info.get("exif")
    if exif:
        read = piexif.load(exif if exif.startswith(b"Exif") else b"Exif\0\0" + exif)
        told |= {f"EXIF {part}" for part in read if part != "0th" and read[part]}
        told |= {f"EXIF {tag}" for tag in set(read["0th"]) - _AUTHORSHIP}
    return told
