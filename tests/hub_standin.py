"""A stand-in of the Hugging Face Hub: the routes that `huggingface_hub` asks, as a real HTTP server with its repositories in memory.

Models and Spaces; small files in the commit, safetensors through Git LFS (the way without Xet). No account: whoever sends a token may write.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import yaml

COLOURS = {"red", "yellow", "green", "blue", "indigo", "purple", "pink", "gray"}


@dataclass
class Repo:
    """Its commits, oldest first: each a hash and all files by then."""

    kind: str
    private: bool = False
    commits: list[tuple[str, dict[str, bytes]]] = field(default_factory=lambda: [("0" * 40, {})])

    def at(self, revision: str) -> tuple[str, dict[str, bytes]] | None:
        if revision == "main":
            return self.commits[-1]
        return next((commit for commit in self.commits if commit[0] == revision), None)


@dataclass
class Hub:
    """What the server knows, and what it was asked."""

    repos: dict[str, Repo] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    url: str = ""

    def environment(self, home: str) -> dict[str, str]:
        """For a process that is to take this for the Hub."""
        return {"HF_ENDPOINT": self.url, "HF_HOME": home, "HF_TOKEN": "hf_standin", "HF_HUB_DISABLE_XET": "1", "XDG_CACHE_HOME": f"{home}/cache",
                "HF_HUB_DISABLE_PROGRESS_BARS": "1", "HF_HUB_DISABLE_TELEMETRY": "1", "NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}  # fmt: skip


def front_matter_errors(text: str, kind: str) -> list[str]:
    """The Hub's own rules for the YAML in front of a README, as far as its documentation names them."""
    found = re.match(r"---\n(.*?)\n---\n", text, re.S)
    if not found:
        return ["no front matter"]
    data = yaml.safe_load(found[1])
    errors = []
    if kind == "space":
        errors += [f"{name} is not a colour" for name in ("colorFrom", "colorTo") if data.get(name, "blue") not in COLOURS]
        errors += ["sdk"] if data.get("sdk") not in ("gradio", "static", "docker") else []
        errors += ["short_description is longer than 60"] if len(data.get("short_description", "")) > 60 else []
    else:
        errors += ["license"] if not isinstance(data.get("license"), str) else []
        for entry in data.get("model-index", []):
            for result in entry["results"]:
                missing = {"task", "dataset", "metrics"} - set(result)
                errors += [f"model-index lacks {missing}"] if missing else []
                errors += ["a metric without value"] if any("value" not in one or "type" not in one for one in result["metrics"]) else []
                errors += ["a dataset without type"] if not {"type", "name"} <= set(result.get("dataset", {})) else []
    return errors


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def answer(self, status: int, body: Any = b"", **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(data)), "Content-Type": "application/json", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def refuse(self, status: int, code: str) -> None:
        self.answer(status, {"error": code}, X_Error_Code=code, X_Error_Message=code)

    def body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def route(self) -> None:
        """The first route that fits, as (method, pattern, handler)."""
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(f"{self.command} {path}")
        data = self.body()
        if (
            self.command in ("POST", "PUT")
            and "validate-yaml" not in path
            and "/lfs/" not in path
            and not self.headers.get("authorization")
        ):
            return self.refuse(401, "Unauthorized")
        for method, pattern, handler in ROUTES:
            if self.command in method.split() and (found := re.fullmatch(pattern, path)):
                return handler(self, data, *found.groups())
        return self.refuse(404, "EntryNotFound")

    do_GET = do_HEAD = do_POST = do_PUT = route

    def create(self, data: bytes) -> None:
        told = json.loads(data)
        kind, owner = told.get("type", "model"), told.get("organization") or "somebody"
        key = f"{kind}s/{owner}/{told['name'].rpartition('/')[2]}"
        status = 409 if key in self.hub.repos else 200
        if kind == "space" and told.get("sdk") not in ("static", "gradio", "docker"):
            self.refuse(400, "sdk")
            return
        self.hub.repos.setdefault(key, Repo(kind, bool(told.get("private")) or told.get("visibility") == "private"))
        self.answer(status, {"url": f"{self.hub.url}/{key.removeprefix('models/')}", "name": key.partition("/")[2]})

    def validate(self, data: bytes) -> None:
        told = json.loads(data)
        errors = front_matter_errors(told["content"], told["repoType"])
        self.answer(400 if errors else 200, {"errors": [{"message": one} for one in errors], "warnings": []})

    def found(self, key: str, revision: str) -> tuple[str, dict[str, bytes]] | None:
        repo = self.hub.repos.get(key)
        if repo and repo.private and not self.headers.get("authorization"):
            self.refuse(401, "RepoNotFound")  # as the Hub: who may not see it is not told that it is there
            return None
        commit = repo.at(revision) if repo else None
        if commit is None:
            self.refuse(404, "RevisionNotFound" if repo else "RepoNotFound")
        return commit

    def preupload(self, data: bytes, key: str, revision: str) -> None:
        if self.found(key, revision):
            modes = [{"path": file["path"], "uploadMode": "lfs" if file["path"].endswith(".safetensors") else "regular", "shouldIgnore": False}
                     for file in json.loads(data)["files"]]  # fmt: skip
            self.answer(200, {"files": modes})

    def batch(self, data: bytes, _key: str) -> None:
        objects = [{"oid": one["oid"], "size": one["size"], "actions": {"upload": {"href": f"{self.hub.url}/lfs/{one['oid']}"}}}
                   for one in json.loads(data)["objects"] if one["oid"] not in self.hub.uploads]  # fmt: skip
        self.answer(200, {"transfer": "basic", "objects": objects})

    def upload(self, data: bytes, oid: str) -> None:
        assert hashlib.sha256(data).hexdigest() == oid
        self.hub.uploads[oid] = data
        self.answer(200)

    def commit(self, data: bytes, key: str, revision: str) -> None:
        if (found := self.found(key, revision)) is None:
            return
        kept = dict(found[1])
        for line in map(json.loads, data.splitlines()):
            value = line["value"]
            if line["key"] == "file":
                kept[value["path"]] = base64.b64decode(value["content"])
            elif line["key"] == "lfsFile":
                kept[value["path"]] = self.hub.uploads[value["oid"]]
            elif line["key"] == "deletedFile":
                kept.pop(value["path"])
        oid = hashlib.sha1(repr(sorted(kept.items())).encode() + found[0].encode()).hexdigest()
        self.hub.repos[key].commits.append((oid, kept))
        self.answer(200, {"commitUrl": f"{self.hub.url}/{key.removeprefix('models/')}/commit/{oid}", "commitOid": oid})

    def info(self, _data: bytes, key: str, revision: str = "main") -> None:
        if found := self.found(key, revision):
            name = key.partition("/")[2]
            self.answer(200, {"id": name, "modelId": name, "sha": found[0], "private": self.hub.repos[key].private, "tags": [], "downloads": 0,
                              "likes": 0, "siblings": [{"rfilename": path} for path in found[1]]})  # fmt: skip

    def tree(self, _data: bytes, key: str, revision: str) -> None:
        if found := self.found(key, revision):
            entries = []
            for path, content in found[1].items():
                entry: dict[str, Any] = {"type": "file", "oid": hashlib.sha1(content).hexdigest(), "size": len(content), "path": path}
                if path.endswith(".safetensors"):
                    entry["lfs"] = {"oid": hashlib.sha256(content).hexdigest(), "size": len(content), "pointerSize": 130}
                entries.append(entry)
            self.answer(200, entries)

    def resolve(self, _data: bytes, key: str, revision: str, path: str) -> None:
        if found := self.found(f"models/{key}", revision):
            if path not in found[1]:
                return self.refuse(404, "EntryNotFound")
            content = found[1][path]
            digest = hashlib.sha256(content) if path.endswith(".safetensors") else hashlib.sha1(content)
            self.answer(200, content, ETag=f'"{digest.hexdigest()}"', X_Repo_Commit=found[0], Content_Type="application/octet-stream")
        return None


_KEY = r"((?:model|space)s/[\w.-]+/[\w.-]+)"
ROUTES: list[tuple[str, str, Any]] = [
    ("POST", r"/api/repos/create", _Handler.create),
    ("POST", r"/api/validate-yaml", _Handler.validate),
    ("POST", rf"/api/{_KEY}/preupload/([\w.-]+)", _Handler.preupload),
    ("POST", rf"/api/{_KEY}/commit/([\w.-]+)", _Handler.commit),
    ("POST", r"/([\w./-]+)\.git/info/lfs/objects/batch", _Handler.batch),
    ("PUT", r"/lfs/(\w{64})", _Handler.upload),
    ("GET", rf"/api/{_KEY}", _Handler.info),
    ("GET", rf"/api/{_KEY}/revision/([\w.-]+)", _Handler.info),
    ("GET", rf"/api/{_KEY}/tree/([\w.-]+)", _Handler.tree),
    ("GET HEAD", r"/([\w.-]+/[\w.-]+)/resolve/([\w.-]+)/(.+)", _Handler.resolve),
]


@contextlib.contextmanager
def standin() -> Iterator[Hub]:
    """The server, until the end of the block."""
    hub = Hub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
