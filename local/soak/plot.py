"""The backlog of a soak's queues over time, as an SVG file."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

_WIDTH, _HEIGHT = 960, 420
_LEFT, _TOP, _RIGHT, _BOTTOM = 70, 46, 190, 48
_COLOURS = ("#4269d0", "#efb118", "#ff725c", "#6cc5b0", "#3ca951", "#a463f2", "#97bbf5", "#9c6b4e")
_OUTAGE = "#fbe3e0"
_GRID = 4  # horizontal lines

Samples = Sequence[tuple[float, dict[str, int]]]


def backlog_plot(samples: Samples, *, title: str, outage: tuple[float, float]) -> str:
    """The SVG: a line for each queue that ever held a message; the outage is shaded."""
    names = [n for n in (samples[0][1] if samples else ()) if any(s[n] for _, s in samples)]
    end = max((seconds for seconds, _ in samples), default=1.0)
    most = max((sample[name] for _, sample in samples for name in names), default=1)

    def x(seconds: float) -> float:
        return _LEFT + min(seconds, end) / end * (_WIDTH - _LEFT - _RIGHT)

    def y(count: float) -> float:
        return _HEIGHT - _BOTTOM - count / most * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="15">{escape(title)}</text>',
        f'<rect x="{x(outage[0]):.1f}" y="{_TOP}" width="{x(outage[1]) - x(outage[0]):.1f}" '
        f'height="{_HEIGHT - _TOP - _BOTTOM}" fill="{_OUTAGE}"/>',
    ]
    for step in range(_GRID + 1):
        count, seconds = most * step / _GRID, end * step / _GRID
        parts += [
            f'<path d="M{_LEFT} {y(count):.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>',
            f'<text x="{_LEFT - 8}" y="{y(count) + 4:.1f}" text-anchor="end">{count:,.0f}</text>',
            f'<text x="{x(seconds):.1f}" y="{_HEIGHT - 26}" text-anchor="middle">'
            f"{seconds:.0f} s</text>",
        ]
    for index, name in enumerate(names):
        colour = _COLOURS[index % len(_COLOURS)]
        dash = ' stroke-dasharray="5 3"' if name.endswith("DeadLetter") else ""
        points = "L".join(f"{x(seconds):.1f} {y(sample[name]):.1f}" for seconds, sample in samples)
        parts += [
            f'<path d="M{points}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>',
            f'<text x="{_WIDTH - _RIGHT + 12}" y="{_TOP + 14 + 18 * index}" fill="{colour}">'
            f"{escape(name)}</text>",
        ]
    parts.append(
        f'<text x="{_LEFT}" y="{_HEIGHT - 8}" fill="#666">messages waiting or worked on, over '
        "seconds; shaded: one function fails</text></svg>"
    )
    return "\n".join(parts)
