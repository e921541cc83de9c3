"""Curves for other programs: the table as the csv module reads it; what TensorBoard reads is tested in tests/behaviour/test_exchange.py."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

from gan_core import runs
from gan_core.__main__ import main
from gan_core.exchange import curves
from gan_core.runs import needs

RECORDING = ROOT / "recordings" / "d_too_weak"


def read(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_the_table_has_every_figure_of_every_report(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["curves", str(RECORDING), "--csv", str(tmp_path / "x.csv")]) == 0
    capsys.readouterr()
    assert main(["curves", str(RECORDING)]) == 0
    assert (tmp_path / "x.csv").read_text() == capsys.readouterr().out
    rows, reports = read((tmp_path / "x.csv").read_text()), runs.find(RECORDING.parent, RECORDING.name).reports()
    assert [int(row["step"]) for row in rows] == [report["step"] for report in reports]
    for row, report in zip(rows, reports, strict=True):
        for name in ("g_loss", "d_real", "distance"):
            assert float(row[name] or "nan") == pytest.approx(
                report.get(name) if report.get(name) is not None else float("nan"), nan_ok=True
            )
        assert row["digits_8"] == "" or float(row["digits_8"]) == report["digits"][8]
    assert any("d_blind" in row["alarms"].split() for row in rows)
    assert any("d_learning_rate=" in row["changes"] and ">" in row["changes"] for row in rows)


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_page_writes_the_same_table_byte_for_byte() -> None:
    reports = [dict(report) for report in runs.find(RECORDING.parent, RECORDING.name).reports()]
    reports.append({"step": 10**6, "epoch": 1e-5, "seconds": 2.5e-8, "d_loss": None, "g_loss": -1e16, "variety": 0.1 + 0.2, "digits": [0.5, 0],
                    "changes": [{"step": 1, "settings": {"loss": ["minimax", 'a "b", c'], "one_stage": [True, False], "z_scale": [1e-7, 0.002]}}]})  # fmt: skip
    program = f"""import {{ csvOf }} from "{ROOT.as_uri()}/ui/static/training/table.js"; let given = "";
        for await (const part of process.stdin) given += part; process.stdout.write(csvOf(JSON.parse(given)));"""
    answer = subprocess.run(
        ["node", "--input-type=module", "-e", program], input=json.dumps(reports).encode(), capture_output=True, check=True
    )
    assert answer.stdout == curves.to_csv(reports)  # type: ignore[arg-type]


def test_the_checksum_is_castagnoli_s() -> None:
    crc = 0xE3069283  # of "123456789", RFC 3720
    assert curves._checksum(b"123456789") == (((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF).to_bytes(4, "little")


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert main(["curves", str(RECORDING), "--tensorboard", str(tmp_path / "file")]) == 1
    assert "Choose another place" in capsys.readouterr().err
    assert main(["curves", str(tmp_path / "no-run")]) == 1


def test_without_trackio_a_sentence_says_how_to_have_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "trackio", None)
    monkeypatch.setattr(needs, "check_training", lambda: None)
    for command in (["curves", str(RECORDING), "--track"], ["train", "dense", "--track", "--runs", str(tmp_path)]):
        assert main(command) == 1
        assert "pip install '.[track]'" in capsys.readouterr().err
    assert not list(tmp_path.iterdir()), "and no run is left behind"
