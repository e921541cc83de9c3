"""What is going wrong in a training, from its reports alone: what was seen, since when, what usually helps, and where to go back to.

A pure function of the reports, so a run can be judged at any moment of its past, and the rules can be tried on stored runs
(studies/alarms.py). An alarm accuses; a note only tells.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence

from gan_core.config import TrainConfig
from gan_core.runs.records import Alarm, Report, Setting, figure

Numbers = dict[str, float | None]
Rule = Callable[[list[Report], Sequence[Report], TrainConfig], Numbers | None]

PATIENCE = 3  # looks in a row that must be wrong; one outlier accuses nobody
WARM_UP = 100  # steps in which nobody is accused: D always wins at first, and noise is always read as one digit
SURE = 0.985  # D is right about so nearly every picture
FAR = {"non_saturating": 4.0, "least_squares": 0.45, "hinge": 2.0}  # G's loss where D gives drawn pictures next to no chance
SCORES = "wasserstein"  # its D gives scores with no zero, so it is never right or wrong
COIN = 0.56  # D is right about so few of both that it might as well guess
ONE_DIGIT = 0.45  # evenness of the ten digits: three of them at the most
FEW_DIGITS = 0.62  # with this, and a fall by LOST from the best so far, modes are being lost
LOST = 0.25
RISING = 0.05  # evenness above the mean of the OVER looks before: it is only beginning
OVER = 4
ALIKE = 0.2  # variety: the pictures are this much more alike than real ones
OBEYED = 0.3  # share of the digits asked for, where guessing gives 0.1
UNLIKE = 300.0  # distance of pictures that are plainly no digits yet
OUT_OF_BOUNDS = 50.0  # nats
STALE = 0.4  # share of the run without a better distance
BETTER = 0.97  # of the best distance before counts as better
MEAN = 5  # reports behind a figure of D, which jumps from one to the next


def alarms(reports: Sequence[Report], train: TrainConfig, kept: Sequence[int] = ()) -> list[Alarm]:
    """What is wrong at the last of `reports`.

    Args:
        reports: as in `progress.jsonl`, in order.
        train: the settings of now, from which the change that usually helps is made.
        kept: steps whose state is kept, one of which is the last good step.
    Returns: the worst first; docs/formats.md, section 4, has the kinds.
    """
    if not reports or "d_real" not in reports[-1]:
        return []
    judged = [report for report in reports if report["step"] >= WARM_UP]
    raised = []
    for kind, (needed, rule) in RULES.items():
        looks = [report for report in judged if all(report.get(name) is not None for name in needed)]
        since = _since(kind, rule, looks, reports, train)
        if since is not None:
            raised.append(_alarm(kind, since, rule(looks, reports, train) or {}, train, kept))
    return raised


def not_finite(step: int, train: TrainConfig, kept: Sequence[int] = ()) -> list[Alarm]:
    """The alarm of a run that ended with a loss that is not a number, after `step`."""
    return [_alarm("not_finite", step, {"step": step}, train, kept)]


def _since(kind: str, rule: Rule, looks: list[Report], reports: Sequence[Report], train: TrainConfig) -> int | None:
    """The step from which on `rule` has found something at every look, where these are at least PATIENCE; else None."""
    if len(looks) < PATIENCE or any(rule(looks[: len(looks) - back], reports, train) is None for back in range(PATIENCE)):
        return None
    raised = [alarm["since"] for report in reports[-2:-1] for alarm in report.get("alarms", []) if alarm["kind"] == kind]
    if raised:
        return raised[0]  # it is still the same one
    wrong = PATIENCE
    while wrong < len(looks) and rule(looks[: len(looks) - wrong], reports, train) is not None:
        wrong += 1
    return looks[-wrong]["step"]


def _alarm(kind: str, since: int, numbers: Numbers, train: TrainConfig, kept: Sequence[int]) -> Alarm:
    best = numbers.get("best_step")  # a plateau's: the last good moment is the best one, not the one before it began
    good = [step for step in kept if (step < since if best is None else step <= best)]
    if kind == "not_finite":
        good = list(kept)[:-1] or list(kept)  # the newest may have the damage in it already
    return {"kind": kind, "accuses": kind != "plateau", "since": since, "numbers": numbers, "settings": _cure(kind, train),
            "last_good": max(good, default=None)}  # fmt: skip


# ---- the rules: (looks that have the figure, all reports, settings) -> numbers, or None where nothing is wrong


def _mean(looks: Sequence[Report], name: str, over: int = MEAN) -> float:
    return statistics.fmean(_of(report, name) for report in looks[-over:])


def _of(report: Report, name: str) -> float:
    """A figure that the rule needs, so every look has it."""
    return figure(report, name) or 0.0


def _exploding(looks: list[Report], reports: Sequence[Report], train: TrainConfig) -> Numbers | None:
    if train.loss == SCORES:
        return None
    worst = max(abs(_of(looks[-1], "d_loss")), abs(_of(looks[-1], "g_loss")))
    return {"d_loss": _of(looks[-1], "d_loss"), "g_loss": figure(looks[-1], "g_loss")} if worst > OUT_OF_BOUNDS else None


def _d_won(looks: list[Report], reports: Sequence[Report], train: TrainConfig) -> Numbers | None:
    """D is right about nearly everything, and G's loss says that it is nowhere near (minimax has its own alarm)."""
    real, fake = _mean(looks, "d_accuracy_real"), _mean(looks, "d_accuracy_fake")
    if train.loss not in FAR or min(real, fake) < SURE:
        return None
    g_loss = _mean(looks, "g_loss")
    return {"real": real, "fake": fake, "g_loss": g_loss} if g_loss > FAR[train.loss] else None


def _saturated(looks: list[Report], reports: Sequence[Report], train: TrainConfig) -> Numbers | None:
    """log(1 - D(G(z))) is flat where D(G(z)) is near 0: D's confidence leaves G without a gradient."""
    if train.loss != "minimax" or _mean(looks, "d_fake") > 0.03:
        return None
    return {"d_fake": _mean(looks, "d_fake"), "g_loss": _mean(looks, "g_loss")}


def _d_blind(looks: list[Report], reports: Sequence[Report], train: TrainConfig) -> Numbers | None:
    """D guesses, though the pictures are far from real. A duel that is even because the pictures are good has a low distance."""
    real, fake = _mean(looks, "d_accuracy_real"), _mean(looks, "d_accuracy_fake")
    distances = [
        _of(report, "distance") for report in reports if report.get("distance") is not None and report["step"] <= looks[-1]["step"]
    ]
    if train.loss == SCORES or (real + fake) / 2 > COIN or not distances or distances[-1] < UNLIKE:
        return None
    return {"real": real, "fake": fake, "distance": distances[-1]}


def _collapse(looks: list[Report], reports: Sequence[Report], train: TrainConfig) -> Numbers | None:
    """One or two digits only, or much fewer than it knew before, or pictures that are all alike; and no better than a few looks ago."""
    now, before = looks[-1], looks[-1 - OVER : -1]
    if now["step"] < 2 * WARM_UP:
        return None
    best = max(_of(report, "evenness") for report in looks)
    lost = _of(now, "evenness") < FEW_DIGITS and _of(now, "evenness") < best - LOST
    if not (_of(now, "evenness") < ONE_DIGIT or lost or _of(now, "variety") < ALIKE):
        return None
    if not before or (_of(now, "evenness") > _mean(before, "evenness") + RISING and _of(now, "variety") > _mean(before, "variety")):
        return None
    share = max(now["digits"])
    return {"evenness": _of(now, "evenness"), "variety": _of(now, "variety"), "top": now["digits"].index(share), "share": share}


def _labels_ignored(looks: list[Report], reports: Sequence[Report], train: TrainConfig) -> Numbers | None:
    """It draws, but not what is asked for, and does not begin to. Labels come after strokes, so it has more time than for those."""
    now, before = looks[-1], looks[-1 - OVER : -1]
    if now["step"] < 4 * WARM_UP or _of(now, "label_accuracy") > OBEYED or not before:
        return None
    return None if _of(now, "label_accuracy") > _mean(before, "label_accuracy") + RISING else {"accuracy": _of(now, "label_accuracy")}


def _plateau(looks: list[Report], reports: Sequence[Report], train: TrainConfig) -> Numbers | None:
    """The best distance is a good while ago."""
    best = looks[0]
    for report in looks:
        if _of(report, "distance") < BETTER * _of(best, "distance"):
            best = report
    stale = looks[-1]["step"] - best["step"]
    if stale < STALE * max(train.steps, looks[-1]["step"]) or sum(report["step"] > best["step"] for report in looks) < 2 * PATIENCE:
        return None
    return {"distance": _of(best, "distance"), "best_step": best["step"]}


# what a report must have to be looked at by the rule, and the rule
RULES: dict[str, tuple[tuple[str, ...], Rule]] = {
    "exploding": (("d_loss",), _exploding),
    "saturated": (("d_fake", "g_loss"), _saturated),
    "d_won": (("d_accuracy_real", "d_accuracy_fake", "g_loss"), _d_won),
    "d_blind": (("d_accuracy_real", "d_accuracy_fake"), _d_blind),
    "collapse": (("evenness", "variety", "digits"), _collapse),
    "labels_ignored": (("label_accuracy",), _labels_ignored),
    "plateau": (("distance",), _plateau),
}


# ---- what usually helps


def _cure(kind: str, train: TrainConfig) -> dict[str, Setting]:
    """The settings to change, and to what."""
    g_rate, d_rate = train.g_learning_rate, train.d_learning_rate
    calm: dict[str, Setting] = {"g_learning_rate": min(g_rate, 5e-4), "d_learning_rate": min(max(d_rate, 1e-4), 5e-4), "beta_1": 0.5}
    cures: dict[str, dict[str, Setting]] = {
        "exploding": {"g_learning_rate": min(g_rate / 10, 5e-4), "d_learning_rate": min(d_rate / 10, 5e-4), "beta_1": 0.5},
        "saturated": {"loss": "non_saturating", "d_learning_rate": min(d_rate, 5e-4), "d_steps": 1, "beta_1": 0.5},
        "d_won": {"d_learning_rate": min(d_rate / 4, 5e-4), "g_learning_rate": min(max(g_rate, 5e-4), 1e-3), "d_steps": 1,
                  "label_smoothing": max(train.label_smoothing, 0.1), "beta_1": 0.5},
        "d_blind": {"d_learning_rate": max(10 * d_rate, min(g_rate, 5e-4)), "g_learning_rate": min(g_rate, 1e-3)},
        "collapse": calm if train.z_scale else {"z_scale": 1.0},
        "labels_ignored": {"random_labels": 0.0} if train.random_labels else {"d_learning_rate": max(d_rate, min(2 * max(d_rate, 1e-4), 2e-3))},
        "plateau": {"g_learning_rate": g_rate / 4, "d_learning_rate": d_rate / 4},
    }  # fmt: skip
    cures["not_finite"] = cures["exploding"]
    now = train.to_dict()
    changed = {name: _short(value) for name, value in cures[kind].items() if _short(value) != now[name]}
    return changed or {"g_learning_rate": _short(g_rate / 2), "d_learning_rate": _short(d_rate / 2)}  # all of it was tried: smaller steps


def _short(value: Setting) -> Setting:
    return float(f"{value:.2g}") if isinstance(value, float) else value
