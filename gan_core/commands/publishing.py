"""Commands that write the page as files: site, space."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from gan_core.commands import options as shared


def add(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    """Add these commands."""
    _add_site(commands)
    _add_space(commands)


def _add_site(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    text = "Write the page as static files, for any web server or a Static Space."
    site = shared.command(commands, "site", _site, text, "site OUT/")
    site.add_argument("out", help="the folder; a former build there is replaced")
    shared.add_folder(site, "checkpoints", "models to ship")
    shared.add_folder(site, "recordings", "run directories to replay in the Training tab")
    site.add_argument("--url", default="", help="where it will be served, so that shared links show its picture everywhere")
    site.add_argument("--title", default="GAN in your hands", help="of the page and of the Space")
    site.add_argument(
        "--gzip", action="store_true", help="a packed .gz beside each text, for servers that pass those on (nginx gzip_static, Caddy)"
    )


def _site(options: argparse.Namespace) -> int:
    from ui.site import build, shipped

    checkpoints = shared.folder(options, "checkpoints")
    recordings = shared.folder(options, "recordings")
    made = build.build(Path(options.out), checkpoints, recordings, options.title, options.url, packed=options.gzip)
    for name, message in made.problems:
        print(f"{checkpoints / name}  LEFT OUT: {message}", file=sys.stderr)
    if made.left_out:
        print(f"left out to stay under {shipped.LIMIT / 1e6:.0f} MB: {', '.join(made.left_out)}", file=sys.stderr)
    core = f"{made.core_bytes / 1e6:.1f} MB of it kept at the first visit"
    text = f"{made.bytes / 1e6:.1f} MB in {made.folder}, {core}: {', '.join(made.models)}\nlook at it: python -m http.server --directory {made.folder} 8000"
    shared.say(options, text, folder=made.folder, bytes=made.bytes, models=made.models, left_out=made.left_out)
    return 0


def _add_space(commands: shared.Commands[argparse.ArgumentParser]) -> None:
    text = "Write a ready Hugging Face Space: static (free for everyone) or gradio (the whole app)."
    space = shared.command(commands, "space", _space, text, "space OUT/ --kind static --push YOU/gan-in-your-hands")
    space.add_argument("out", help="the folder; a former one there is replaced")
    space.add_argument("--kind", default="static", help="static or gradio (default: static)")
    shared.add_folder(space, "checkpoints", "models to ship")
    shared.add_folder(space, "recordings", "recorded trainings to ship")
    space.add_argument("--title", default="GAN in your hands", help="of the page and of the Space")
    space.add_argument("--push", metavar="USER/NAME", help="also send it to the Hub; the Space is made where there is none")
    space.add_argument(
        "--private", action=argparse.BooleanOptionalAction, help="whether a new Space is private (default: as the account has it)"
    )


def _space(options: argparse.Namespace) -> int:
    from ui.site import space

    if options.push:
        from gan_core.exchange import hub

        hub.check_repo(options.push)
    folders = shared.folder(options, "checkpoints"), shared.folder(options, "recordings")
    made = space.write(Path(options.out), options.kind, *folders, options.title)
    url = hub.push_space(made.folder, options.push, made.kind, private=options.private).url if options.push else ""
    text = f"{made.bytes / 1e6:.1f} MB in {made.folder}, a {made.kind} Space" + (f"\n{url}" if url else "")
    shared.say(options, text, folder=made.folder, kind=made.kind, bytes=made.bytes, url=url)
    return 0
