# What the pipeline may do. It builds as the builder and, to deploy, acts as the deployer of the environment in question.
locals {
  has_pipeline = var.pipeline_home || var.pipeline_account != null

  pipeline = (
    var.pipeline_home
    ? local.members.builder
    : var.pipeline_account == null ? null : "serviceAccount:${var.pipeline_account}"
  )
}

resource "google_project_iam_member" "builder_logs" {
  project = local.project
  role    = "roles/logging.logWriter"
  member  = local.members.builder
}

# At home: the builder has images scanned, starts the build that asks for approval, and runs it as itself.
resource "google_project_iam_member" "builder_scans" {
  count = var.pipeline_home ? 1 : 0

  project = local.project
  role    = "roles/ondemandscanning.admin" # the one role that may scan
  member  = local.members.builder
}

resource "google_project_iam_member" "builder_builds" {
  # checkov:skip=CKV_GCP_49: a build is started by a right of the project; which accounts it may act as is granted one by one
  count = var.pipeline_home ? 1 : 0

  project = local.project
  role    = "roles/cloudbuild.builds.editor"
  member  = local.members.builder
}

resource "google_service_account_iam_member" "builder_itself" {
  count = var.pipeline_home ? 1 : 0

  service_account_id = google_service_account.builder.name
  role               = "roles/iam.serviceAccountUser"
  member             = local.members.builder
}

resource "google_service_account_iam_member" "pipeline_deployer" {
  count = local.has_pipeline ? 1 : 0

  service_account_id = google_service_account.deployer.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pipeline
}

resource "google_cloud_run_v2_service_iam_member" "deployer" {
  for_each = google_cloud_run_v2_service.main

  project  = local.project
  location = each.value.location
  name     = each.value.name
  role     = "roles/run.developer"
  member   = local.members.deployer
}

# A revision runs as the runtime account; who makes one must be allowed to act as it.
resource "google_service_account_iam_member" "deployer_runtime" {
  service_account_id = google_service_account.runtime.name
  role               = "roles/iam.serviceAccountUser"
  member             = local.members.deployer
}

resource "google_artifact_registry_repository_iam_member" "deployer_images" {
  project    = local.project
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.reader"
  member     = local.members.deployer
}

# Traffic moves on, or back, by what the metrics say.
resource "google_project_iam_member" "deployer_metrics" {
  project = local.project
  role    = "roles/monitoring.viewer"
  member  = local.members.deployer
}

# A new revision is proven by an episode: a script goes in, the episode is read, and both are removed.
resource "google_storage_bucket_iam_member" "smoke_scripts" {
  count = var.smoke_tests ? 1 : 0

  bucket = google_storage_bucket.scripts.name
  role   = "roles/storage.objectUser"
  member = local.members.deployer
}

resource "google_storage_bucket_iam_member" "smoke_episodes" {
  count = var.smoke_tests ? 1 : 0

  bucket = google_storage_bucket.episodes.name
  role   = "roles/storage.objectUser"
  member = local.members.deployer
}

resource "google_cloud_run_v2_service_iam_member" "smoke" {
  for_each = var.smoke_tests ? local.service_regions : []

  project  = local.project
  location = each.value
  name     = local.service_names[each.value]
  role     = "roles/run.invoker"
  member   = local.members.deployer
}
