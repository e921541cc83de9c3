"""Who may train, and in which order: keys, the line, visitors' limits, and a line that outlives the web process."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path

import gradio as gr
import pytest
from gradio.context import LocalContext
from starlette.requests import Request

from gan_core import runs
from gan_core.config import ModelConfig, TrainConfig
from gan_core.errors import ConfigError, RunError
from gan_core.runs import control
from gan_core.storage import files, locks
from ui.server import control as steer
from ui.server import runlist
from ui.settings import Settings
from ui.train import access, form, scheduler, tab, visitors

MODEL, TRAIN = ModelConfig("dense", latent_dim=6), TrainConfig(dataset="digits", steps=100)
TOKEN = "the-token-of-the-owner"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(checkpoints=tmp_path / "checkpoints", runs=tmp_path / "runs")


@pytest.fixture(autouse=True)
def training(monkeypatch: pytest.MonkeyPatch):
    """Runs that are launched here hold their lock, as a training process does, until `end`."""
    held: dict[str, int] = {}

    def launch(run: runs.Run) -> None:
        lock = locks.take(run.folder / "lock")
        assert lock is not None, "launched twice"
        held[run.id] = lock
        run.set_status("running", launched=True)

    def end(run: runs.Run, state: str = "finished") -> None:
        run.set_status(state)
        os.close(held.pop(run.id))

    monkeypatch.setattr(runs, "launch", launch)
    yield end
    for lock in held.values():
        os.close(lock)


def state(run: runs.Run) -> str:
    return run.status()["state"]


def begin(settings: Settings, key: str = "") -> tuple[runs.Run, int]:
    return scheduler.start(settings, MODEL, TRAIN, key)


def test_one_trains_and_the_others_wait_in_the_order_they_came(settings: Settings, training) -> None:
    (first, none), (second, one), (third, two) = (begin(settings) for _ in range(3))
    assert (none, one, two) == (0, 1, 2) and [state(run) for run in (first, second, third)] == ["running", "queued", "queued"]
    listed = {entry["id"]: entry for entry in runlist.runs_list(settings)}
    assert (listed[second.id]["place"], listed[third.id]["place"]) == (1, 2) and "place" not in listed[first.id]
    assert runlist.progress_head(settings, third.id).status["place"] == 2
    scheduler.tick(settings)
    assert state(second) == "queued"
    training(first)
    scheduler.tick(settings)
    assert [state(run) for run in (first, second, third)] == ["finished", "running", "queued"]
    assert scheduler.places(settings) == {third.id: 1}


def test_a_clock_that_goes_back_changes_no_order(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    real, away = time.time, [0.0]
    monkeypatch.setattr(time, "time", lambda: real() + away[0])
    made = []
    for jump in (0, 5000, -5000, 10**8, -(10**8)):
        away[0] = jump
        made.append(begin(settings)[0])
    assert [scheduler.place(settings, run) for run in made] == [0, 1, 2, 3, 4]


def test_the_line_is_in_the_folder_and_outlives_the_web_process(settings: Settings, training) -> None:
    first, second = begin(settings)[0], begin(settings)[0]
    later = replace(settings)  # another web process: nothing but the folder is left
    assert scheduler.places(later) == {second.id: 1}
    training(first, "stopped")
    scheduler.tick(later)
    assert state(second) == "running"


def test_max_runs(settings: Settings) -> None:
    two = replace(settings, max_runs=2)
    assert [begin(two)[1] for _ in range(4)] == [0, 0, 1, 2]


def test_out_of_the_line_and_back_into_it(settings: Settings, training) -> None:
    first, second, third = (begin(settings)[0] for _ in range(3))
    assert scheduler.stop(settings, second) and state(second) == "stopped"
    assert scheduler.place(settings, third) == 1
    assert scheduler.resume(settings, second, "") == 2
    with pytest.raises(RunError, match="2nd in line"):
        scheduler.resume(settings, second, "")
    assert not scheduler.stop(settings, first) and control.read(first).stop
    with pytest.raises(RunError, match="training already"):
        scheduler.resume(settings, first, "")
    training(first)
    for refused in (lambda: scheduler.stop(settings, first), lambda: scheduler.resume(settings, first, "")):
        with pytest.raises(RunError, match="finished"):
            refused()


def test_a_full_line_says_so(settings: Settings) -> None:
    short = replace(settings, max_queue=1)
    assert [begin(short)[1] for _ in range(2)] == [0, 1]
    with pytest.raises(RunError, match="1 runs wait already"):
        begin(short)
    with pytest.raises(RunError, match="nobody may wait"):
        begin(replace(settings, runs=settings.runs.parent / "other", max_queue=0)) and begin(
            replace(settings, runs=settings.runs.parent / "other", max_queue=0)
        )


def test_a_run_that_cannot_be_launched_fails_and_lets_the_next_one_go(
    settings: Settings, training, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (begin(settings)[0] for _ in range(3))
    real = runs.launch

    def launch(run: runs.Run) -> None:
        if run.id == second.id:
            raise OSError(11, "Resource temporarily unavailable")
        real(run)

    monkeypatch.setattr(runs, "launch", launch)
    training(first)
    scheduler.tick(settings)
    scheduler.tick(settings)
    assert state(second) == "failed" and "temporarily" in second.status()["reason"] and state(third) == "running"


def test_damaged_tickets_and_deleted_folders_leave_the_line_going(settings: Settings, training) -> None:
    import shutil

    first, second, third = (begin(settings)[0] for _ in range(3))
    for text in (b"", b"[]", b'{"number": "x", "minutes": "y", "owner": 5}'):
        files.write_bytes(second.folder / "ticket.json", text)
        assert set(scheduler.places(settings)) == {second.id, third.id}
        scheduler.tick(settings)
    shutil.rmtree(second.folder)
    training(first)
    scheduler.tick(settings)
    assert state(third) == "running"


def test_a_server_that_ends_its_trainings_leaves_those_of_the_command_line(
    settings: Settings, training, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduler, "END_SECONDS", 0.2)
    mine, waiting = (begin(settings)[0] for _ in range(2))
    other = runs.create(settings.runs, MODEL, TRAIN)
    runs.launch(other)
    assert scheduler.end_all(settings) == 1, "it has not ended yet"
    assert control.read(mine).stop and not control.read(other).stop and state(waiting) == "queued"
    training(mine, "stopped")
    assert scheduler.end_all(settings) == 0


# ---- who may


def asked(key: str | None = None, **headers: str) -> Request:
    given = {"x-gan-control": key, **{name.replace("_", "-"): value for name, value in headers.items()}}
    return Request(
        {"type": "http", "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items() if value is not None]}
    )


def test_only_the_token_controls(settings: Settings) -> None:
    owned = replace(settings, control="token", token=TOKEN)
    access.may_control(owned, asked(TOKEN))
    for wrong in (None, "", "x", TOKEN[:-1], TOKEN + "x", TOKEN.upper(), "\xff" * 9, "x" * 10**5):
        with pytest.raises(access.Forbidden, match="control link"):
            access.may_control(owned, asked(wrong))
    for nobody in (replace(settings, control="nobody"), replace(owned, control="nobody"), replace(settings, training=False)):
        with pytest.raises(access.Forbidden):
            access.may_control(nobody, asked(TOKEN))
    access.may_control(settings, asked(None))
    for site in ("cross-site", "same-site"):
        with pytest.raises(access.Forbidden, match="another site"):
            access.may_control(settings, asked(None, sec_fetch_site=site))
    for odd in (None, 5, [TOKEN], {"a": 1}, b"x"):
        assert not access.has_control(owned, odd)


def test_who_starts_a_run_may_stop_it_and_nobody_else(settings: Settings) -> None:
    open_to_all = replace(settings, control="token", token=TOKEN, visitors=True)
    run, _ = scheduler.start(open_to_all, MODEL, TRAIN, "a-visitor")
    assert "a-visitor" not in (run.folder / "ticket.json").read_text()
    access.check(open_to_all, "a-visitor", run.owner())
    access.check(open_to_all, TOKEN, run.owner())
    for other in ("another", "", None):
        with pytest.raises(access.Forbidden):
            access.check(open_to_all, other, run.owner())
    for somebody in ("another", "a-visitor", TOKEN, ""):  # whoever started it, too
        with pytest.raises(access.Forbidden, match="nobody may control"):
            access.check(replace(open_to_all, control="nobody"), somebody, run.owner())


def test_visitors_have_limits(settings: Settings, training, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = replace(settings, control="token", token=TOKEN)
    with pytest.raises(access.Forbidden):
        scheduler.start(closed, MODEL, TRAIN, "a-visitor")
    some, some_steps = replace(closed, visitors=True, visitor_steps=100, visitor_minutes=0.01), replace(TRAIN, steps=1000)
    for train, expected in (
        (replace(TRAIN, steps=101), "at most 100 here"),
        (replace(TRAIN, dataset="/etc/passwd"), "on this machine"),
        (replace(TRAIN, dataset="../runs"), "on this machine"),
        (replace(TRAIN, batch_size=4096), "at most 256"),
        (replace(TRAIN, d_steps=20), "at most 5"),
        (replace(some_steps, report_every=1), "would report"),
    ):
        with pytest.raises(RunError, match=expected):
            scheduler.start(replace(some, visitor_steps=1000) if train.report_every else some, MODEL, train, "a-visitor")
    with pytest.raises(RunError, match="latent size is 1,024"):
        scheduler.start(some, ModelConfig("dense", latent_dim=1024), TRAIN, "a-visitor")
    assert runs.list_runs(some.runs) == []
    with pytest.raises(access.Forbidden):
        scheduler.start(some, MODEL, TRAIN, "")
    run, _ = scheduler.start(some, MODEL, TRAIN, "a-visitor")
    with pytest.raises(RunError, match="one at a time"):
        scheduler.start(some, MODEL, TRAIN, "a-visitor")
    assert scheduler.start(some, MODEL, TRAIN, "another")[1] == 1
    assert run.ticket() == {"number": 1, "owner": access.owner_name("a-visitor"), "minutes": 0.01}
    assert (scheduler.start(replace(some, max_runs=9), MODEL, replace(TRAIN, steps=10**6), TOKEN)[0].ticket() or {})["minutes"] is None


def test_a_visitor_has_one_run_however_it_came_to_wait(settings: Settings, training) -> None:
    some = replace(settings, control="token", token=TOKEN, visitors=True)
    made = []
    for _ in range(3):  # one after the other, each stopped before the next: all of them may be resumed
        made.append(scheduler.start(some, MODEL, TRAIN, "a-visitor")[0])
        control.stop(made[-1])
        training(made[-1], "stopped")
    scheduler.start(some, MODEL, TRAIN, TOKEN)
    assert scheduler.resume(some, made[0], "a-visitor") == 1
    (made[0].folder / "control.json").write_text(
        '{"request": "stop"}'
    )  # what a process left that was killed makes it no less a waiting run
    for again in (lambda: scheduler.resume(some, made[1], "a-visitor"), lambda: scheduler.start(some, MODEL, TRAIN, "a-visitor")):
        with pytest.raises(RunError, match="one at a time"):
            again()
    assert scheduler.resume(some, made[1], TOKEN) == 2, "the owner of the page may"


def test_minutes_are_counted_in_the_run_whoever_stops_and_resumes_it(settings: Settings, training) -> None:
    some = replace(settings, control="token", token=TOKEN, visitors=True, visitor_minutes=0.5)
    run, _ = scheduler.start(some, MODEL, TRAIN, "a-visitor")
    for seconds in (12, 12):
        training(run, "stopped")
        with run.hold():
            run._held = (time.monotonic() - seconds, run.used())  # as if a process had held it for so long
            run.set_status("stopped")
        assert scheduler.resume(some, run, "a-visitor") == 0
    assert 24 <= run.used() < 26 and run.status()["used"] == run.used()
    training(run, "stopped")
    run.set_status("stopped", used=30.0)
    for key in ("a-visitor", TOKEN):
        with pytest.raises(RunError, match=r"trained for its 0\.5 minutes"):
            scheduler.resume(some, run, key)


def test_the_settings_of_a_visitors_run_stay_small_in_flight_and_in_a_branch(settings: Settings, training) -> None:
    some = replace(settings, control="token", token=TOKEN, visitors=True)
    run, _ = scheduler.start(some, MODEL, TRAIN, "a-visitor")
    change = {"do": "change", "settings": {"batch_size": 4096}}
    with pytest.raises(RunError, match="at most 256"):
        steer.obey(some, asked("a-visitor"), run.id, change)
    assert control.read(run).settings == {}
    with pytest.raises(RunError, match="at most 256"):
        steer.branch(some, asked("a-visitor"), run.id, {"step": 0, "settings": {"batch_size": 4096}})
    assert steer.obey(some, asked("a-visitor"), run.id, {**change, "settings": {"batch_size": 32}})["wish"]["settings"] == {
        "batch_size": 32
    }
    assert steer.obey(some, asked(TOKEN), run.id, change)["wish"]["settings"] == {"batch_size": 4096}


def test_the_refusal_does_not_tell_whether_a_run_or_a_file_is_there(settings: Settings) -> None:
    owned = replace(settings, control="token", token=TOKEN, visitors=True)
    run, _ = scheduler.start(owned, MODEL, TRAIN, TOKEN)
    for act, body in ((steer.obey, {"do": "pause"}), (steer.branch, {"step": 0})):
        said = set()
        for name in (run.id, "no-such-run"):
            with pytest.raises(access.Forbidden) as refused:
                act(owned, asked("a-visitor"), name, body)
            said.add(str(refused.value))
        assert len(said) == 1
    said = set()
    for path in ("/etc/passwd", "/etc/nowhere", str(settings.runs), "/dev/zero"):
        with pytest.raises(RunError, match="on this machine") as refused_path:
            visitors.check_data(path)
        said.add(str(refused_path.value).replace(repr(path[:60]), "?"))
    assert len(said) == 1


def test_what_comes_through_a_proxy_is_not_on_this_machine(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GAN_CONTROL", "GRADIO_SERVER_NAME", "GRADIO_SHARE"):
        monkeypatch.delenv(name, raising=False)
    local = Settings.from_environment()
    access.may_control(local, asked(None))
    for header in access.FORWARDED:
        outside = asked(None, **{header.replace("-", "_"): "1.2.3.4"})
        for key in (None, "anything"):
            with pytest.raises(access.Forbidden, match="proxy or a share link"):
                access.check(local, access.key_of(local, outside, key))
        assert not access.view(local, access.key_of(local, outside))["control"]
        said = Settings.from_environment(control="anyone")
        access.may_control(said, outside)
        assert not access.may_name_paths(said, None, outside), "anyone may train, but nobody looks into the folders of this machine"
    for host, here in (
        ("localhost:7860", True),
        ("127.0.0.1", True),
        ("[::1]:7860", True),
        ("abc.gradio.live", False),
        ("[2001:db8::1]:80", False),
    ):
        assert access.is_forwarded(asked(None, host=host)) != here, "a tunnel that adds nothing still asks for the name that was opened"
    fields = {"family": "dense", "preset": "live", "dataset": "digits", **form.preset_values("dense", "live")}
    panel = {"run": "any"}
    event = LocalContext.request.set(gr.Request(request=asked(None, x_forwarded_for="1.2.3.4")))
    try:
        for make, values in ((tab._stopper, [panel]), (tab._resumer, [panel]), (tab._keeper, [panel, "name"]),
                             (tab._starter, [fields[name] for name in form.FIELDS])):  # fmt: skip
            told = make(local)("", *values)[1]
            assert told["kind"] == "error" and "proxy or a share link" in told["text"], make
    finally:
        LocalContext.request.reset(event)
    monkeypatch.setenv("GRADIO_SHARE", "True")
    assert Settings.from_environment().control == "token"


def test_the_handlers_of_the_page_ask_for_the_key(settings: Settings) -> None:
    owned = replace(settings, control="token", token=TOKEN)
    run, _ = scheduler.start(owned, MODEL, TRAIN, TOKEN)
    panel = {"run": run.id, "state": "running", "step": None}
    for wrong in ("", "x", None, ["a"]):
        for told in (
            tab._stopper(owned)(wrong, panel)[1],
            tab._resumer(owned)(wrong, panel)[1],
            tab._keeper(owned)(wrong, panel, "mine")[1],
        ):
            assert told["kind"] == "error" and "control link" in told["text"]
    assert not control.read(run).stop
    assert tab._stopper(owned)(TOKEN, panel)[1]["kind"] == "ok" and control.read(run).stop


def test_what_the_page_is_told(settings: Settings) -> None:
    owned = replace(settings, control="token", token=TOKEN)
    assert access.view(settings, None) == {"control": True, "start": True, "why": "", "visitors": None}
    assert access.view(owned, TOKEN)["control"] and not access.view(owned, "x")["start"]
    assert "control link" in access.view(owned, "x")["why"]
    guests = access.view(replace(owned, visitors=True), "x")
    assert guests["start"] and not guests["control"] and guests["visitors"] == {"steps": 5000, "minutes": 3.0}
    assert TOKEN not in json.dumps(guests)


def test_the_address_decides_who_may_control(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GAN_CONTROL", "GAN_CONTROL_TOKEN", "GRADIO_SERVER_NAME"):
        monkeypatch.delenv(name, raising=False)
    for host in (None, "127.0.0.1", "localhost", "::1"):
        assert Settings.from_environment(host).control == "anyone"
    for host in ("0.0.0.0", "192.168.1.4", "::"):
        made = Settings.from_environment(host)
        assert made.control == "token" and len(made.token) >= 20 and made.token != Settings.from_environment(host).token
    monkeypatch.setenv("GRADIO_SERVER_NAME", "0.0.0.0")
    assert Settings.from_environment().control == "token"
    assert Settings.from_environment(control="anyone").control == "anyone"
    monkeypatch.setenv("GAN_CONTROL", "Nobody")
    assert Settings.from_environment().control == "nobody" and Settings.from_environment(control="token").token
    monkeypatch.setenv("GAN_CONTROL_TOKEN", TOKEN)
    assert Settings.from_environment(control="token").token == TOKEN
    monkeypatch.setenv("GAN_CONTROL_TOKEN", "short")
    with pytest.raises(ConfigError, match="8 to 200"):
        Settings.from_environment(control="token")
    monkeypatch.setenv("GAN_CONTROL", "everyone")
    with pytest.raises(ConfigError, match="'everyone'"):
        Settings.from_environment()
    monkeypatch.delenv("GAN_CONTROL")
    for wrong in ({"max_runs": 0}, {"max_queue": -1}, {"visitor_steps": 0}, {"visitor_minutes": 0}, {"on_exit": "burn"}):
        with pytest.raises(ConfigError, match="expected"):
            Settings.from_environment("127.0.0.1", control="anyone", **wrong)


@pytest.mark.parametrize(("number", "words"), [(1, "next in line"), (2, "2nd in line"), (3, "3rd in line"), (4, "4th in line"), (11, "11th in line"),
                                               (12, "12th in line"), (22, "22nd in line"), (113, "113th in line")])  # fmt: skip
def test_places_in_words(number: int, words: str) -> None:
    assert scheduler.in_words(number) == words
