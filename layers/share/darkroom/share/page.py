"""The page of a link: plain HTML with one style sheet, and no script.

What an owner wrote is in it as escaped text, and nowhere else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape

from darkroom.share.shown import LARGE, PREVIEW, SMALL, VIDEO, Part

_STYLE = """
:root{color-scheme:light dark;--paper:#faf8f5;--ink:#221e1a;--soft:#5f5850}
@media(prefers-color-scheme:dark){:root{--paper:#171513;--ink:#f1ede8;--soft:#b3aba1}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:90rem;padding:1.5rem 1rem 3rem;background:var(--paper);
color:var(--ink);font:1rem/1.5 system-ui,sans-serif}
h1{margin:0;font-size:1.5rem;overflow-wrap:anywhere}
p{margin:.25rem 0 1.5rem;color:var(--soft)}
ul{display:grid;gap:1rem;margin:0;padding:0;list-style:none}
a{display:block}
img,video{display:block;width:100%;height:auto;border-radius:.5rem;background:#8883}
@media(min-width:40rem){
ul{display:flex;flex-wrap:wrap}
ul::after{content:"";flex-grow:10}
li{flex:1 1 auto;height:20rem}
a,picture{display:block;height:100%}
img,video{width:auto;min-width:100%;max-width:100%;height:100%;object-fit:cover}
}
a:focus-visible{outline:3px solid currentColor;outline-offset:2px}
"""
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
# Nothing but its own pictures and this very style sheet; `data:` is for the icon that it has not.
POLICY = (
    f"default-src 'none'; img-src 'self' data:; media-src 'self'; style-src 'sha256-{_HASH}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True)
class ShownFile:
    """A file on the page: its number in the link, and what is shown of it."""

    number: int
    parts: Mapping[str, Part]

    @property
    def is_video(self) -> bool:
        return VIDEO in self.parts or PREVIEW in self.parts


def page_of(token: str, title: str, ends_at: str, files: list[ShownFile]) -> str:
    """The page of a link that shows these files, of which there are some."""
    count = _counted(files)
    heading = f"<h1><bdi>{escape(title)}</bdi></h1>" if title else f"<h1>{count}</h1>"
    intro = f"{count}. " if title else ""
    items = "\n".join(f"<li>{_shown(token, title, file)}</li>" for file in files)
    return _document(
        title or count,
        f"{heading}\n<p>{intro}This link ends on {_day(ends_at)}.</p>\n<ul>\n{items}\n</ul>",
    )


def nothing() -> str:
    """The page of every link that shows nothing, whatever the reason."""
    return _document(
        "Nothing is here",
        "<h1>Nothing is here</h1>\n<p>This link has ended, or there never was one. "
        "Whoever sent it to you can make another.</p>",
    )


def _document(title: str, body: str) -> str:
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="referrer" content="no-referrer">
<link rel="icon" href="data:,">
<title>{escape(title)}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
{body}
</main>
</body>
</html>
"""


def _shown(token: str, title: str, file: ShownFile) -> str:
    """A picture that leads to itself, only larger; or a video as far as it can be shown."""
    at = f"{escape(token)}/{file.number}"
    small = file.parts[SMALL]
    size = f'width="{small.width}" height="{small.height}"'
    what = "Video" if file.is_video else "Photo"
    about = escape(f"{what} {file.number}: {title}" if title else f"{what} {file.number}")
    if VIDEO in file.parts:
        return (
            f'<video controls playsinline preload="none" {size} poster="{at}/{SMALL}" '
            f'src="{at}/{VIDEO}" aria-label="{about}"></video>'
        )
    picture = f'<img src="{at}/{SMALL}" {size} loading="lazy" alt="{about}">'
    if PREVIEW in file.parts:
        moving = f'<source media="(prefers-reduced-motion: no-preference)" srcset="{at}/{PREVIEW}">'
        return f"<picture>{moving}{picture}</picture>"
    return f'<a href="{at}/{LARGE}">{picture}</a>'


def _counted(files: list[ShownFile]) -> str:
    videos = sum(file.is_video for file in files)
    photos = len(files) - videos
    counts = [(photos, "photo"), (videos, "video")]
    return " and ".join(
        f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in counts if number
    )


def _day(moment: str) -> str:
    """A day as people write it, in UTC: `1 December 2026`."""
    day = datetime.fromisoformat(moment)
    return f"{day.day} {day:%B %Y}"  # in English: nobody sets another locale
