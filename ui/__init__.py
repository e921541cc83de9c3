"""The page: one file per tab, the routes the browser reads, and the modules that run in it."""

import os

# Read by Gradio when it is imported or launched: no telemetry, no version check, no statistics after every event.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "100000")
# NumPy's second thread turns and waits: 16 pictures take 10 ms with one and with two, 10 ms of processor time or 19, and on two cores somebody else
# wants the other one
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
