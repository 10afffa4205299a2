"""An image and an environment that the tests of delivery/ ship it to."""

import json

DIGEST = f"sha256:{'a1' * 32}"
IMAGE = f"europe-west1-docker.pkg.dev/p/voicebooth/voicebooth@{DIGEST}"
OUTPUTS = {
    "service_name": "voicebooth",
    "region": "europe-west1",
    "scripts_bucket": "gs://p-scripts",
    "episodes_bucket": "gs://p-episodes",
    "registry": "europe-west1-docker.pkg.dev/p/voicebooth",
    "registry_cache": "europe-west1-docker.pkg.dev/p/voicebooth-builds",
    "attestor": "projects/p/attestors/voicebooth-pipeline",
    "signing_key_version": "projects/p/locations/l/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1",
}


def as_terraform_has_it(outputs):
    return json.dumps(
        {name: {"sensitive": False, "type": "string", "value": v} for name, v in outputs.items()}, indent=2
    )


def traffic(**shares):
    """A service as ``gcloud run services describe`` tells of it."""
    targets = [{"revisionName": name, "percent": percent} for name, percent in shares.items()]
    return {"metadata": {"namespace": "123456789012"}, "status": {"traffic": targets}}
