"""What strangers do to the web process in `exhaust.py`: each attack is what one client does again and again; a hundred do it at once.

Everything goes to 127.0.0.1 and nothing carries a key.
"""

from __future__ import annotations

import asyncio
import io
import json

from PIL import Image

from stress.client import Client, Work
from ui.server.patience import MOST_PIPELINED

MB = 2**20


def _png(side: int) -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((side, side)).save(buffer, "PNG")
    return buffer.getvalue()


PICTURE = _png(5000)
BIG = 300 * MB  # sent piece by piece
VALUES = b'{"fn_index": 0, "session_hash": "s", "data": [' + b"[]," * 300_000 + b"0]}"
NESTED = b'{"data": ' + b"[" * 500_000


async def nothing(client: Client) -> None:
    """No attack: what the machine does by itself."""
    await asyncio.sleep(1)


async def picture(client: Client) -> None:
    """Pictures of 25 million pixels."""
    await client.ask("POST", "/gan/picture", PICTURE, "image/png")


async def large_json(client: Client) -> None:
    """300 MB of JSON for Gradio."""
    path = client.chance.choice(("/gradio_api/queue/join", "/gradio_api/call/generate"))
    _, writer = await client.open()
    client.kept.append(writer)
    try:
        writer.write(client.head("POST", path, BIG) + b'{"data": ["')
        for _ in range(BIG // MB):
            if client.goes_on:
                writer.write(b"x" * MB)
                await writer.drain()
    except OSError:
        client.came[1] += 1
    writer.close()


async def unread_results(client: Client) -> None:
    """Results of as many pictures as there may be, that nobody fetches."""
    body = json.dumps({"data": [client.model, client.chance.choice((64, 256)), client.chance.randrange(2**31), 1.0, None, None]}).encode()
    await client.ask("POST", "/gradio_api/call/generate", body)


async def held_bodies(client: Client) -> None:
    """Seven of eight megabytes, and then nothing."""
    await client.hold(client.head("POST", "/gan/picture", 8 * MB - 1) + b"x" * (7 * MB))


async def movies(client: Client) -> None:
    """Moving pictures of a run."""
    await client.ask("GET", f"/gan/runs/{client.run}/{client.chance.choice(('steps.mp4', 'steps.gif'))}")


async def uploads(client: Client) -> None:
    """Files for Gradio's folder of uploads."""
    form = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.bin"\r\n\r\n' + b"x" * (2 * MB - 300) + b"\r\n--x--\r\n"
    await client.ask("POST", "/gradio_api/upload", form, "multipart/form-data; boundary=x")


async def half_heads(client: Client) -> None:
    """Heads of requests that never end."""
    await client.hold(f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nX-A: {'x' * 20_000}".encode())


async def junk(client: Client) -> None:
    """Nonsense for every route of Gradio's."""
    path = client.chance.choice(
        ("queue/join", "run/predict", "call/nothing", "api/generate", "call/v2/generate", "cancel", "reset", "component_server", "run/generate",
         "process_recording", "vibe-edit", "stream/x", "queue/data", "call/generate/nothing", "heartbeat/x", "proxy=http://127.0.0.1", "deep_link")
    )  # fmt: skip
    odd = client.chance.choice((b"{}", b"[]", b"{", NESTED[:50_000], b'{"data": {}}', b'{"data": [1], "fn_index": 7, "session_hash": "s"}',
                                b'{"data": [null, 5], "fn_index": -1, "session_hash": "\\u0000"}', b'{"data": [], "event_data": 1e999}'))  # fmt: skip
    await client.ask(
        "GET" if path.startswith(("queue/data", "heartbeat", "proxy", "deep")) else "POST", f"/gradio_api/{path}", odd, read=False
    )


async def slow_readers(client: Client) -> None:
    """A large file is asked for, as often as one may at once, and not read."""
    reader, writer = await client.open()
    client.kept.append(writer)
    reader._transport.pause_reading()  # type: ignore[attr-defined]
    writer.write(f"GET /{client.large} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode() * (1 + MOST_PIPELINED))
    client.came[1] += 1
    await asyncio.sleep(0.5)


async def pages(client: Client) -> None:
    """The page, each time with another picture on it."""
    await client.ask("GET", f"/?v=1&s={client.chance.randrange(2**32)}")


async def exports(client: Client) -> None:
    """240 frames, as large as they come."""
    z = [[client.chance.random() for _ in range(64)] for _ in range(24)] * 10
    kind = client.chance.choice(("mp4", "gif", "webp", "strip", "npz"))
    body = json.dumps({"model": client.model, "kind": kind, "z": z, "labels": None, "epoch": None, "fps": 12, "scale": 16, "loop": True})
    await client.ask("POST", "/gan/export", body.encode())


async def drawings(client: Client) -> None:
    """64 pictures at once, drawn by the server."""
    body = json.dumps({"model": client.model, "z": [[0.5] * 64] * 64, "labels": None, "epoch": None}).encode()
    await client.ask("POST", "/gan/draw", body)


async def streams(client: Client) -> None:
    """Streams of events, thirty by each client, held open."""
    await asyncio.gather(*(client.listen(f"/gan/runs/{client.run}/events", 20) for _ in range(30)))


async def heartbeats(client: Client) -> None:
    """Gradio's streams, of sessions that do not exist, opened and left."""
    path = client.chance.choice((f"heartbeat/{client.chance.random()}", f"queue/data?session_hash={client.chance.random()}"))
    first = f"GET /gradio_api/{path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode()
    await asyncio.gather(*(client.hold(first, 20) for _ in range(30)))


async def sessions(client: Client) -> None:
    """A new session for each click on a button."""
    body = {"data": ["x" * 20, None], "fn_index": client.chance.randrange(12), "session_hash": f"{client.chance.random()}"[2:]}
    await client.ask("POST", "/gradio_api/queue/join", json.dumps(body).encode())


async def many_values(client: Client) -> None:
    """A body that grows sixty times when it is parsed, or is too deep for it."""
    path = client.chance.choice(("/gradio_api/queue/join", "/gradio_api/run/generate", "/gan/draw", "/gan/export", "/gan/estimate"))
    await client.ask("POST", path, client.chance.choice((VALUES, NESTED)))


async def endless(client: Client) -> None:
    """A body that has no end."""
    try:
        _, writer = await client.open()
        client.kept.append(writer)
        writer.write(f"POST /gan/picture HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        while client.goes_on:
            writer.write(b"10000\r\n" + b"x" * 65536 + b"\r\n")
            await writer.drain()
    except OSError:
        client.came[1] += 1


async def charts(client: Client) -> None:
    """Contact sheets and moving pictures."""
    await client.ask("GET", f"/gan/runs/{client.run}/{client.chance.choice(('steps.gif', 'contact-sheet.png'))}")


async def pipelines(client: Client) -> None:
    """A thousand requests at once on one connection, whose answers nobody reads."""
    await client.hold(f"GET /gan/models.json HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\n\r\n".encode() * 1000, 5)


async def polls(client: Client) -> None:
    """All reports of the run, again and again."""
    await client.ask("GET", f"/gan/runs/{client.run}/progress.json?since=0")


async def connections(client: Client) -> None:
    """Connections that say nothing, forty by each client."""
    await asyncio.gather(*(client.hold(b"", 20) for _ in range(40)))


async def trickle(client: Client) -> None:
    """Bodies that come byte by byte, ten by each client."""
    await asyncio.gather(*(_drip(client) for _ in range(10)))


async def _drip(client: Client) -> None:
    _, writer = await client.open()
    client.kept.append(writer)
    writer.write(client.head("POST", "/gan/export", MB))
    while client.goes_on and not writer.is_closing():
        writer.write(b"1")
        await writer.drain()
        await asyncio.sleep(3)
    writer.close()


async def names(client: Client) -> None:
    """Runs, checkpoints and versions that do not exist, another each time."""
    name = f"{client.chance.choice(('dense', 'x'))}-{client.chance.randrange(10**9)}"
    place = client.chance.choice(
        ("runs/{}/events", "runs/{}/progress.json", "runs/{}/steps.gif", "files/checkpoints/{}/v/x", "static/{}.js")
    )
    await client.ask("GET", f"/gan/{place.format(name)}")


async def compressions(client: Client) -> None:
    """The largest scripts and lists, packed anew for everybody."""
    path = client.chance.choice(("gan/static/i18n/ko.js", "gan/static/engine/engine.js", "gan/models.json", "config", "gradio_api/info"))
    await client.ask("GET", f"/{path}", more=f"Accept-Encoding: {client.chance.choice(('br', 'gzip'))}\r\n")


ATTACKS: dict[str, Work] = {
    attack.__name__: attack
    for attack in (
        nothing, picture, large_json, unread_results, held_bodies, movies, uploads, half_heads, junk,
        slow_readers, pages, exports, drawings, streams, heartbeats, sessions, many_values, endless, charts, pipelines, polls, connections,
        trickle, names, compressions,
    )
}  # fmt: skip
