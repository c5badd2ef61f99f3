"""Archives: an index as one file, a ZIP without folders.

The bucket is private, and what lies in it was packed here. All the same nothing is unpacked but
files of plain names, no more of them and no larger ones than an index has.
"""

from __future__ import annotations

import io
import re
import shutil
import uuid
import zipfile
import zlib
from pathlib import Path

from darkroom.search.engine import IndexUnreadable

MOST_BYTES = 256 << 20  # of an archive
MOST_UNPACKED_BYTES = 1 << 30
_MOST_FILES = 2_000
_NAME = re.compile(r"\.?[0-9A-Za-z_-]+(\.[0-9A-Za-z_-]+){0,3}", re.ASCII)
_CHUNK_BYTES = 1 << 20
_LEVEL = 1  # a higher one takes three times as long for a tenth less


def pack(folder: Path, to: Path) -> None:
    """Write an archive of a folder's files.

    No two archives are equal, not even of equal folders: their ETags differ, so that whoever read
    before another wrote is always noticed.
    """
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
        archive.comment = uuid.uuid4().hex.encode()
        for path in sorted(folder.iterdir()):
            if path.suffix != ".lock":
                archive.write(path, path.name)


def unpack(body: bytes | None, folder: Path) -> int:
    """Unpack an archive into an empty folder; returns how many bytes its files have.

    `body` is None of an archive of more than `MOST_BYTES`.

    Raises:
        IndexUnreadable: it is no archive, too large or damaged, or holds what no index does.
    """
    if body is None:
        raise IndexUnreadable("The archive is too large.")
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            size = sum(entry.file_size for entry in entries)
            if len(names) != len(entries) or len(names) > _MOST_FILES:
                raise IndexUnreadable("The archive has too many files.")
            if size > MOST_UNPACKED_BYTES:
                raise IndexUnreadable("The archive's files are too large.")
            if any(_NAME.fullmatch(name) is None for name in names):
                raise IndexUnreadable("The archive has a file of a strange name.")
            for entry in entries:
                _unpack_one(archive, entry, folder / entry.filename)
            return size
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise IndexUnreadable(f"The archive is damaged: {error}") from error


def _unpack_one(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, to: Path) -> None:
    """Unpack a file; zipfile gives no more bytes than its entry says, and checks their CRC."""
    with archive.open(entry) as source, to.open("xb") as target:
        shutil.copyfileobj(source, target, _CHUNK_BYTES)
