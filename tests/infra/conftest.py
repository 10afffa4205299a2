import os
import shutil

import pytest

from infra.terraform import working_copy


@pytest.fixture(scope="session")
def terraform(tmp_path_factory):
    if not shutil.which("terraform"):
        pytest.skip("terraform is not on the PATH, so nothing of infra/ is checked: install Terraform 1.11 or newer")
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "plans"
    shared.mkdir(exist_ok=True)
    with working_copy(tmp_path_factory.mktemp("copy"), shared) as copy:
        yield copy
