"""Who may do what, in full: a grant that is not listed here fails, and so does one that is missing."""

import pytest

from infra.terraform import PROJECT
from infra.variants import IMAGE, VARIANTS

NUMBER = "123456789012"

# Who gets which role on what, in every environment.
ALWAYS = """
runtime       storage.objectViewer            storage_bucket.scripts
runtime       storage.objectUser              storage_bucket.work
runtime       storage.objectUser              storage_bucket.episodes
runtime       cloudtasks.enqueuer             cloud_tasks_queue.synthesis
runtime       iam.serviceAccountUser          service_account.caller
storage agent  pubsub.publisher               pubsub_topic.scripts
pubsub agent  pubsub.publisher                pubsub_topic.dead
pubsub agent  pubsub.subscriber               pubsub_subscription.scripts
pubsub agent  iam.serviceAccountTokenCreator  service_account.caller
caller        run.invoker                     service
builder       logging.logWriter               project
builder       artifactregistry.writer         artifact_registry_repository.images
builder       artifactregistry.writer         artifact_registry_repository.builds
deployer      iam.serviceAccountUser          service_account.runtime
deployer      artifactregistry.reader         artifact_registry_repository.images
deployer      monitoring.viewer               project
"""
WITH_KEY = """
runtime              secretmanager.secretAccessor  secret_manager_secret.gemini
secretmanager agent  pubsub.publisher              pubsub_topic.key_due
"""
KEYLESS = """
runtime  aiplatform.user  project
"""
FUNCTION = """
builder  storage.objectViewer  storage_bucket.source
builder  storage.objectViewer  project, only copies of function sources
"""
CONTAINER = """
deployer  run.developer  service
"""
SMOKE = """
deployer  storage.objectUser    storage_bucket.scripts
deployer  storage.objectUser    storage_bucket.episodes
deployer  run.invoker           service
"""
HOME = """
builder  iam.serviceAccountTokenCreator  service_account.deployer
builder  iam.serviceAccountUser          service_account.builder
builder  cloudbuild.builds.editor        project
builder  ondemandscanning.admin          project
"""
SIGNED = """
builder   cloudkms.signerVerifier                       kms_crypto_key.signing
builder   containeranalysis.notes.attacher              container_analysis_note.pipeline
builder   binaryauthorization.attestorsVerifier         binary_authorization_attestor.pipeline
builder   containeranalysis.occurrences.editor          project
attestor  containeranalysis.notes.occurrences.viewer    container_analysis_note.pipeline
"""
ENCRYPTED = """
storage agent  cloudkms.cryptoKeyEncrypterDecrypter  kms_crypto_key.data
pubsub agent   cloudkms.cryptoKeyEncrypterDecrypter  kms_crypto_key.data
"""
ENCRYPTED_KEY = """
secretmanager agent  cloudkms.cryptoKeyEncrypterDecrypter  kms_crypto_key.data
"""
OPEN = """
allUsers  run.invoker  service
"""
PUBLIC = """
allUsers              storage.legacyObjectReader  storage_bucket.public
staging's Cloud Run   artifactregistry.reader     artifact_registry_repository.images
staging's deployer    artifactregistry.reader     artifact_registry_repository.images
staging's terraform   artifactregistry.reader     artifact_registry_repository.images
"""

GRANTS = {
    "development": ALWAYS + WITH_KEY + FUNCTION,
    "staging": ALWAYS + WITH_KEY + FUNCTION + SMOKE,
    "production": ALWAYS + WITH_KEY + FUNCTION + SMOKE + HOME + SIGNED,
    "development container": ALWAYS + WITH_KEY + CONTAINER,
    "staging container": ALWAYS + WITH_KEY + CONTAINER + SMOKE,
    "production container": ALWAYS + WITH_KEY + CONTAINER + SMOKE + HOME + SIGNED,
    "keyless": ALWAYS + KEYLESS + CONTAINER + ENCRYPTED,
    "open": ALWAYS + WITH_KEY + CONTAINER + OPEN,
    "everything": ALWAYS + WITH_KEY + CONTAINER + SMOKE + HOME + SIGNED + ENCRYPTED + ENCRYPTED_KEY + PUBLIC,
}

PRINCIPALS = {
    f"serviceAccount:service-{NUMBER}@gs-project-accounts.iam.gserviceaccount.com": "storage agent",
    "serviceAccount:service-210987654321@serverless-robot-prod.iam.gserviceaccount.com": "staging's Cloud Run",
    "serviceAccount:voicebooth-deployer@my-staging.iam.gserviceaccount.com": "staging's deployer",
    "serviceAccount:terraform@my-staging.iam.gserviceaccount.com": "staging's terraform",
    "local.pubsub_agent": "pubsub agent",
    "local.secretmanager_agent": "secretmanager agent",
    "google_binary_authorization_attestor.pipeline": "attestor",
}
PARENTS = (
    *("bucket", "topic", "subscription", "secret_id", "repository", "crypto_key_id", "service_account_id", "note"),
    *("attestor", "name", "project"),
)


def who(resource):
    member = resource.values.get("member")
    reference = resource.refers("member")
    if member is None:  # known after the apply only
        return PRINCIPALS[reference] if reference else resource.address.split('"')[1] + " agent"
    ours = member.removeprefix("serviceAccount:voicebooth-").removesuffix(f"@{PROJECT}.iam.gserviceaccount.com")
    return PRINCIPALS.get(member, ours)


def what(resource):
    parent = next(resource.refers(name) for name in PARENTS if name in resource.expressions)
    if resource.kind == "google_cloud_run_v2_service_iam_member":
        return "service"
    if parent == "local.project":
        condition = "".join(f", only {part['title']}" for part in resource.values["condition"])
        return f"project{condition}"
    return parent.removeprefix("google_")


def grants(plan):
    return {
        (who(resource), resource.values["role"].removeprefix("roles/"), what(resource))
        for resource in plan.resources
        if "_iam_" in resource.kind
    }


def listed(text):
    return {tuple(part.strip() for part in line.split("  ") if part) for line in text.split("\n") if line}


@pytest.mark.slow
@pytest.mark.parametrize("variant", GRANTS)
def test_the_grants_are_these_and_no_others(terraform, variant):
    environment, variables = VARIANTS[variant]
    assert grants(terraform.plan(environment, **variables)) == listed(GRANTS[variant])


def test_every_variant_has_its_grants():
    assert GRANTS.keys() == VARIANTS.keys()


def test_the_right_to_call_is_held_for_one_service_in_each_region(terraform):
    environment, variables = VARIANTS["everything"]
    plan = terraform.plan(environment, **variables)
    invokers = [r.values for r in plan.resources if r.values.get("role") == "roles/run.invoker"]
    assert {(entry["location"], entry["name"]) for entry in invokers} == {
        ("europe-west1", "voicebooth"),
        ("us-central1", "voicebooth"),
    }


def test_copies_of_sources_are_all_that_a_build_may_read_beside_its_bucket(terraform):
    plan = terraform.plan("development")
    [condition] = plan.one("google_project_iam_member.builder_source_copy[0]")["condition"]
    assert condition["expression"] == 'resource.name.startsWith("projects/_/buckets/gcf-v2-sources-")'


def test_another_project_s_pipeline_acts_as_the_deployer_alone(terraform):
    account = "builder@other-project.iam.gserviceaccount.com"
    plan = terraform.plan("staging", image=IMAGE, pipeline_account=account)
    held = [r.address for r in plan.resources if r.values.get("member") == f"serviceAccount:{account}"]
    assert held == ["google_service_account_iam_member.pipeline_deployer[0]"]
