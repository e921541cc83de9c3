"""The page: one file per tab, the routes the browser reads, and the modules that run in it."""

import os

# Read by Gradio when it is imported or launched: no telemetry, no version check, no statistics after every event.
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("GRADIO_ANALYTICS_CACHE_FREQUENCY", "100000")
