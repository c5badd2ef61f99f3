"""Archives that tests make."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping


def zipped(contents: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of files, by their names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return file.getvalue()
