"""The words of Gradio's own controls in Korean. What the modules in `ui/static` say is in `ui/static/i18n/ko.js`; what both say stands once, in
`ui/static/i18n/ko/shared.js`. Sentences of the server stay English.

Gradio asks the browser for its language; the page lets a link's `lang=` answer (`ui/server/boot.py`), so that Gradio and the modules say the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import gradio as gr
from gradio.i18n import I18nData

from ui.settings import STATIC

TABS = ("Learn", "Explore", "Interpolate", "Train", "Autoencode")
OPENING = "Explore"  # what a page without a link opens with: a digit in hand within the first second


def _shared() -> dict[str, str]:
    """What the modules say, too: the module's export is JSON."""
    text = (STATIC / "i18n" / "ko" / "shared.js").read_text(encoding="utf-8").rstrip()
    words: dict[str, str] = json.loads(text.partition("export default ")[2].removesuffix(";"))
    return words


_KOREAN = _shared() | {
    "Name of the checkpoint": "체크포인트 이름",
    "Keep as checkpoint": "체크포인트로 저장",
    "Family": "모델 계열",
    "Preset": "프리셋",
    "fills in everything below": "아래 값을 모두 채웁니다",
    "Data set": "데이터셋",
    "or the path of your own folder of pictures or .npz": "또는 내 그림 폴더나 .npz 파일의 경로",
    "How long": "학습 길이",
    "counted in": "단위",
    "steps": "단계",
    "epochs": "에포크",
    "More settings": "추가 설정",
    "Latent size": "잠재 벡터 크기",
    "Optimizer": "최적화 방법",
    "same seed, same machine: same losses": "같은 시드, 같은 컴퓨터면 같은 손실",
    "Training needs TensorFlow and Keras, which are not installed here; everything else works without them. "
    "To install them, in the project's folder: pip install '.[train]' (or pip install -r requirements.txt), then try again.":
        "학습에는 TensorFlow와 Keras가 필요한데 여기에 설치되어 있지 않습니다. 나머지는 그대로 쓸 수 있습니다. "
        "설치하려면 프로젝트 폴더에서 pip install '.[train]' (또는 pip install -r requirements.txt)을 실행한 뒤 다시 시도하세요.",
    "Training is switched off here (a public page on a small machine). Runs that are there already can be watched. "
    "To train, run the project on your own computer, or set `GAN_TRAINING=on`.":
        "여기서는 학습이 꺼져 있습니다(작은 컴퓨터에서 여는 공개 페이지). 이미 있는 실행은 볼 수 있습니다. "
        "학습하려면 내 컴퓨터에서 프로젝트를 실행하거나 `GAN_TRAINING=on`으로 설정하세요.",
}  # fmt: skip

# the values of settings that are called otherwise than they are written; what the modules call them is in `ui/static/runs/runwords.js`
_CALLED = {"non_saturating": "non-saturating", "least_squares": "least squares", "wasserstein": "Wasserstein"}

Words = str | I18nData
I18N = gr.I18n(en={english: english for english in _KOREAN}, ko=_KOREAN)


def t(english: str) -> Words:
    """The text that the browser replaces by its language's; English where there is none, and unmarked where no other is known."""
    return I18N(english) if english in _KOREAN else english


def called(value: str) -> Words:
    """What a value of a setting is called, such as a loss."""
    return t(_CALLED.get(value, value))


def korean(asked: str | None, accepted: str) -> Callable[[str], str]:
    """How to say things to a browser before its scripts run: by a link's `lang=`, else by its `Accept-Language`, as `i18n.js` chooses."""
    wanted = [part.strip()[:2].lower() for part in [asked or "", *accepted.split(",")]]
    first = next((one for one in wanted if one in ("en", "ko")), "en")
    return lambda english: _KOREAN.get(english, english) if first == "ko" else english
