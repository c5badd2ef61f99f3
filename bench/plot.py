"""Bars of processor time as SVG: text and rectangles, a few kilobytes, legible on any ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

from bench.rows import Rows

_COLOURS = (
    "#c2410c", "#fdba74", "#2563eb", "#0d9488", "#93b4f5", "#86cfc6", "#6b7280", "#c0c4cc",
)  # fmt: skip
_WIDTH, _LEFT, _RIGHT = 900, 190, 70
_BAR, _GAP, _CASE_GAP, _TOP = 13, 2, 14, 86


def bars(
    rows: Rows, cases: Sequence[str], engines: Mapping[str, str], *, title: str, most_ms: float
) -> str:
    """A group of bars for each case, a bar for each engine, cut and marked above `most_ms`."""
    height = _TOP + len(cases) * (len(engines) * (_BAR + _GAP) + _CASE_GAP)
    scale = (_WIDTH - _LEFT - _RIGHT) / most_ms
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        'font-family="sans-serif" font-size="12" fill="#111827">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<text x="12" y="22" font-size="15">{escape(title)}</text>',
        *_legend(list(engines.values())),
    ]
    y = _TOP
    for case in cases:
        middle = y + len(engines) * (_BAR + _GAP) / 2 + 4
        out.append(
            f'<text x="{_LEFT - 8}" y="{middle:.0f}" text-anchor="end">{escape(case)}</text>'
        )
        for colour, engine in zip(_COLOURS, engines, strict=False):
            row = rows.get(case, engine)
            milliseconds = (row.cpu_seconds or 0) * 1000 if row else None
            out += _bar(y, milliseconds, colour, scale, most_ms)
            y += _BAR + _GAP
        y += _CASE_GAP
    return "\n".join([*out, "</svg>", ""])


def _bar(
    y: int, milliseconds: float | None, colour: str, scale: float, most_ms: float
) -> list[str]:
    if milliseconds is None:
        return [_label(_LEFT + 4, y, "no figure")]
    width = min(milliseconds, most_ms) * scale
    cut = " ▸" if milliseconds > most_ms else ""
    return [
        f'<rect x="{_LEFT}" y="{y}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>',
        _label(_LEFT + width + 4, y, f"{milliseconds:.0f}{cut}"),
    ]


def _label(x: float, y: int, text: str) -> str:
    return f'<text x="{x:.1f}" y="{y + _BAR - 2}" font-size="11">{text}</text>'


def _legend(labels: Sequence[str]) -> list[str]:
    out, x, y = [], 12, 38
    for colour, label in zip(_COLOURS, labels, strict=False):
        if x + 16 + 7 * len(label) > _WIDTH:
            x, y = 12, y + 18
        out.append(f'<rect x="{x}" y="{y}" width="12" height="12" fill="{colour}"/>')
        out.append(f'<text x="{x + 16}" y="{y + 10}">{escape(label)}</text>')
        x += 34 + 7 * len(label)
    return out
