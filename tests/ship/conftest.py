import os

import pytest

from fakes.program import Program
from shipment import OUTPUTS, as_terraform_has_it


@pytest.fixture
def place_file(tmp_path):
    path = tmp_path / "production.json"
    path.write_text(as_terraform_has_it(OUTPUTS), "utf-8")
    return path


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """A folder at the head of the PATH."""
    folder = tmp_path / "programs"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


@pytest.fixture
def gcloud(programs):
    return Program(programs, "gcloud")
