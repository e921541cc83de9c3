"""How long the form's training will take: a calibration in a process of its own, one at a time, never while a run trains.

Nobody waits for it: who asks gets what is known now and asks again (docs/formats.md, section 5).
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections import OrderedDict
from functools import partial

from gan_core.config import ModelConfig, TrainConfig, check_boolean
from gan_core.errors import RunError
from gan_core.runs import needs, timing
from gan_core.runs.timing import Timing
from ui.settings import Settings
from ui.train import access, brought, form, loops, scheduler, visitors

MOST_KNOWN = 64
LONGEST_SECONDS = 240.0  # libraries, data, compiling and two seconds of training, on a slow disk and a machine with much else to do
LOOK_SECONDS = 0.5  # between two looks whether a run has begun, which goes first
FORGET_SECONDS = 30.0  # after which what failed may be tried again


class Estimates:
    """What the calibrations have found so far, and the one that goes on."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = threading.Lock()
        self._known: OrderedDict[str, Timing] = OrderedDict()
        self._failed: dict[str, tuple[float, str]] = {}
        self._measuring: str | None = None

    def ask(self, request: access.Asks, body: object) -> dict[str, object]:
        """`POST gan/estimate`: what is known of the time that a training will take.

        Args:
            request: whose headers say who asks; whoever may start a run may ask.
            body: the fields of the form (`form.check_fields`), and `measure`: whether to calibrate where nothing is known.
        Returns: `{"state", ...}`: 'known' with `seconds`, `steps`, `step_seconds` and `busy` (whether a run trains now, which takes its share);
            else 'unknown', 'measuring', 'waiting' (for another calibration) or 'busy' (a run trains; it is not disturbed).
        Raises: Forbidden, ConfigError, DataError, RunError.
        """
        access.may_start_by(self.settings, request)
        given = body if isinstance(body, dict) else {}  # which lacks the fields of the form, and is told so
        fields = form.check_fields({name: given[name] for name in given if name != "measure"})
        measure = check_boolean("measure", given.get("measure", False))
        key = access.key_of(self.settings, request)
        model, train = form.configs(
            fields, access.may_name_paths(self.settings, key, request), read_data=False, find=partial(brought.find, self.settings, key)
        )
        if not access.has_control(self.settings, key):
            visitors.check(self.settings, model, train)
        if measure:
            needs.check_training()
        return self._answer(model, train, measure)

    def _answer(self, model: ModelConfig, train: TrainConfig, measure: bool) -> dict[str, object]:
        key, busy = timing.key(model, train), scheduler.is_busy(self.settings)
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
                known = self._known[key]
                return {
                    "state": "known",
                    "seconds": round(known.seconds(train), 1),
                    "steps": train.steps,
                    "step_seconds": known.step,
                    "busy": busy,
                }
            when, reason = self._failed.get(key, (0.0, ""))
            if reason and time.monotonic() - when < FORGET_SECONDS:
                raise RunError(reason)
            if self._measuring is not None:
                return {"state": "measuring" if self._measuring == key else "waiting"}
            if busy or not measure:
                return {"state": "busy" if busy else "unknown"}
            self._measuring = key
            try:
                threading.Thread(target=self._measure, args=(key, model, train), name="calibration", daemon=True).start()
            except RuntimeError as error:  # no thread more; else it would be measuring for ever
                self._measuring = None
                raise RunError("The machine cannot be measured now; it has much else to do. Try again later.") from error
            return {"state": "measuring"}

    def _measure(self, key: str, model: ModelConfig, train: TrainConfig) -> None:
        measured: Timing | None = None
        reason = ""
        try:
            measured = self._calibrate(timing.question(model, train))
        except (RunError, OSError) as error:
            reason = str(error)
        except Exception as error:  # else the thread would end without a word, and every page would ask again and again
            loops.tell_once(f"a calibration: {type(error).__name__}")
            reason = "The machine could not be measured; the server's log has the details."
        finally:
            with self._lock:
                self._measuring = None
                if measured is not None:
                    self._known[key] = measured
                elif reason:
                    self._failed = {key: (time.monotonic(), reason)}
                while len(self._known) > MOST_KNOWN:
                    self._known.popitem(last=False)

    def _calibrate(self, question: bytes) -> Timing | None:
        """None where a run began meanwhile: the machine is its own now. Raises RunError or OSError."""
        end = time.monotonic() + LONGEST_SECONDS
        process = timing.begin()
        try:
            unsent: bytes | None = question
            while True:
                try:
                    output, errors = process.communicate(unsent, timeout=LOOK_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    unsent = None  # it has it already
                if scheduler.is_busy(self.settings):
                    return None
                if time.monotonic() > end:
                    raise RunError(
                        f"The machine could not be measured in {LONGEST_SECONDS:.0f} s; it has much else to do. Try again later."
                    )
        finally:
            process.kill()
            process.wait()
        if process.returncode != 0:
            said = errors.decode(errors="replace").strip().splitlines()
            last = said[-1].removeprefix("error: ") if said and said[-1].startswith("error: ") else "its process ended without a word."
            raise RunError(f"These settings could not be tried: {last}")
        return timing.answer(output)
