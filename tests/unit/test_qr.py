"""QR codes of the page, read by an independent decoder where one is installed: pip install zxing-cpp (or opencv-python-headless)."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable

import numpy as np
import pytest
from conftest import ROOT

TEXTS = [
    ("a", "L"),
    ("https://user-digits.static.hf.space/index.html?v=1&m=dcgan-mnist&s=659246966&psi=0.8", "L"),
    ("https://example.org/?v=1&m=cgan-mnist&d=4&z=" + "A-_z" * 90, "L"),
    ("https://example.org/?v=1&p=" + "x" * 900, "M"),
    ("숫자 하나를 손에", "M"),
]


def decoder() -> Callable[[np.ndarray], str]:
    try:
        import zxingcpp

        return lambda picture: zxingcpp.read_barcodes(picture)[0].text
    except ImportError:
        pass
    try:
        import cv2

        return lambda picture: cv2.QRCodeDetector().detectAndDecode(picture)[0]
    except ImportError:
        pytest.skip("needs a decoder of QR codes: pip install zxing-cpp")


@pytest.mark.parametrize(("text", "level"), TEXTS)
def test_a_code_is_read_as_what_was_written(text: str, level: str) -> None:
    read = decoder()
    node = shutil.which("node")
    if node is None:
        pytest.skip("needs node")
    script = (
        f"import {{ encode }} from {json.dumps(str(ROOT / 'ui/static/kit/qr.js'))};"
        f"const code = encode({json.dumps(text)}, {{ level: {json.dumps(level)} }});"
        "console.log(JSON.stringify({ size: code.size, dark: Array.from(code.modules) }));"
    )
    done = subprocess.run([node, "--input-type=module", "-e", script], capture_output=True, text=True, check=True)
    code = json.loads(done.stdout)
    modules = np.array(code["dark"], np.uint8).reshape(code["size"], code["size"])
    picture = np.kron(np.pad(1 - modules, 4, constant_values=1) * 255, np.ones((5, 5), np.uint8)).astype(np.uint8)
    assert read(picture) == text
