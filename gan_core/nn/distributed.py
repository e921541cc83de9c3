"""Several devices or machines at one training, by `tf.distribute`: every replica holds all the weights and takes its slice of every batch.

All workers are started by the same command (`--strategy multi-worker`, TF_CONFIG). The first is the chief: it alone has a run folder, obeys
requests and writes anything down, and before every compiled call it tells the others what they do next. They need the program and the data
set and nothing else; settings and weights are told to them. Under no strategy everything here is the identity.

Losses are means over a replica's slice and Keras' optimizers add up the replicas' gradients, so these are divided by the number of replicas
(optimizers.py). What is drawn is drawn for the whole batch and then sliced, so the numbers are those of a single process.
Source: https://www.tensorflow.org/guide/distributed_training
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, NoReturn, ParamSpec, TypedDict, TypeVar

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from gan_core.errors import ConfigError, RunError

if TYPE_CHECKING:
    from gan_core.nn.layers import Chain

P = ParamSpec("P")
T = TypeVar("T")
RESTARTS = "GAN_RESTARTS"  # environment: how often this worker has started again so far
MOST_RESTARTS = 100
PAUSE_SECONDS = 2.0  # before it starts again: the others need a moment to notice too


class PeerLost(RunError):
    """Another worker of the group is gone, or cannot be reached."""


class Order(TypedDict, total=False):
    """What the chief tells the others to do next: begin, go on by so many steps, with other settings, from a saved moment, or end."""

    model: dict[str, object]
    train: dict[str, object]
    steps: int
    use: dict[str, object]
    stand: list[int]
    end: str


# ---- the group


def scope(name: str | None) -> contextlib.AbstractContextManager:
    """Under this, variables and steps are those of the strategy: None, 'mirrored' (all GPUs of this machine) or 'multi-worker'.

    A group is waited for until it is complete. Nothing else of TensorFlow may have been used before.
    Raises: ConfigError when TF_CONFIG does not say who is in the group; PeerLost when it does not come together.
    """
    if name is None:
        return contextlib.nullcontext()
    if name == "mirrored":
        # not the default of TensorFlow 2.21, collectives: with three updates in a step they add up gradients of different updates
        return tf.distribute.MirroredStrategy(cross_device_ops=tf.distribute.ReductionToOneDevice()).scope()
    _check_tf_config(os.environ.get("TF_CONFIG", ""))
    try:
        return tf.distribute.MultiWorkerMirroredStrategy().scope()
    except tf.errors.OpError as error:
        raise PeerLost(f"the group did not come together ({type(error).__name__}).") from error


def _check_tf_config(text: str) -> None:
    """Raises ConfigError with an example."""
    try:
        config = json.loads(text)
        jobs, kind, index = config["cluster"], config["task"]["type"], int(config["task"]["index"])
        known = set(jobs) <= {"chief", "worker"} and all(isinstance(address, str) for job in jobs.values() for address in job)
        complete = known and 0 <= index < len(jobs[kind])
    except (ValueError, KeyError, TypeError):
        complete = False
    if not complete:
        raise ConfigError(f"TF_CONFIG is {text[:200]!r}; expected all workers and which of them this one is, such as "
                          '{"cluster": {"worker": ["10.0.0.1:9000", "10.0.0.2:9000"]}, "task": {"type": "worker", "index": 0}}.')  # fmt: skip


def active() -> bool:
    """Whether training runs under a strategy."""
    return tf.distribute.has_strategy()


def replicas() -> int:
    """Replicas of the networks in the whole group, 1 under no strategy."""
    return tf.distribute.get_strategy().num_replicas_in_sync


def _workers() -> int:
    """Processes of the group, 1 for anything but 'multi-worker'."""
    strategy = tf.distribute.get_strategy()
    if not isinstance(strategy, tf.distribute.MultiWorkerMirroredStrategy):
        return 1
    return sum(len(job) for job in strategy.cluster_resolver.cluster_spec().as_dict().values())


def leads() -> bool:
    """Whether this process is the chief; it is where there is no other."""
    if _workers() == 1:
        return True
    resolver = tf.distribute.get_strategy().cluster_resolver
    return resolver.task_type == "chief" or (resolver.task_id == 0 and "chief" not in resolver.cluster_spec().as_dict())


def check_batch(batch_size: int) -> None:
    """Raises ConfigError where the batch cannot be shared evenly."""
    if batch_size % replicas():
        raise ConfigError(f"batch_size is {batch_size}; expected a multiple of {replicas()}, for each replica takes an equal share of it.")


# ---- the step


def function(step: Callable[P, T], xla: bool) -> Callable[P, T]:
    """`step` compiled; under a strategy as it is, since replicas cannot meet inside of a function within the compiled one."""
    return step if active() else tf.function(step, jit_compile=xla)


def run(step: Callable[..., T], *args: tf.Tensor) -> T:
    """The step on every replica; the mean of what it returns."""
    if not active():
        return step(*args)
    strategy = tf.distribute.get_strategy()
    return strategy.reduce(tf.distribute.ReduceOp.MEAN, strategy.run(step, args), axis=None)


def mine(drawn: tf.Tensor, axis: int = 0) -> tf.Tensor:
    """This replica's slice, along `axis`, of what was drawn for the whole batch."""
    if replicas() == 1:
        return drawn
    share = drawn.shape[axis] // replicas()
    return tf.gather(drawn, _replica() * share + tf.range(share), axis=axis)


def numbers(variable: tf.Variable | npt.ArrayLike) -> np.ndarray:
    """The values of a Keras variable, on one device or on many, or of an array."""
    return np.asarray(variable.numpy() if hasattr(variable, "numpy") else variable)


def own_seed(seed: tf.Tensor) -> tf.Tensor:
    """A seed `[2]` of this replica's own, where the same draw on all of them would be the same dropout on every slice."""
    return seed if replicas() == 1 else seed + tf.stack([_replica() * 7919, 0])


def _replica() -> tf.Tensor:
    return tf.cast(tf.distribute.get_replica_context().replica_id_in_sync_group, tf.int32)


def synchronise(networks: Mapping[str, Chain]) -> None:
    """Let batch normalisation take the statistics of the whole batch, not of a replica's slice."""
    for network in networks.values():
        for layer in network.steps:
            if hasattr(layer, "synchronized"):
                layer.synchronized = replicas() > 1


# ---- chief and followers


def tell(message: Order, stop: bool = False) -> bool:
    """The chief tells all others what they do next; does nothing on one of these, or where there are none.

    Returns: whether anybody, `stop` for this one, is to stop. Raises PeerLost.
    """
    return _exchange(message, stop)[1] if leads() and _workers() > 1 else stop


def hear(stop: bool = False) -> Order:
    """What the chief tells next, waited for; `stop`: this worker is to stop and tells so. Raises PeerLost."""
    return _exchange({}, stop)[0]


def share(variables: list[tf.Variable]) -> None:
    """Everybody's variables become the chief's. Raises PeerLost."""
    if _workers() == 1:
        return
    ours = [numbers(variable) for variable in variables]
    flat = np.concatenate([value.ravel().astype(np.float64) for value in ours])  # holds every float32 and every count exactly
    of_chief = _sum(flat if leads() else np.zeros_like(flat))
    ends = np.cumsum([value.size for value in ours])
    for variable, value, part in zip(variables, ours, np.split(of_chief, ends[:-1]), strict=True):
        variable.assign(part.reshape(value.shape).astype(value.dtype))


def _exchange(message: Order, stop: bool) -> tuple[Order, bool]:
    """Two sums over the workers: of wishes to stop and the message's length, then of the message's bytes, to which only the chief adds."""
    text = np.frombuffer(json.dumps(message).encode(), np.uint8) if leads() else np.zeros(0, np.uint8)
    wishes, length = _sum(np.array([stop, len(text)], np.float64))
    of_chief = _sum(text.astype(np.float64) if leads() else np.zeros(int(length)))
    return json.loads(of_chief.astype(np.uint8).tobytes()), wishes > 0


def _sum(values: np.ndarray) -> np.ndarray:
    with lost_peers_told():
        return _summed(tf.constant(values)).numpy()


@tf.function(reduce_retracing=True)
def _summed(values: tf.Tensor) -> tf.Tensor:
    """The sum over all workers, of which each adds its values once however many replicas it has."""
    strategy = tf.distribute.get_strategy()

    def contribution(values: tf.Tensor) -> tf.Tensor:
        return tf.where(_replica() % (replicas() // _workers()) == 0, values, tf.zeros_like(values))

    return strategy.reduce(tf.distribute.ReduceOp.SUM, strategy.run(contribution, (values,)), axis=None)


@contextlib.contextmanager
def lost_peers_told() -> Iterator[None]:
    """An error of TensorFlow's while workers meet means that one is gone; it is raised as PeerLost."""
    try:
        yield
    except tf.errors.OpError as error:
        if _workers() == 1 or isinstance(error, tf.errors.ResourceExhaustedError | tf.errors.InvalidArgumentError):
            raise
        raise PeerLost(f"another worker is gone ({type(error).__name__}).") from error


@contextlib.contextmanager
def failure_told() -> Iterator[None]:
    """On the chief: what fails here ends the others too, unless one of them is what was lost."""
    try:
        with lost_peers_told():
            yield
    except PeerLost:
        raise
    except BaseException as error:
        with contextlib.suppress(PeerLost):
            tell({"end": str(error) or type(error).__name__})
        raise


@contextlib.contextmanager
def leading() -> Iterator[None]:
    """While the chief trains: whatever ends it, the others are told to end too."""
    with failure_told():
        yield
    tell({"end": ""})


def start_again(command: list[str]) -> NoReturn:
    """Become a fresh process of `command`, which waits for the group to be complete again. Raises PeerLost when that was done too often."""
    restarts = int(os.environ.get(RESTARTS, "0")) + 1
    if restarts > MOST_RESTARTS:
        raise PeerLost(f"another worker is gone, and this one has started again {MOST_RESTARTS} times; start all of them by hand.")
    os.environ[RESTARTS] = str(restarts)
    time.sleep(PAUSE_SECONDS)
    sys.stdout.flush()
    for descriptor in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            os.set_inheritable(int(descriptor), int(descriptor) <= 2)  # the address this worker listens at is to be free again
    os.execv(command[0], command)
