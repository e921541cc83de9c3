"""Several workers at one run, real processes on loopback: the losses of a single process, a worker killed and started again, all ending together."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT
from tiny import make_run

from gan_core import runs
from gan_core.runs import control
from gan_core.training import trainer

SECONDS = 240
LOSSES = ("g_loss", "d_loss", "d_real", "d_fake", "loss")
MIRRORED = """
import sys
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from gan_core import runs, training
from gan_core.nn import distributed
with distributed.scope("mirrored"):
    assert distributed.replicas() == 2
    for folder in sys.argv[1:]:
        training.train(runs.Run(folder))
"""


class Group:
    """Worker processes on loopback that train one run, all by the same command."""

    def __init__(self, run: runs.Run, size: int, arguments: tuple[str, ...] = ()) -> None:
        self.run, self.arguments = run, arguments or ("--resume", str(run.folder))
        sockets = [socket.socket() for _ in range(size)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        self.addresses = [f"127.0.0.1:{each.getsockname()[1]}" for each in sockets]
        for each in sockets:
            each.close()
        self.processes = [self.start(index) for index in range(size)]

    def start(self, index: int) -> subprocess.Popen:
        place = {"cluster": {"worker": self.addresses}, "task": {"type": "worker", "index": index}}
        command = [sys.executable, "-m", "gan_core", "train", *self.arguments, "--strategy", "multi-worker", "--quiet"]
        environment = {**os.environ, "TF_CONFIG": json.dumps(place)}
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def wait_for(self, condition) -> None:
        end = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < end, "it did not happen in time"
            assert [process.poll() for process in self.processes].count(None), self.finish()
            time.sleep(0.02)

    def finish(self) -> list[tuple[int, str]]:
        """Exit code and words of each."""
        said = ["".join(process.communicate(timeout=SECONDS)) for process in self.processes]
        return [(process.returncode, words) for process, words in zip(self.processes, said, strict=True)]

    def __enter__(self) -> Group:
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def check_losses(run: runs.Run, single: runs.Run, tolerance: float = 1e-4) -> None:
    found, expected = run.reports(), single.reports()
    assert [report["step"] for report in found] == [report["step"] for report in expected]
    for ours, plain in zip(found, expected, strict=True):
        for name in set(LOSSES) & set(plain):
            assert ours[name] == pytest.approx(plain[name], abs=tolerance), (ours["step"], name)


def trained(root: Path, family: str = "dense", **settings: object) -> runs.Run:
    """By one process."""
    run = make_run(root, family, **settings)
    assert trainer.train(run) == "finished"
    return run


@pytest.mark.slow
def test_two_workers_have_the_losses_of_one_and_end_together(tmp_path: Path) -> None:
    run = make_run(tmp_path)
    with Group(run, 2) as group:
        said = group.finish()
        assert [code for code, _ in said] == [0, 0], said
        assert "finished at step 40" in said[0][1] and "the chief has the run" in said[1][1]
        assert run.status()["state"] == "finished" and run.status()["pid"] == group.processes[0].pid
    check_losses(run, trained(tmp_path))


@pytest.mark.slow
def test_a_killed_worker_comes_back_and_three_go_on_from_the_last_state(tmp_path: Path) -> None:
    settings = {"steps": 50, "batch_size": 24, "report_every": 5}
    run = make_run(tmp_path, **settings)
    with Group(run, 3) as group:
        group.wait_for(lambda: run.status()["state"] == "running")
        control.ask(run, {"do": "slow", "rate": 20})
        group.wait_for(lambda: run.reports() and run.reports()[-1]["step"] >= 15)
        group.processes[1].send_signal(signal.SIGKILL)
        group.processes[1].wait()
        group.wait_for(lambda: run.status()["state"] != "running")
        stood = run.reports()[-1]["step"]
        assert 15 <= stood < 50 and "gone" in run.status()["reason"], run.status()
        group.processes[1] = group.start(1)
        said = group.finish()
        assert [code for code, _ in said] == [0, 0, 0], said
        assert "another worker is gone" in said[0][1] and "another worker is gone" in said[2][1]
    assert run.status()["state"] == "finished" and run.status()["reason"] == ""
    assert run.reports()[1]["seconds"] < run.reports()[-1]["seconds"]
    check_losses(run, trained(tmp_path, **settings))


@pytest.mark.slow
def test_a_worker_that_is_asked_to_stop_stops_all(tmp_path: Path) -> None:
    run = make_run(tmp_path, steps=1_000_000, report_every=20)
    with Group(run, 2) as group:
        group.wait_for(lambda: len(run.reports()) > 2)
        group.processes[1].send_signal(signal.SIGTERM)
        said = group.finish()
        assert [code for code, _ in said] == [0, 0], said
    assert run.status()["state"] == "stopped"


@pytest.mark.slow
def test_two_devices_have_the_losses_of_one_with_batch_statistics_too(tmp_path: Path) -> None:
    plain = {"generator": [4, 3], "discriminator": [3, 4], "dropout": 0.0}
    kinds = [
        ("dense", {"d_steps": 2}),
        ("dcgan", {"widths": plain, "r1_gamma": 0.1, "r1_every": 4, "gradient_penalty": 10.0}),
        ("autoencoder", {"optimizer": "soap"}),
    ]
    mirrored = [make_run(tmp_path, family, steps=20, ema_decay=0.9, **settings) for family, settings in kinds]
    command = [sys.executable, "-c", MIRRORED, *(str(run.folder) for run in mirrored)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    for run, (family, settings) in zip(mirrored, kinds, strict=True):
        check_losses(run, trained(tmp_path, family, steps=20, ema_decay=0.9, **settings), 1e-3)


@pytest.mark.parametrize(
    "place", ["", "{}", '{"cluster": {"worker": ["a:1"]}, "task": {"type": "worker", "index": 1}}', '{"cluster": {"ps": ["a:1"]}}']
)
def test_a_tf_config_that_says_too_little_is_told_with_an_example(place: str, tmp_path: Path) -> None:
    from gan_core.errors import ConfigError
    from gan_core.nn import distributed

    with pytest.raises(ConfigError, match="expected all workers"):
        distributed._check_tf_config(place)


@pytest.mark.slow
def test_a_batch_that_cannot_be_shared_is_refused_and_all_end(tmp_path: Path) -> None:
    run = make_run(tmp_path, batch_size=15)
    with Group(run, 2) as group:
        (chief, said), (other, heard) = group.finish()
    assert chief == 2 and "multiple of 2" in said and other == 1 and "multiple of 2" in heard


@pytest.mark.slow
def test_a_run_that_cannot_begin_ends_all_and_leaves_nothing(tmp_path: Path) -> None:
    wrong = ("dense", "--dataset", str(tmp_path / "nowhere"), "--runs", str(tmp_path / "runs"))
    with Group(make_run(tmp_path / "other"), 2, wrong) as group:
        (chief, said), (other, heard) = group.finish()
    assert chief == 1 and "nowhere" in said and other == 1 and "nowhere" in heard
    assert not (tmp_path / "runs").exists()
