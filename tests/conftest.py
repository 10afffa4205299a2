import gc
import os
from pathlib import Path

import pytest
from hypothesis import settings

from fakes.cloud import KEY, Cloud, clean_environment
from terminal import SCRIPT, Terminal
from voicebooth.storage import open_store

gc.set_threshold(50_000)  # thousands of tests are collected, and would be looked through for garbage again and again
settings.register_profile("local", deadline=None, database=None)
settings.register_profile("ci", deadline=None, database=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")


def pytest_collection_finish():
    gc.freeze()


@pytest.fixture
def terminal(monkeypatch, capfd, tmp_path):
    for name in os.environ.keys() - clean_environment().keys():
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    Path("ep.md").write_text(SCRIPT)
    return Terminal(monkeypatch, capfd)


@pytest.fixture
def desk(tmp_path):
    """Masters a plan with music and gives the recording and the samples of its files."""
    from mixdesk import MixDesk  # noqa: PLC0415 - few tests need it

    return MixDesk(open_store(str(tmp_path)))


@pytest.fixture
def cloud(monkeypatch, terminal):  # noqa: ARG001 - its environment is clean
    """Everything the command line can reach, with its key given; the episodes stay on this machine."""
    with Cloud() as cloud:
        for name in ("STORAGE_EMULATOR_HOST", "GOOGLE_GEMINI_BASE_URL"):
            monkeypatch.setenv(name, cloud.settings[name])
        monkeypatch.setenv("GEMINI_API_KEY", KEY)
        monkeypatch.setenv("VOICEBOOTH_RETRIES", "1")
        yield cloud
