"""The ink of one digit in a photograph: what is left of a grey picture without light, shadow, lines, printed boxes, desk and specks.

Paper is what is wide: a morphological closing takes away whatever is darker and narrower than a quarter of the picture, and leaves every edge of
light, shadow and desk where it is. What the picture lacks of that paper is ink. `ui/static/kit/ink.js` does the same, step for step.
Source of the closing: Serra, Image Analysis and Mathematical Morphology, 1982.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gan_core.errors import DataError

MIN_CONTRAST = 25  # grey levels between ink and paper under which nothing was drawn
PAPER = 0.15  # of the strongest ink: what is fainter is paper or JPEG noise
SOLID = 0.35  # of the strongest ink: what belongs to a stroke; printed lines are fainter
WIDE = 8  # the half of what a stroke is narrower than, as a part of the longer side
SMOOTH_FROM = 200  # pixels of the longer side from which the noise of paper is averaged over 3 x 3
SPECK = 1 / 40  # of the largest piece's area
FAINT = 0.16  # of the strongest ink: what belongs to a stroke that it lies beside
NEAR = 0.5  # of the digit's size: a piece so near belongs to it
RIVAL = 0.5  # of the digit's area: a piece so large that lies elsewhere is another digit
MOST_RUNS = 20_000  # of pixels in rows: more is no drawing
EVEN = "{name} is one even grey. Nothing is drawn on it; expected a digit that stands out from its background. Draw one."
BUSY = "{name} is covered with marks, so no digit can be told from its background. Take a photo of one digit on plain paper."
SEVERAL = "{name} has more than one thing that may be the digit. Crop it to one."


@dataclass
class Piece:
    """Connected ink: its number, pixels, and box (top, bottom, left, right, all within it)."""

    number: int
    area: int
    top: int
    bottom: int
    left: int
    right: int

    @property
    def size(self) -> int:
        """The longer side of its box."""
        return max(self.bottom - self.top, self.right - self.left) + 1

    def gap(self, other: Piece) -> int:
        """Pixels between the two boxes, 0 where they overlap."""
        down = max(self.top - other.bottom, other.top - self.bottom, 0)
        across = max(self.left - other.right, other.left - self.right, 0)
        return max(down, across)


def ink_of(grey: np.ndarray, name: str = "The picture") -> np.ndarray:
    """The ink of the digit, float32 `[h, w]` in [0, 1], 0 everywhere else.

    Args:
        grey: uint8 or float `[h, w]`, 0 ... 255; dark ink on bright paper or the other way round.
        name: what an error calls it.
    Raises: DataError with a word on why where there is no digit, or more than one.
    """
    ink, smooth = _strokes(np.asarray(grey, np.float32))
    strongest = float(smooth.max())
    if strongest <= 0:
        raise DataError(EVEN.format(name=name))
    labels, pieces = pieces_of(smooth > SOLID * strongest)
    if not pieces:
        raise DataError(BUSY.format(name=name))
    chosen = _digit(labels, pieces)
    if not chosen:
        raise DataError(SEVERAL.format(name=name))
    own = np.isin(labels, [piece.number for piece in chosen])
    near = _grown(_grown(own, max(ink.shape) // 16) & (smooth > FAINT * strongest), 1)
    strongest = float(ink[near].max())
    return np.where(near, np.clip((ink / strongest - PAPER) / (1 - PAPER), 0, 1), 0).astype(np.float32)


def _strokes(grey: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What lacks of paper, as a part of it: dark or bright strokes, whichever have edges and reach further; the others lie in loops and gaps.

    Returns: it as it is, and where noise is averaged.
    """
    longest = max(grey.shape)
    smooth = _mean3(grey) if longest >= SMOOTH_FROM else grey
    reach = max(2, longest // WIDE)
    strokes, best = (np.zeros_like(grey), np.zeros_like(grey)), 0.0
    for picture, even in ((grey, smooth), (255 - grey, 255 - smooth)):
        paper = -widest(-widest(np.pad(even, 2 * reach, mode="edge"), reach), reach)
        lacks = paper - even
        strongest = float(lacks.max())
        if strongest < MIN_CONTRAST:
            continue
        ink = lacks / np.maximum(paper, 1)
        mask = ink > SOLID * ink.max()
        rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
        reach_of_both = float(rows[-1] - rows[0] + 1) * float(columns[-1] - columns[0] + 1)
        score = reach_of_both * strongest * _is_real(picture, mask, strongest) ** 4
        if score > best:
            strokes, best = ((paper - picture) / np.maximum(paper, 1), ink), score
    return strokes


def _is_real(grey: np.ndarray, mask: np.ndarray, strongest: float) -> float:
    """How much of the outline of what may be ink is an edge of the picture, too, 0 ... 1: where paper is narrow, between digit and desk, it is none."""
    reach = 2 + max(grey.shape) // 150
    whole = np.pad(grey, reach, mode="edge")
    edges = widest(whole, reach) + widest(-whole, reach) > 0.5 * strongest
    outline = mask & (widest(np.pad(~mask, 1, mode="edge").astype(np.uint8), 1) > 0)
    return float(edges[outline].mean()) if outline.any() else 1.0


def widest(values: np.ndarray, reach: int) -> np.ndarray:
    """The largest value within `reach` pixels along rows and columns; `[h, w]` -> `[h - 2 reach, w - 2 reach]`."""
    for _ in range(2):
        whole, width = values, 1
        while width < 2 * reach + 1:  # windows of 1, 2, 4 ... and at last two that overlap
            step = min(width, 2 * reach + 1 - width)
            whole = np.maximum(whole[:-step], whole[step:])
            width += step
        values = whole.T
    return values


def _mean3(grey: np.ndarray) -> np.ndarray:
    whole = np.pad(grey, 1, mode="edge")
    rows = whole[:-2] + whole[1:-1] + whole[2:]
    mean: np.ndarray = (rows[:, :-2] + rows[:, 1:-1] + rows[:, 2:]) / 9
    return mean


def _grown(mask: np.ndarray, reach: int) -> np.ndarray:
    return widest(np.pad(mask.astype(np.uint8), reach), reach) > 0


def pieces_of(mask: np.ndarray) -> tuple[np.ndarray, list[Piece]]:
    """Connected pixels (8 neighbours): their numbers from 1 on, int `[h, w]`, and the pieces; none where there are too many to be a drawing."""
    runs: list[tuple[int, int, int]] = []  # row, first, last
    parent: list[int] = []
    before: range = range(0)
    for y, row in enumerate(np.diff(np.pad(mask.astype(np.int8), ((0, 0), (1, 1))), axis=1)):
        first, last = np.flatnonzero(row > 0), np.flatnonzero(row < 0) - 1
        begin = len(runs)
        runs += [(y, int(a), int(b)) for a, b in zip(first, last, strict=True)]
        parent += range(begin, len(runs))
        if len(runs) > MOST_RUNS:
            return np.zeros(mask.shape, np.int32), []
        at = before.start
        for i in range(begin, len(runs)):
            while at < before.stop and runs[at][2] < runs[i][1] - 1:
                at += 1
            for j in range(at, before.stop):
                if runs[j][1] > runs[i][2] + 1:
                    break
                parent[_root(parent, i)] = _root(parent, j)
        before = range(begin, len(runs))
    labels = np.zeros(mask.shape, np.int32)
    pieces: dict[int, Piece] = {}
    for i, (y, a, b) in enumerate(runs):
        root = _root(parent, i)
        piece = pieces.setdefault(root, Piece(len(pieces) + 1, 0, y, y, a, b))
        piece.area += b - a + 1
        piece.bottom, piece.left, piece.right = y, min(piece.left, a), max(piece.right, b)
        labels[y, a : b + 1] = piece.number
    return labels, list(pieces.values())


def _root(parent: list[int], i: int) -> int:
    while parent[i] != i:
        parent[i] = parent[parent[i]]
        i = parent[i]
    return i


def _digit(labels: np.ndarray, pieces: list[Piece]) -> list[Piece]:
    """The pieces that are the digit; none where there are two that may be it."""
    height, width = labels.shape
    pieces = [piece for piece in pieces if not _is_frame(labels, piece, pieces)]
    inner = [piece for piece in pieces if piece.top > 0 and piece.left > 0 and piece.bottom < height - 1 and piece.right < width - 1]
    if sum(piece.area for piece in inner) >= 0.1 * max(piece.area for piece in pieces):
        pieces = inner  # what reaches in from outside is a hand, a shadow, the desk
    largest = max(piece.area for piece in pieces)
    pieces = [piece for piece in pieces if piece.area >= SPECK * largest]

    def central(piece: Piece) -> float:
        away = max(abs((piece.top + piece.bottom) / height - 1), abs((piece.left + piece.right) / width - 1))
        return float(piece.area * (1 - 0.5 * away))

    main = max(pieces, key=central)
    chosen, box = [main], main
    for piece in sorted(pieces, key=main.gap):
        if piece is not main and piece.gap(box) <= NEAR * box.size:
            chosen.append(piece)
            box = Piece(
                0, 0, min(box.top, piece.top), max(box.bottom, piece.bottom), min(box.left, piece.left), max(box.right, piece.right)
            )
    if any(piece.area > RIVAL * main.area and piece.size > RIVAL * main.size for piece in pieces if piece not in chosen):
        return []
    return chosen


def _is_frame(labels: np.ndarray, piece: Piece, pieces: list[Piece]) -> bool:
    """Whether it is a printed box around the digit: along all four sides, thin, and with something in it."""
    height, width = piece.bottom - piece.top + 1, piece.right - piece.left + 1
    inside = sum(
        other.area for other in pieces
        if other is not piece and other.top > piece.top and other.bottom < piece.bottom and other.left > piece.left and other.right < piece.right
    )  # fmt: skip
    if piece.area > 0.3 * height * width or inside < 0.1 * piece.area:
        return False
    own = labels[piece.top : piece.bottom + 1, piece.left : piece.right + 1] == piece.number
    down, across = max(2, height // 12), max(2, width // 12)
    sides = (own[:down].any(axis=0), own[-down:].any(axis=0), own[:, :across].any(axis=1), own[:, -across:].any(axis=1))
    return all(side.mean() > 0.7 for side in sides)
