"""One training from its beginning to its end, as the one process that may: held, stopped by signals, its failures told in its status."""

from __future__ import annotations

import contextlib
import re
import signal
import tempfile
import threading
from collections.abc import Iterator

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.data import catalog
from gan_core.nn import distributed
from gan_core.runs import alarms, branching, control, keeping, startup
from gan_core.runs.records import Alarm
from gan_core.runs.run import Run
from gan_core.training.loop import OnReport, Trainer
from gan_core.training.turns import NotFinite

ESCAPES = re.compile("\x1b\\[[0-9;]*m")  # the colours of Keras' messages


def train(run: Run, on_report: OnReport | None = None, data: catalog.Dataset | None = None) -> str:
    """Train `run` from where it stands to its end, as the one process that may.

    Args:
        on_report: called with each report.
        data: its training pictures, where somebody has loaded them already.
    Returns: the state it ended in: 'finished', 'stopped' or 'failed'; the reason is in its status.
    Raises: GanCoreError when it cannot be trained at all.
    """
    with run.hold() as launched:
        try:
            control.clear_stale(run, launched)
            startup.enter(run, "pictures", anew=not launched)
            with distributed.leading():
                trainer = Trainer(run, on_report, data)
                with _stopped_by_signals(trainer):
                    state = trainer.go()
            keeping.prepare(run, run.network_steps()[-1])
            run.set_status(state, step=trainer.step, reason=trainer.note)
            control.clear(run)  # it has been obeyed, or came too late
            return state
        except NotFinite:
            raised = alarms.not_finite(trainer.step, trainer.train, branching.kept_steps(run))
            return _failed(run, f"A loss or a weight became infinite or not a number by step {trainer.step:,}. The last good snapshot is step "
                           f"{max(run.snapshot_steps(), default=0):,}. Usual cure: lower learning rates, or beta_1 0.5.", raised)  # fmt: skip
        except OSError as error:
            if isinstance(error, FileNotFoundError) and run.holds(error.filename):
                raise run.gone() from error  # it makes its own files: somebody is emptying the folder, which must not come back
            return _failed(run, f"Cannot write to the run's folder: {error.strerror}. Free some disk space, then resume; nothing is lost.")
        except distributed.PeerLost as error:
            run.set_status("starting", reason=f"{error} Training goes on from the last state when all workers are there.")
            raise
        except Exception as error:
            run.set_status("failed", reason=next(iter(ESCAPES.sub("", str(error)).splitlines()), type(error).__name__))
            raise


def follow() -> str:
    """Be one of several workers, and not the chief: do what the chief does, and leave nothing behind.

    Returns: the reason why the chief has failed, "" where it has not.
    Raises: GanCoreError when it cannot take part, PeerLost when another worker is gone.
    """
    order = distributed.hear()
    if "end" in order:
        return str(order["end"])
    with tempfile.TemporaryDirectory() as folder, distributed.lost_peers_told():
        run = runs.create(folder, ModelConfig.from_dict(order["model"]), TrainConfig.from_dict(order["train"]))
        trainer = Trainer(run)
        with _stopped_by_signals(trainer):
            while "end" not in (order := distributed.hear(trainer.asked_to_stop)):
                with contextlib.suppress(NotFinite):  # the chief sees it too, and says what follows
                    _do(trainer, order)
    return str(order["end"])


def _do(trainer: Trainer, order: distributed.Order) -> None:
    if "steps" in order:
        trainer.chunk(order["steps"])
    elif "use" in order:
        trainer.use(TrainConfig.from_dict(order["use"]))
    else:
        trainer.stand(*order["stand"])


@contextlib.contextmanager
def _stopped_by_signals(trainer: Trainer) -> Iterator[None]:
    """SIGTERM and Ctrl-C ask the trainer to stop, which saves its state, instead of ending the process."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread may set handlers; a caller in another thread has `control.stop`
        return
    before = {
        number: signal.signal(number, lambda *_: setattr(trainer, "asked_to_stop", True)) for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _failed(run: Run, reason: str, raised: list[Alarm] | None = None) -> str:
    try:
        run.set_status("failed", reason=reason, **({"alarms": raised} if raised else {}))
    except OSError as error:
        raise run.unwritable(error) from error
    return "failed"
