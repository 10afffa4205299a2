"""A real browser as a player: Chromium without a window loads audio files and tells what it made of them."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from typing import Any

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
_PAGE = """<script>
const when = (audio, event) => new Promise((done, fail) => {
  audio.addEventListener(event, done, {once: true});
  audio.addEventListener("error", () => fail(audio.error.message), {once: true});
});
const played = async (name, type) => {
  const audio = new Audio();
  const ready = when(audio, "canplaythrough");
  audio.src = name;
  await ready;
  const sought = when(audio, "seeked");
  audio.currentTime = audio.duration / 2;
  await sought;
  const bytes = await (await fetch(name)).arrayBuffer();
  const sound = await new OfflineAudioContext(1, 1, 24000).decodeAudioData(bytes);
  const peak = sound.getChannelData(0).reduce((most, one) => Math.max(most, Math.abs(one)), 0);
  return {type: audio.canPlayType(type), duration_s: audio.duration, at_s: audio.currentTime,
          decoded_s: sound.duration, peak};
};
(async () => {
  const found = {};
  for (const [name, type] of Object.entries(FILES))
    found[name] = await played(name, type).catch(error => ({error: String(error)}));
  await fetch("found", {method: "POST", body: JSON.stringify(found)});
})();
</script>"""


def play(files: Mapping[str, tuple[str, bytes]], limit_s: float = 60) -> dict[str, dict[str, Any]]:
    """Return what Chromium tells of each file, given by name as (type, bytes)."""
    if CHROMIUM is None:
        raise RuntimeError("there is no Chromium here")
    found: Queue[dict[str, dict[str, Any]]] = Queue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _serving(files, found))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/"
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile, (Path(profile) / "log").open("wb") as log:
        command = [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--mute-audio",
            f"--user-data-dir={profile}",
        ]
        browser = subprocess.Popen([*command, "--remote-debugging-port=0", url], stdout=log, stderr=log)
        try:
            return found.get(timeout=limit_s)
        finally:
            browser.terminate()
            browser.wait()
            server.shutdown()
            server.server_close()


def _serving(
    files: Mapping[str, tuple[str, bytes]], found: Queue[dict[str, dict[str, Any]]]
) -> type[BaseHTTPRequestHandler]:
    page = _PAGE.replace("FILES", json.dumps({name: kind for name, (kind, _) in files.items()})).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, data = files.get(self.path[1:], ("text/html", page))
            first, _, last = self.headers.get("Range", "bytes=-").removeprefix("bytes=").partition("-")
            part = data[int(first or 0) : int(last) + 1 if last else None]
            self.send_response(206 if first else 200)
            self.send_header("Content-Type", kind)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(part)))
            if first:
                start = int(first)
                self.send_header("Content-Range", f"bytes {start}-{start + len(part) - 1}/{len(data)}")
            self.end_headers()
            self.wfile.write(part)

        def do_POST(self) -> None:
            found.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(ConnectionError):  # the browser has heard enough
                super().handle()

    return Handler
