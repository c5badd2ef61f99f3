"""The results of a demo to look at: every output in a folder, a contact sheet and a page."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import quote

from PIL import Image, ImageDraw, ImageFont

from local.photos import Photo
from local.user import User
from operations.command import CommandError

_MARK = ".darkroom-demo"
_CELL = (300, 260)
_PICTURE = (280, 200)
_COLOURS = {"processed": "#2f9e63", "rejected": "#c9772b", "over_quota": "#7a5cc9"}


@dataclass
class Ended:
    """An upload and its end. `files` are its saved outputs, by file name."""

    user: str
    photo: Photo
    image: dict[str, Any]
    seconds: float
    files: dict[str, Path] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """The status with which the upload ended."""
        return str(self.image["status"])

    @property
    def as_expected(self) -> bool:
        """Whether the upload ended as it should."""
        return self.status in self.photo.ends

    @property
    def reason(self) -> str:
        """Why the upload was not processed, for people; empty if it was."""
        return str(self.image.get("message") or self.image.get("reason") or "")

    @property
    def words(self) -> str:
        """What there is to say of an upload that has no picture."""
        table = self.image.get("table")
        if table is None:
            return self.reason
        counts = f"{table['rows']:,} rows of {table['columns']} columns"
        return f"{counts}, {table['rejected_rows']} rows that break apart"

    @property
    def picture(self) -> Path | None:
        """The saved rendition to show in a contact sheet; None if there is none."""
        small = [path for name, path in self.files.items() if name.startswith("thumbnail-480.")]
        pictures = [path for path in self.files.values() if path.suffix in (".jpg", ".webp")]
        return next(iter([*small, *pictures]), None)


def prepare_folder(folder: Path) -> None:
    """Create an empty folder for outputs; a folder that an earlier demo filled is emptied.

    Raises:
        CommandError: the folder holds other files.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / _MARK).exists():
        raise CommandError(f"{folder.name}/ holds files that are not the demo's: move them away")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()


def save_outputs(folder: Path, user: User, ended: Sequence[Ended]) -> None:
    """Fetch every output of a user with their own credentials, and list it in `ended`."""
    keys = user.output_keys()
    for upload in ended:
        prefix = f"{upload.image['image']}/"
        for key in keys:
            if key.startswith(prefix):
                name = key.rsplit("/", 1)[-1]
                path = folder / upload.user / upload.photo.name / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(user.output(key))
                upload.files[name] = path


def write_contact_sheet(path: Path, ended: Sequence[Ended]) -> None:
    """Write one picture of all uploads: a rendition of each, or what there is to say instead."""
    columns = min(5, max(1, len(ended)))
    rows = -(-len(ended) // columns)
    sheet = Image.new("RGB", (columns * _CELL[0] + 20, rows * _CELL[1] + 20), "#f4f4f2")
    draw = ImageDraw.Draw(sheet)
    font, small = ImageFont.load_default(16), ImageFont.load_default(13)
    for index, upload in enumerate(ended):
        left = 20 + index % columns * _CELL[0]
        top = 20 + index // columns * _CELL[1]
        frame = (left, top, left + _PICTURE[0], top + _PICTURE[1])
        draw.rectangle(frame, fill="#e4e4e0")
        if upload.picture is not None:
            with Image.open(upload.picture) as opened:
                picture = opened.convert("RGB")
            picture.thumbnail(_PICTURE)
            x = left + (_PICTURE[0] - picture.width) // 2
            y = top + (_PICTURE[1] - picture.height) // 2
            sheet.paste(picture, (x, y))
            if upload.image["kind"] == "video":
                centre = (left + _PICTURE[0] // 2, top + _PICTURE[1] // 2, 24)
                draw.regular_polygon(centre, 3, rotation=270, fill="#fff", outline="#555")
        else:
            # Pillow's built-in font has no multiplication sign.
            lines = "\n".join(textwrap.wrap(upload.words.replace("×", "x"), 34))
            draw.multiline_text((left + 14, top + 14), lines, fill="#555", font=small, spacing=5)
        caption = top + _PICTURE[1] + 6
        draw.text((left, caption), upload.photo.name, fill="#222", font=font)
        said = f"{upload.user}: {upload.status}"
        draw.text((left, caption + 20), said, fill=_colour(upload), font=small)
    sheet.save(path, quality=88)


def write_page(path: Path, ended: Sequence[Ended]) -> None:
    """Write a page beside the outputs that shows and links all of them."""
    articles = "\n".join(_article(upload, path.parent) for upload in ended)
    path.write_text(
        "<!doctype html>\n<html lang=en><meta charset=utf-8><title>Darkroom demo</title>\n"
        '<meta name=viewport content="width=device-width">\n'
        f"<style>{_STYLE}</style>\n<h1>Darkroom: what became of each upload</h1>\n{articles}\n"
    )


_STYLE = (
    "body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;"
    "background:#f4f4f2;color:#222}article{background:#fff;padding:1rem 1.5rem;margin:1rem 0;"
    "border-radius:.5rem}h2{font-size:1.1rem;margin:.2rem 0}"
    "img,video{max-height:14rem;max-width:100%;margin:.3rem .3rem 0 0;background:#e4e4e0}"
    "p{margin:.3rem 0}a{margin-right:.8rem}"
)


def _article(upload: Ended, folder: Path) -> str:
    colour = _colour(upload)
    shown = [name for name in upload.files if name.startswith(("thumbnail-480.j", "watermark.j"))]
    pictures = "".join(
        f'<img src="{_link(upload.files[name], folder)}" alt="{escape(name)}">' for name in shown
    )
    if "video.mp4" in upload.files:
        poster, source = upload.files["thumbnail-480.jpg"], upload.files["video.mp4"]
        pictures = (
            f'<video controls preload=none poster="{_link(poster, folder)}" '
            f'src="{_link(source, folder)}"></video>'
        )
    links = "".join(
        f'<a href="{_link(path, folder)}">{escape(name)}</a>'
        for name, path in sorted(upload.files.items())
    )
    return (
        f"<article><h2>{escape(upload.photo.name)} <small>{escape(upload.photo.about)}</small></h2>"
        f'<p><b style="color:{colour}">{escape(upload.status)}</b> {escape(upload.words)}'
        f" · {escape(upload.user)} · {upload.seconds:.1f} s</p>{pictures}<p>{links}</p></article>"
    )


def _link(path: Path, folder: Path) -> str:
    return escape(quote(str(path.relative_to(folder))))


def _colour(upload: Ended) -> str:
    return _COLOURS.get(upload.status, "#c03a3a")
