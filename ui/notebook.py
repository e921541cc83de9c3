"""The page inside of a notebook: Jupyter on this machine or a hub, Colab.

from ui.notebook import show
page = show()          # the last line of a cell: the page in a frame
page.close()
"""

from __future__ import annotations

import dataclasses
import html
import importlib
from dataclasses import dataclass
from typing import Unpack

import gradio as gr

from gan_core import environment
from ui.page import launch
from ui.settings import Options, Settings

# Whose pages may show this one in theirs: a notebook on this machine, at any port, and Colab's frames.
NOTEBOOKS = ("http://localhost:*", "http://127.0.0.1:*", "https://*.googleusercontent.com", "https://*.colab.dev")


@dataclass
class Shown:
    """A page that runs in this process; a notebook shows it as a frame."""

    url: str
    height: int
    app: gr.Blocks

    def _repr_html_(self) -> str:
        if environment.text("COLAB_RELEASE_TAG"):  # only Colab itself leads to a port of its machine, and shows the frame, too
            importlib.import_module("google.colab.output").serve_kernel_port_as_iframe(_port(self.app), height=str(self.height))
            return ""
        style = f"width: 100%; height: {self.height}px; border: 0"
        return (
            f'<iframe src="{html.escape(self.url)}" title="GAN in your hands" style="{style}" allow="clipboard-write; fullscreen"></iframe>'
        )

    def close(self) -> None:
        """End the page; trainings go on."""
        self.app.close()


def show(height: int = 760, **settings: Unpack[Options]) -> Shown:
    """Start the page in this process, for this notebook.

    Args:
        height: of the frame, in pixels.
        settings: fields of `ui.settings.Settings`, such as control="nobody".
    Raises: ConfigError, OSError where no port is free.
    """
    settings.setdefault("frames", environment.words("GAN_FRAMES") or NOTEBOOKS)
    made = Settings.from_environment(**settings)
    if environment.text("COLAB_RELEASE_TAG"):
        made = dataclasses.replace(made, loopback=False)  # Colab's way in has a name of its own
    app, local, _ = launch(made, prevent_thread_lock=True, quiet=True, inline=False, share=False)
    page = app.get_blocks()
    return Shown(_address(local, _port(page)), height, page)


def _address(local: str, port: int) -> str:
    """Where the notebook's browser finds the page: a hub's is on another machine, and its jupyter-server-proxy leads here."""
    hub = environment.text("JUPYTERHUB_SERVICE_PREFIX")
    return f"{hub.rstrip('/')}/proxy/{port}/" if hub else local


def _port(page: gr.Blocks) -> int:
    port: int = page.server_port
    return port
