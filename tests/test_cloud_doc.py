"""Every request in docs/cloud.md is answered as the page says, by functions-framework serving ``main.py``."""

import json
import os
import re
from pathlib import Path

import functions_framework
import pytest

from fakes.cloud import ROOT, Cloud, clean_environment, logging_as_it_was
from voicebooth import app, errors
from voicebooth.web import problem

PAGE = (Path(__file__).parents[1] / "docs" / "cloud.md").read_text("utf-8")
PAIRS = re.findall(r"^```http\n((?:GET|POST).*?)^```$\s+^```http\n(\d.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
GENERATION = "1795460000000000"  # on the page
FILES = {
    "weather/rain.md": "---\ntitle: Rain\n---\nAnn: Is it raining?\nBob: Since Tuesday.\n",
    "weather/wind.md": "---\nvoices:\n  Ann: Nobody\n---\nAnn: Is it windy?\n",
}


class MyCloud(Cloud):
    """Buckets named as on the page."""

    def __init__(self):
        super().__init__(SCRIPTS_BUCKET="gs://my-scripts")
        self.gcs.buckets.add("my-scripts")


@pytest.fixture
def cloud():
    with MyCloud() as cloud:
        yield cloud


@pytest.fixture
def generation(cloud):
    """Puts the page's scripts into their bucket; gives the generation of the first."""
    rain, _ = (cloud.upload(name, text, "my-scripts") for name, text in FILES.items())
    return rain.generation


@pytest.fixture
def clients(cloud, monkeypatch):
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    for name, value in cloud.settings.items():
        monkeypatch.setenv(name, value)
    with logging_as_it_was():
        yield {
            target: functions_framework.create_app(target, str(ROOT / "main.py")).test_client()
            for target in ("on_script", "http")
        }


def message(text):
    """Split a message into its first line, headers and body."""
    head, _, body = text.partition("\n\n")
    first, *lines = head.splitlines()
    return first, dict(line.split(": ", 1) for line in lines), body


def fits(shown, there):
    """Tell whether a JSON value is the one shown, or holds it; an ellipsis fits anything."""
    if shown == "…":
        return there is not None
    if isinstance(shown, dict):
        return shown.keys() <= there.keys() and all(fits(shown[name], there[name]) for name in shown)
    if isinstance(shown, list):
        return len(shown) == len(there) and all(map(fits, shown, there))
    return shown == there


def test_the_page_has_all_its_examples():
    assert len(PAIRS) == 9
    assert PAGE.count("```http") == 2 * len(PAIRS)


@pytest.mark.parametrize(("request_", "answer"), PAIRS, ids=lambda text: text.splitlines()[0])
def test_a_request_is_answered_as_the_page_says(cloud, clients, generation, request_, answer):
    first, headers, body = message(request_)
    method, target, path = first.split()
    status, told, shown = message(answer)
    sent = body.replace(GENERATION, str(generation))
    got = clients[target].open(path, method=method, headers=headers, data=sent, content_type="application/json")
    assert got.status_code == int(status)
    assert {name: got.headers[name] for name in told} == told
    if shown:
        assert fits(json.loads(shown), got.get_json(force=True)), got.text
    if method == "POST" and got.status_code < 300:
        manifest = json.loads(cloud.objects("episodes", "weather/rain/")["episode.json"])
        assert (manifest["state"], manifest["script"]["generation"]) == ("done", generation)


def test_every_status_of_a_problem_is_in_the_table():
    kinds = [errors.VoiceboothError]
    for kind in kinds:
        kinds += kind.__subclasses__()
    ours = {kind.http_status for kind in kinds if kind.__module__ in {m.__name__ for m in (app, errors, problem)}}
    table = set(map(int, re.findall(r"^\| (\d+) \| ", PAGE, re.MULTILINE)))
    assert table == ours | {405, 413}
