"""How large a name is set, so that it stays in its box: pure arithmetic, the same for every certificate."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.fonts import Face, width_of

# The box of the names, in points: 226 mm wide. A line is not filled to the last hair.
BOX = 226 * 72 / 25.4
FILLED = 0.985


# A line of names is this much higher than its size, and two names stand this far apart (points).
LEADING = 1.28
APART = 1.2 * 72 / 25.4


@dataclass(frozen=True)
class Step:
    """A size in points, and the lines it may take."""

    points: float
    lines: int


# Largest first. The last step of each holds the longest name the register takes (200 full-width characters).
CHINESE = (Step(32, 1), Step(28, 1), Step(25, 1), Step(22, 1), Step(19, 1), Step(16, 2), Step(13, 2), Step(9.5, 4))
SECOND_CHINESE = (Step(20, 1), Step(18, 1), Step(16, 1), Step(14, 1), Step(12, 2), Step(9, 2), Step(7, 3))
ENGLISH = (Step(23, 1), Step(21, 1), Step(19, 1), Step(17, 1), Step(15, 1), Step(14, 2), Step(11, 2), Step(8, 3))
# Chinese is set a little open: this share of the size between two characters.
OPEN = 0.05


def pieces(text: str) -> list[str]:
    """`text` cut where a line may break: after a space, and around each full-width character."""
    found = [""]
    for character in text:
        if ord(character) >= 0x2E80:
            found += [character, ""]
        elif character == " ":
            found[-1] += character
            found.append("")
        else:
            found[-1] += character
    return [piece for piece in found if piece]


def lines_of(text: str, face: Face, points: float, *, opening: float = 0.0, box: float = BOX) -> int:
    """How many lines of `box` points `text` fills at `points`; a word longer than a line is broken."""
    room = box * FILLED / points
    lines, used = 1, 0.0
    for piece in pieces(text):
        width = width_of(piece.rstrip(), face) + opening * len(piece.rstrip())
        trailing = width_of(piece, face) + opening * len(piece)
        if used and used + width > room:
            lines, used = lines + 1, 0.0
        while width > room:
            lines, width, trailing = lines + 1, width - room + 1, trailing - room + 1
        used += trailing
    return lines


def fit(text: str, steps: Sequence[Step], face: Face, *, opening: float = 0.0, box: float = BOX) -> Step:
    """The first of `steps` at which `text` takes no more lines than it may; the last one if there is none."""
    for step in steps:
        if lines_of(text, face, step.points, opening=opening, box=box) <= step.lines:
            return step
    return steps[-1]


def height_of(names: Sequence[tuple[str, Step, Face, float]]) -> float:
    """How high the block of `names` (text, step, face, opening) stands, in points."""
    lines = (lines_of(text, face, step.points, opening=opening) * step.points for text, step, face, opening in names)
    return sum(lines) * LEADING + APART * (len(names) - 1)
