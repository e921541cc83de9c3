"""How far a training is: a bar where a line can be taken back, a line every ten seconds where not."""

from __future__ import annotations

import io

from gan_core.runs.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(times: list[float], steps: int) -> list[str]:
    log, clock = io.StringIO(), iter(times)
    with Progress(steps, log, lambda: next(clock)) as progress:
        for i, _ in enumerate(times):
            progress({"step": i * 10, "g_loss": None if i == 0 else 0.5, "loss": None})
    assert "\r" not in log.getvalue()
    return log.getvalue().splitlines()


def test_a_log_has_a_line_every_ten_seconds_and_the_last() -> None:
    lines = told([0, 4, 8, 12, 16, 20, 24], 60)
    assert [line.split(",")[0] for line in lines] == ["step 0 of 60", "step 30 of 60", "step 60 of 60"]
    assert lines[1] == "step 30 of 60, 2.5 steps/s, about 12 s left, g_loss 0.500" and "left" not in lines[-1]


def test_a_minute_of_many_reports_is_a_few_lines() -> None:
    lines = told([i / 100 for i in range(6001)], 60_000)
    assert len(lines) == 7 and sum(map(len, lines)) < 700


def test_a_clock_that_stands_still_is_no_division_by_zero() -> None:
    assert len(told([5.0] * 4, 30)) == 2


def test_a_terminal_has_a_bar() -> None:
    terminal = Terminal()
    with Progress(20, terminal) as progress:
        progress({"step": 20, "g_loss": 0.25})
    assert "20/20" in terminal.getvalue() and "g_loss=0.250" in terminal.getvalue()
