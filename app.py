"""Open the page: `python app.py`, then http://127.0.0.1:7860. On a Hugging Face Space this file is the `app_file`."""

import argparse
import contextlib
import signal
import sys
import time
from urllib.parse import urlsplit

from ui import allocator

if __name__ == "__main__":
    allocator.of_c_library()  # before anything large is loaded, as it would be loaded twice

from gan_core.errors import GanCoreError
from ui.page import launch, reach_of
from ui.server import logs, patience
from ui.server.reach import whole
from ui.settings import CONTROL, LOCAL, ON_EXIT, Settings
from ui.train import scheduler

OPEN_FILES = 8192  # a room of viewers holds one connection each


def main() -> int:
    """Read the options and serve until stopped."""
    options = vars(_parser().parse_args())
    host, port = options.pop("host"), options.pop("port")
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    _allow_many_connections()
    patience.few_arenas()
    patience.begin()
    try:
        settings = Settings.from_environment(host, **options)
        logs.bound(settings.token)
        _, local, _ = launch(settings, host=host, port=port, prevent_thread_lock=True)
        patience.begun()
        _tell_addresses(settings, local, host)
        _tell_control(settings, local, host)
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                time.sleep(3600)  # a signal ends it, on Windows too, which has no `signal.pause`
        return _end(settings)
    except (GanCoreError, OSError) as error:
        print(f"app.py: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Open the page: explore, interpolate, train and autoencode handwritten digits.")
    parser.add_argument("--host", help="address to listen on; 0.0.0.0 lets other machines in (default: this machine only)")
    parser.add_argument(
        "--public-url", help="the address under which a proxy leads here, such as https://example.org/gan (default: GAN_PUBLIC_URL)"
    )
    parser.add_argument(
        "--root-path", help="the path below which a proxy that leaves it in place leads here, such as /demo (default: GRADIO_ROOT_PATH)"
    )
    parser.add_argument("--port", type=int, help="port (default: 7860, or the next free one)")
    parser.add_argument(
        "--control", choices=CONTROL,
        help="who may start, stop and change a training: whoever has the link with the token that is printed, anyone, or nobody "
        "(default: GAN_CONTROL, else anyone on this machine only, token for other machines)",
    )  # fmt: skip
    parser.add_argument("--hub", action="store_true", default=None, help="?model=user/name opens a public model of the Hugging Face Hub")
    parser.add_argument("--max-runs", type=int, help="trainings at once; others wait in line (default: 1)")
    parser.add_argument("--max-queue", type=int, help="trainings that may wait (default: 8)")
    parser.add_argument("--visitors", action="store_true", default=None, help="those without control may train, too, one run each")
    parser.add_argument("--visitor-steps", type=int, help="steps of a visitor's run at most (default: 5000)")
    parser.add_argument("--visitor-minutes", type=float, help="minutes of a visitor's run at most (default: 3)")
    parser.add_argument(
        "--on-exit", choices=ON_EXIT, help="what becomes of trainings when this server is stopped (default: keep them going)"
    )
    return parser


def _as_ctrl_c(*_: object) -> None:
    raise KeyboardInterrupt


def _allow_many_connections() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if hard == resource.RLIM_INFINITY else min(OPEN_FILES, hard)
    if soft < most:
        with contextlib.suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _tell_addresses(settings: Settings, local: str, host: str | None) -> None:
    """What others open: a line for each network that this machine is in, or what `--public-url` says."""
    reach = reach_of(settings, host)
    for url in reach.public:
        print(f"Others open: {whole(url)} (--public-url)", flush=True)
    for network, address in reach.rooms(urlsplit(local).port or 80):
        print(f"Others in the same network open: {address}{network and f'  ({network})'}", flush=True)


def _tell_control(settings: Settings, local: str, host: str | None) -> None:
    if settings.training and settings.control == "token":
        print(f"To start and stop trainings, open: {local.rstrip('/')}/?control={settings.token}", flush=True)
        print("Keep this link for yourself; whoever has it may control the trainings. Everybody else watches.", flush=True)
    elif settings.training and settings.control == "anyone" and host not in (None, *LOCAL):
        print("Anyone who can reach this address may start and stop trainings (--control anyone).", flush=True)


def _end(settings: Settings) -> int:
    """What `--on-exit` asks for. A second Ctrl-C does not wait."""
    if settings.on_exit == "stop":
        print("Ending the trainings; they save where they stand ...", flush=True)
        left = scheduler.end_all(settings)
        if left:
            print(f"{left} did not end in time and will after their next steps.", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
