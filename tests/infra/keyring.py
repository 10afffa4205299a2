"""API Keys, Secret Manager and the Gemini API on loopback, as far as the rotation of a key goes.

    with Keyring(secret="projects/p/secrets/s") as keyring:
        subprocess.run([...], env=os.environ | keyring.environ)

https://cloud.google.com/api-keys/docs/reference/rest/v2/projects.locations.keys
https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions
"""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

Json = dict[str, Any]


class Keyring:
    """``keys`` by id, its ``versions`` as (content, state), ``calls`` in order, how many times Gemini ``refused``.

    ``bindable``: whether the organisation lets a key be bound to an account.
    """

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.keys: dict[str, Json] = {}
        self.versions: list[tuple[str, str]] = []
        self.calls: list[str] = []
        self.refused = 0
        self.bindable = True
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def environ(self) -> Mapping[str, str]:
        """What makes gcloud and the script talk to this server."""
        url = f"http://127.0.0.1:{self._server.server_port}"
        return {
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_APIKEYS": f"{url}/",
            "CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER": f"{url}/",
            "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
            "CLOUDSDK_CORE_DISABLE_PROMPTS": "true",
            "GOOGLE_GEMINI_BASE_URL": url,
            "ROTATE_RETRY_S": "0",
        }

    def add_key(self, name: str, body: Json) -> Json:
        path = f"{self.secret.split('/secrets/')[0]}/locations/global/keys/{name}"
        self.keys[name] = {**body, "name": path, "uid": name, "keyString": f"AQ.{name}"}
        return {"name": "operations/1", "done": True, "response": self.keys[name]}

    def answer(self, method: str, path: str, query: Mapping[str, list[str]], body: Json, key: str) -> tuple[int, Json]:
        """Status and content of one answer."""
        if path.endswith("/models"):
            return self._models(key)
        if method == "POST" and "serviceAccountEmail" in body and not self.bindable:
            said = "Operation denied by org policy: iam.managed.disableServiceAccountApiKeyCreation"
            return 400, {"error": {"code": 400, "status": "FAILED_PRECONDITION", "message": said}}
        return 200, self._keys(method, path, query, body) if "/keys" in path else self._versions(path, body)

    def _keys(self, method: str, path: str, query: Mapping[str, list[str]], body: Json) -> Json:
        *_, before, last = path.split("/")
        match method, last:
            case "GET", "keys":
                return {"keys": [made | {"keyString": ""} for made in self.keys.values()]}
            case "POST", "keys":
                return self.add_key(query["keyId"][0], body)
            case "GET", "keyString":
                return {"keyString": self.keys[before]["keyString"]}
            case _:
                return {"name": "operations/2", "done": True, "response": self.keys.pop(last)}

    def _versions(self, path: str, body: Json) -> Json:
        name, _, verb = path.rpartition("/")[2].partition(":")
        match verb:
            case "addVersion":
                self.versions.append((base64.b64decode(body["payload"]["data"]).decode(), "ENABLED"))
                return self._version(len(self.versions)) | {"clientSpecifiedPayloadChecksum": True}
            case "disable":
                self.versions[int(name) - 1] = (self.versions[int(name) - 1][0], "DISABLED")
                return self._version(int(name))
            case _:
                return {"versions": [self._version(number) for number in range(len(self.versions), 0, -1)]}

    def _models(self, key: str) -> tuple[int, Json]:
        if self.refused > 0 or key not in {made["keyString"] for made in self.keys.values()}:
            self.refused -= 1
            return 400, {"error": {"code": 400, "message": "API key not valid."}}
        return 200, {"models": []}

    def _version(self, number: int) -> Json:
        return {"name": f"{self.secret}/versions/{number}", "state": self.versions[number - 1][1]}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        keyring = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                at = urlsplit(self.path)
                body = json.loads(self.rfile.read(int(self.headers.get("content-length") or 0)) or b"{}")
                keyring.calls.append(f"{self.command} {at.path}")
                key = self.headers.get("x-goog-api-key", "")
                status, said = keyring.answer(self.command, at.path, parse_qs(at.query), body, key)
                content = json.dumps(said).encode()
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_DELETE = do_GET  # noqa: N815 - http.server's names

            def log_message(self, *_: object) -> None:
                pass

        return Handler
