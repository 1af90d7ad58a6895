"""The ground of a certificate, drawn by code: paper, a guilloche frame, corner roses, a river, and a pale rose.

Everything is in millimetres on A4 landscape. The lines are those of banknotes and share certificates: many strands of
one curve, each a little out of step with the next. No emblem of any state is used or imitated.
"""

from collections.abc import Iterator
from functools import lru_cache
from math import cos, pi, sin

WIDTH, HEIGHT = 297.0, 210.0
JADE, GOLD, PAPER = "#0B5D4B", "#A8792A", "#FBFAF6"
PALE_JADE, PALE_GOLD = "#E3ECE6", "#F0E8D8"
# The middle line of the frame's band lies this far from the edge; the band is this wide.
FRAME, BAND = 13.0, 8.4
# A cubic Bézier with handles of this share of its length follows half a wave of a sine.
SINE_HANDLE = 0.3642
Point = tuple[float, float]


def shown(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")


def path(data: str, colour: str, width: float, extra: str = "") -> str:
    return f'<path d="{data}" fill="none" stroke="{colour}" stroke-width="{shown(width)}"{extra}/>'


def wave(start: Point, length: float, *, upright: bool, height: float, period: float, step: float) -> str:
    """A sine wave from `start` along the page's width or height; `step` is its phase as a share of the period."""
    half, sign = period / 2, 1
    at = -step % 1 * period - period

    def point(along: float, across: float) -> str:
        x, y = (across, along) if upright else (along, across)
        return f"{shown(start[0] + x)} {shown(start[1] + y)}"

    parts = [f"M{point(at, height)}"]
    while at < length + period:
        handles = (point(at + half * SINE_HANDLE, sign * height), point(at + half * (1 - SINE_HANDLE), -sign * height))
        at, sign = at + half, -sign
        parts.append(f"C{handles[0]} {handles[1]} {point(at, sign * height)}")
    return "".join(parts)


def closed_curve(points: list[Point]) -> str:
    """A smooth closed curve through `points` (Catmull-Rom, as Béziers)."""
    count = len(points)
    parts = [f"M{shown(points[0][0])} {shown(points[0][1])}"]
    for i in range(count):
        before, here, there, after = (points[(i + k) % count] for k in (-1, 0, 1, 2))
        first = (here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6)
        second = (there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6)
        parts.append("C" + " ".join(f"{shown(x)} {shown(y)}" for x, y in (first, second, there)))
    return "".join(parts) + "Z"


def rose(centre: Point, inner: float, outer: float, petals: int, turn: float = 0.0) -> str:
    """A rose whose line swings `petals` times between two radii."""
    middle, swing = (inner + outer) / 2, (outer - inner) / 2
    samples = petals * 8
    return closed_curve(
        [
            (
                centre[0] + (middle + swing * cos(petals * angle + turn)) * cos(angle),
                centre[1] + (middle + swing * cos(petals * angle + turn)) * sin(angle),
            )
            for angle in (2 * pi * i / samples for i in range(samples))
        ]
    )


def roses(
    centre: Point, inner: float, outer: float, petals: int, strands: int, colour: str, width: float
) -> Iterator[str]:
    for strand in range(strands):
        yield path(rose(centre, inner, outer, petals, 2 * pi * strand / strands), colour, width)


def rectangle(inset: float, colour: str, width: float, fill: str = "none") -> str:
    return (
        f'<rect x="{shown(inset)}" y="{shown(inset)}" width="{shown(WIDTH - 2 * inset)}" '
        f'height="{shown(HEIGHT - 2 * inset)}" fill="{fill}" stroke="{colour}" stroke-width="{shown(width)}"/>'
    )


def sides() -> Iterator[tuple[Point, float, bool]]:
    """The four middle lines of the band: start, length, upright."""
    across, down = WIDTH - 2 * FRAME, HEIGHT - 2 * FRAME
    yield (FRAME, FRAME), across, False
    yield (FRAME, HEIGHT - FRAME), across, False
    yield (FRAME, FRAME), down, True
    yield (WIDTH - FRAME, FRAME), down, True


def frame() -> Iterator[str]:
    """The band: jade strands around a golden plait, between fine lines."""
    for number, (start, length, upright) in enumerate(sides()):
        period = length / round(length / 11)
        wide, high = (BAND, length) if upright else (length, BAND)
        corner = (start[0] - BAND / 2, start[1]) if upright else (start[0], start[1] - BAND / 2)
        yield (
            f'<clipPath id="side{number}"><rect x="{shown(corner[0])}" y="{shown(corner[1])}" '
            f'width="{shown(wide)}" height="{shown(high)}"/></clipPath><g clip-path="url(#side{number})">'
        )
        for strand in range(6):
            yield path(wave(start, length, upright=upright, height=3.5, period=period, step=strand / 6), JADE, 0.14)
        for strand in range(3):
            yield path(wave(start, length, upright=upright, height=1.5, period=period / 2, step=strand / 3), GOLD, 0.2)
        yield "</g>"
    yield rectangle(FRAME - BAND / 2 - 0.9, JADE, 0.7)
    yield rectangle(FRAME - BAND / 2, JADE, 0.18)
    yield rectangle(FRAME + BAND / 2, JADE, 0.18)
    yield rectangle(FRAME + BAND / 2 + 1.1, GOLD, 0.45)


def corners() -> Iterator[str]:
    """A rose in each corner, where the four bands meet."""
    for x in (FRAME, WIDTH - FRAME):
        for y in (FRAME, HEIGHT - FRAME):
            yield (
                f'<circle cx="{shown(x)}" cy="{shown(y)}" r="7.6" fill="{PAPER}" stroke="{GOLD}" stroke-width="0.45"/>'
            )
            yield f'<circle cx="{shown(x)}" cy="{shown(y)}" r="6.9" fill="none" stroke="{JADE}" stroke-width="0.18"/>'
            yield from roses((x, y), 3.2, 6.5, 12, 4, JADE, 0.13)
            yield from roses((x, y), 1.2, 3.4, 8, 3, GOLD, 0.16)
            yield f'<circle cx="{shown(x)}" cy="{shown(y)}" r="0.75" fill="{GOLD}"/>'


def watermark() -> Iterator[str]:
    """The pale rose behind the text, and the river that runs between two banks along the foot."""
    centre = (WIDTH / 2, 100.0)
    yield from roses(centre, 46, 66, 24, 8, PALE_JADE, 0.2)
    yield from roses(centre, 31, 47, 18, 6, PALE_GOLD, 0.2)
    yield from roses(centre, 16, 32, 12, 6, PALE_JADE, 0.2)
    inside = FRAME + BAND / 2 + 1.4
    yield (
        f'<clipPath id="river"><rect x="{shown(inside)}" y="{shown(inside)}" width="{shown(WIDTH - 2 * inside)}" '
        f'height="{shown(HEIGHT - 2 * inside)}"/></clipPath><g clip-path="url(#river)">'
    )
    for line in range(15):
        data = wave(
            (0, 158 + line * 2.6),
            WIDTH,
            upright=False,
            height=2.2 + line * 0.12,
            period=74.25,
            step=0.06 * line,
        )
        yield path(data, PALE_JADE, 0.22)
    yield "</g>"


def emblem(drawing: str) -> str:
    """The scheme's emblem (an SVG document) in its place above the text."""
    start = drawing[drawing.index("<svg") :]
    return start.replace("<svg ", '<svg x="136.5" y="24.5" width="24" height="24" ', 1)


@lru_cache
def ground(emblem_drawing: str) -> str:
    """The whole ground as one SVG drawing of 297 × 210 mm, `emblem_drawing` (an SVG document) included."""
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{shown(WIDTH)}mm" height="{shown(HEIGHT)}mm" '
        f'viewBox="0 0 {shown(WIDTH)} {shown(HEIGHT)}">',
        f'<rect width="{shown(WIDTH)}" height="{shown(HEIGHT)}" fill="{PAPER}"/>',
        *watermark(),
        *frame(),
        *corners(),
        emblem(emblem_drawing),
        "</svg>",
    ]
    return "\n".join(lines)
