"""The figures of a run's reports for other programs: a table (CSV), TensorBoard's event files, and trackio."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import socket
import struct
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from gan_core.errors import GanCoreError
from gan_core.runs.records import Report
from gan_core.runs.run import Run

Scalars = dict[str, float]


def scalars(report: Report) -> Scalars:
    """The figures of a report by name; a list, such as the shares of the digits, has one for each of its numbers: `digits_0` ..."""
    figures: Scalars = {}
    for name, value in report.items():
        if isinstance(value, int | float) and name != "step":
            figures[name] = float(value)
        elif isinstance(value, list) and value and all(isinstance(one, int | float) for one in value):
            figures |= {f"{name}_{i}": float(one) for i, one in enumerate(value)}
    return figures


def to_csv(reports: Sequence[Report]) -> bytes:
    """A table with a row for each report: `step`, its figures, `alarms` (their kinds) and `changes` (name before>after), apart by blanks.

    What was not measured is empty, as pandas and spreadsheets read it.
    """
    names = list(dict.fromkeys(name for report in reports for name in scalars(report)))
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(["step", *names, "alarms", "changes"])
    for report in reports:
        figures = scalars(report)
        alarms = " ".join(alarm["kind"] for alarm in report.get("alarms", []))
        table.writerow([report["step"], *(_number(figures.get(name)) for name in names), alarms, _changes(report)])
    return text.getvalue().encode()


def _number(value: float | None) -> str:
    return "" if value is None else str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def _changes(report: Report) -> str:
    return " ".join(
        f"{name}={before}>{after}" for change in report.get("changes", []) for name, (before, after) in change["settings"].items()
    )


class EventFile:
    """A file of TensorBoard's in a folder: `tensorboard --logdir FOLDER` shows it, also while it grows.

    Format: TFRecords (length, data, a masked CRC-32C of each) of `Event` messages with scalar summaries; both are written here, so that
    neither TensorFlow nor TensorBoard need be there. Source: tensorflow/core/lib/io/record_writer.h and core/util/event.proto.
    """

    def __init__(self, folder: Path, began: float | None = None) -> None:
        self.began = time.time() if began is None else began
        try:
            folder.mkdir(parents=True, exist_ok=True)
            name = f"events.out.tfevents.{time.time_ns() // 10**6}.{socket.gethostname()}.{os.getpid()}"
            self.path = folder / name
            self._write(_double(1, self.began) + _bytes(3, b"brain.Event:2"))
        except OSError as error:
            raise GanCoreError(f"cannot write to {folder}: {error.strerror}. Choose another place for --tensorboard.") from error

    def add(self, report: Report) -> None:
        """The figures of a report, at its step and its seconds of training after the beginning."""
        values = b"".join(_bytes(1, _bytes(1, name.encode()) + _float(2, value)) for name, value in scalars(report).items())
        when = self.began + float(report.get("seconds") or 0)
        self._write(_double(1, when) + _whole(2, report["step"]) + _bytes(5, values))

    def add_all(self, reports: Iterable[Report]) -> None:
        """Several, in turn."""
        for report in reports:
            self.add(report)

    def _write(self, event: bytes) -> None:
        length = struct.pack("<Q", len(event))
        with open(self.path, "ab") as file:
            file.write(length + _checksum(length) + event + _checksum(event))


PROJECT = "gan-in-your-hands"  # in trackio: trackio show --project gan-in-your-hands


class Tracker:
    """A run in trackio's database on this machine, under its id, with its settings (https://huggingface.co/docs/trackio).

    Args:
        goes_on: figures go behind those that trackio has of this run.
    Raises: ModuleNotFoundError where `trackio` is not installed.
    """

    def __init__(self, run: Run, goes_on: bool) -> None:
        import trackio

        config = run.config()
        settings = {**config["model"], **config["train"]}
        with _silent():
            self.run = trackio.init(
                PROJECT,
                run.id,
                config=settings,
                resume="allow" if goes_on else "never",
                embed=False,
                auto_log_gpu=False,
                auto_log_cpu=False,
            )

    def add(self, report: Report) -> None:
        """The figures of a report, at its step."""
        with _silent():
            self.run.log(scalars(report), step=report["step"])

    def end(self) -> None:
        """Waits until all is written."""
        import trackio

        with _silent():
            trackio.finish()  # the run's own `finish` leaves it open for trackio, which then speaks at the end of the process


def _silent() -> contextlib.AbstractContextManager[io.StringIO]:
    """Its banners would stand in what a command says, which may be JSON."""
    return contextlib.redirect_stdout(io.StringIO())


# ---- protocol buffers: https://protobuf.dev/programming-guides/encoding/


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def _whole(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _double(field: int, value: float) -> bytes:
    return _varint(field << 3 | 1) + struct.pack("<d", value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _float(field: int, value: float) -> bytes:
    return _varint(field << 3 | 5) + struct.pack("<f", value)


def _table() -> list[int]:
    made = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        made.append(byte)
    return made


_CRC: list[int] = _table()


def _checksum(data: bytes) -> bytes:
    """CRC-32C (Castagnoli), rotated and shifted as TFRecords have it."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = crc >> 8 ^ _CRC[(crc ^ byte) & 255]
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def of_run(run: Run) -> tuple[float, list[Report]]:
    """When a run began (unix seconds), and its reports."""
    return run.config()["created"], run.reports()
