"""Layers, losses and optimizers on TensorFlow, and folding a network into a program.

TensorFlow and Keras are first imported here, so that they are set up alike for everybody and say nothing before we do.
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
import tempfile
from collections.abc import Iterator

os.environ.setdefault("KERAS_BACKEND", "tensorflow")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
if platform.machine().lower() in ("x86_64", "amd64"):
    # by itself TensorFlow takes oneDNN's kernels only where the processor has AVX-512's or AMX's instructions for networks; with AVX2 alone
    # they are faster, too, for a convolution forward and backward by half. Their one fault that was found by trying kernels of 1 to 5 at strides
    # of 1 to 3: there the gradient of a transposed convolution narrower than its stride is wrong; no family has one.
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")


@contextlib.contextmanager
def _quietly() -> Iterator[None]:
    """What libraries write straight to the standard error while they load is shown only where loading fails.

    Abseil writes its first lines whatever level is asked for, as its log is not initialized then.
    """
    sys.stderr.flush()
    ours = os.dup(2)
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(ours, held.read())
            raise
        finally:
            os.dup2(ours, 2)
            os.close(ours)


with _quietly():
    import keras
    import tensorflow

__all__ = ["keras", "tensorflow"]
