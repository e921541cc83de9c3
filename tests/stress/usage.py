"""Ordinary use of the page, before `exhaust.py` weighs it: what a server holds once people have been there is no trace of an attack.

The first use of a thing loads its modules (movies: 40 MB), what many ask for is kept within bounds (files 24 MB, networks 64 MB), and Python
keeps the memory of as many connections as there once were at a time, in pieces of 1 MB with something still alive in each.
"""

from __future__ import annotations

import asyncio
import json
import re

from stress.client import Client

EXPORTS = ("mp4", "gif", "webp", "strip", "npz")


async def visit(client: Client) -> None:
    """Somebody opens the page, gets all that it names, looks on at the training and goes."""
    page = (await client.ask("GET", "/?tab=explore")).decode()
    streams = (f"/gradio_api/heartbeat/{client.chance.random()}", f"/gan/runs/{client.run}/events")
    await asyncio.gather(_load(client, page), *(client.listen(path, 20) for path in streams))


async def _load(client: Client, page: str) -> None:
    models = json.loads(await client.ask("GET", "/gan/models.json") or b'{"models": []}')["models"]
    named = [*re.findall(r'(?:href|src)="((?:gan/|\./)?[\w./-]+)"', page), *(model["files"]["generator"] for model in models)]
    for path in dict.fromkeys(named):
        if client.goes_on:
            await client.ask("GET", f"/{path.removeprefix('./')}")


async def try_all(client: Client) -> None:
    """Everything that the server makes, once, its results fetched."""
    z = [[client.chance.random() for _ in range(64)] for _ in range(24)]
    for kind in EXPORTS:
        body = {"model": client.model, "kind": kind, "z": z, "labels": None, "epoch": None, "fps": 12, "scale": 8, "loop": True}
        await client.ask("POST", "/gan/export", json.dumps(body).encode())
    await client.ask("POST", "/gan/draw", json.dumps({"model": client.model, "z": z, "labels": None, "epoch": None}).encode())
    for file in ("steps.gif", "steps.mp4", "contact-sheet.png"):
        await client.ask("GET", f"/gan/runs/{client.run}/{file}")
    for path in ("/gan/lab.json", "/gan/testset.json", "/gan/testset/digits/3.png", "/config", "/gradio_api/info"):
        await client.ask("GET", path)
    called = await client.ask("POST", "/gradio_api/call/generate", json.dumps({"data": [client.model, 64, 3, 1.0, None, None]}).encode())
    await client.ask("GET", f"/gradio_api/call/generate/{json.loads(called)['event_id']}")


async def fetch(client: Client) -> None:
    """Somebody's notebook has a grid drawn and reads it."""
    called = await client.ask("POST", "/gradio_api/call/generate", json.dumps({"data": [client.model, 64, 3, 1.0, None, None]}).encode())
    event = json.loads(called or b"{}").get("event_id")  # none where the line is full
    if event:
        await client.ask("GET", f"/gradio_api/call/generate/{event}")
