"""Draws the data set `hangul`: the 2,350 syllables of KS X 1001 in open Korean fonts, 64 x 64, the same ones whenever it is run.

    apt-get download fonts-nanum fonts-nanum-extra fonts-naver-d2coding fonts-woowa-bm fonts-noto-cjk fonts-noto-cjk-extra
    for each of them: dpkg-deb -x PACKAGE.deb FONTS
    npm install --prefix FONTS @fontsource/black-han-sans@5 @fontsource/gaegu@5 @fontsource/gowun-batang@5 @fontsource/gugi@5 \
        @fontsource/poor-story@5 @fontsource/sunflower@5
    pip install fonttools brotli
    python tools/hangul.py FONTS OUT

OUT/hangul.npz holds the pictures, OUT/hangul.png a row of each font. The fonts are under the SIL Open Font License 1.1
(the copyright file of each package); the file is data and not part of the project. To train:
    GAN_DATA=OUT gan-core train cgan64 --preset studio
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
from fontTools.ttLib import TTCollection, TTFont
from PIL import Image, ImageDraw, ImageFont

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from gan_core.data import hangul  # noqa: E402

FINER = 4  # drawn so many times as large, then averaged
INK = 58  # pixels that the syllables of a font take of the 64, in the direction in which they are longer
OUTLIERS = 0.5  # percent of the syllables at either end that may reach further
SAMPLE = "가꿀닭삶않흙한글쓴꽃별몫돐튀힘"

# The name that is told of a font, and its file below FONTS; of a collection which one of it.
FONTS = {
    "Nanum Gothic": "NanumGothic.ttf", "Nanum Gothic ExtraBold": "NanumGothicExtraBold.ttf",
    "Nanum Myeongjo": "NanumMyeongjo.ttf", "Nanum Myeongjo ExtraBold": "NanumMyeongjoExtraBold.ttf",
    "Nanum Barun Gothic UltraLight": "NanumBarunGothicUltraLight.ttf", "Nanum Barun Gothic Bold": "NanumBarunGothicBold.ttf",
    "Nanum Barun Pen": "NanumBarunpenR.ttf", "Nanum Barun Pen Bold": "NanumBarunpenB.ttf",
    "Nanum Pen": "NanumPen.ttf", "Nanum Brush": "NanumBrush.ttf",
    "Nanum Square Light": "NanumSquareL.ttf", "Nanum Square ExtraBold": "NanumSquareEB.ttf",
    "Nanum Square Round": "NanumSquareRoundR.ttf", "Nanum Square Round ExtraBold": "NanumSquareRoundEB.ttf",
    "D2Coding": "D2Coding-Ver1.3.2-20180524-all.ttc",
    "BM Dohyeon": "BMDOHYEON_ttf.ttf", "BM Euljiro": "BMEULJIROTTF.ttf", "BM Hanna Air": "BMHANNAAir_ttf.ttf",
    "BM Hanna Pro": "BMHANNAPro.ttf", "BM Jua": "BMJUA_ttf.ttf", "BM Kirang Haerang": "BMKIRANGHAERANG-TTF.ttf",
    "BM Yeonsung": "BMYEONSUNG_ttf.ttf",
    "Noto Sans CJK Thin": "NotoSansCJK-Thin.ttc", "Noto Sans CJK": "NotoSansCJK-Regular.ttc", "Noto Sans CJK Black": "NotoSansCJK-Black.ttc",
    "Noto Serif CJK ExtraLight": "NotoSerifCJK-ExtraLight.ttc", "Noto Serif CJK": "NotoSerifCJK-Regular.ttc",
    "Noto Serif CJK Black": "NotoSerifCJK-Black.ttc",
    "Black Han Sans": "black-han-sans-*-400-normal.woff2", "Gaegu": "gaegu-*-400-normal.woff2", "Gaegu Bold": "gaegu-*-700-normal.woff2",
    "Gowun Batang": "gowun-batang-*-400-normal.woff2", "Gugi": "gugi-*-400-normal.woff2", "Poor Story": "poor-story-*-400-normal.woff2",
    "Sunflower Light": "sunflower-*-300-normal.woff2", "Sunflower Bold": "sunflower-*-700-normal.woff2",
}  # fmt: skip
KOREAN = "KR"  # of a Noto collection the one whose Hangul and name are Korean

Draw = Callable[[str], Image.Image]


def faces(folder: Path, pattern: str) -> list[tuple[TTFont, bytes, int]]:
    """The fonts of that file name below `folder`, as what they hold, their bytes and their number in the file: several where it is in pieces."""
    paths = sorted(folder.rglob(pattern))
    if not paths:
        raise SystemExit(f"{pattern} is not below {folder}; expected the packages named at the top of {Path(__file__).name}.")
    if pattern.endswith(".ttc"):
        names = [font["name"].getDebugName(1) or "" for font in TTCollection(str(paths[0])).fonts]
        number = next((i for i, name in enumerate(names) if name.endswith(KOREAN)), 0)
        return [(TTFont(str(paths[0]), fontNumber=number), paths[0].read_bytes(), number)]
    found = []
    for path in paths:
        font, plain = TTFont(str(path)), io.BytesIO()
        font.flavor = None  # a woff2 unpacked: not every FreeType reads it
        font.save(plain)
        found.append((font, plain.getvalue(), 0))
    return found


def boxes(pieces: list[tuple[TTFont, bytes, int]], size: int) -> dict[str, tuple[ImageFont.FreeTypeFont, tuple[float, ...], float]]:
    """Of each syllable that the font has: the piece that has it at `size` pixels an em, where its ink lies from the origin, how far it advances."""
    held = {}
    for font, data, number in pieces:
        known = font.getBestCmap()
        own = [chr(hangul.FIRST + label) for label in hangul.syllables() if hangul.FIRST + label in known]
        if not own:
            continue
        drawn = ImageFont.truetype(io.BytesIO(data), size, index=number, layout_engine=ImageFont.Layout.BASIC)
        for letter in own:
            box = drawn.getbbox(letter, anchor="ls")
            if box[2] > box[0] and box[3] > box[1]:
                held[letter] = (drawn, box, drawn.getlength(letter))
    return held


def rendered(pieces: list[tuple[TTFont, bytes, int]]) -> tuple[np.ndarray, np.ndarray]:
    """Pictures uint8 `[n, 64, 64]` and labels `[n]` of every syllable that a font has, all at one size and in one place.

    The place is the middle of the em: of all syllables' ink above and below the line, and of the advance to the left and right, so that a part
    stays where the font has it whatever stands beside it.
    """
    known = boxes(pieces, FINER * INK)
    spread = np.array([[box[0] - width / 2, box[1], box[2] - width / 2, box[3]] for _, box, width in known.values()])
    left, top = np.percentile(spread[:, :2], OUTLIERS, axis=0)
    right, bottom = np.percentile(spread[:, 2:], 100 - OUTLIERS, axis=0)
    size = round(FINER * INK * FINER * INK / max(right - left, bottom - top))
    middle = np.array([left + right, top + bottom]) / 2 * size / (FINER * INK)
    known = boxes(pieces, size)
    pictures = []
    for letter, (font, _, width) in known.items():
        large = Image.new("L", (FINER * hangul.SIDE,) * 2)
        at = FINER * hangul.SIDE / 2 - middle - [width / 2, 0]
        ImageDraw.Draw(large).text(tuple(np.round(at)), letter, fill=255, font=font, anchor="ls")
        pictures.append(np.asarray(large.reduce(FINER)))
    order = sorted(range(len(pictures)), key=lambda i: list(known)[i])
    letters = list(known)
    return np.stack([pictures[i] for i in order]), np.array([ord(letters[i]) - hangul.FIRST for i in order], np.int64)


def main(argv: list[str]) -> int:
    """Draw all fonts into OUT/hangul.npz, and OUT/hangul.png to look at."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fonts", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args(argv)
    options.out.mkdir(parents=True, exist_ok=True)
    pictures, labels, fonts, rows = [], [], [], []
    for number, (name, pattern) in enumerate(FONTS.items()):
        drawn, own = rendered(faces(options.fonts, pattern))
        print(f"{name}: {len(own)} of {len(hangul.syllables())} syllables", flush=True)
        place = {label: i for i, label in enumerate(own.tolist())}
        at = [place.get(ord(letter) - hangul.FIRST) for letter in SAMPLE]
        rows.append(np.concatenate([np.zeros_like(drawn[0]) if i is None else drawn[i] for i in at], axis=1))
        pictures.append(drawn)
        labels.append(own)
        fonts.append(np.full(len(own), number, np.int64))
    np.savez(
        options.out / "hangul.npz", pictures=np.concatenate(pictures), labels=np.concatenate(labels), fonts=np.concatenate(fonts),
        names=np.array(list(FONTS)),
    )  # fmt: skip
    Image.fromarray(np.concatenate(rows)).save(options.out / "hangul.png")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
