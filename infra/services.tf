# The Google services in use. Nothing answers right after it was enabled, so all else takes its project from local.project,
# which is there only once they had time.
locals {
  services = toset(concat(
    [
      "artifactregistry.googleapis.com",
      "cloudbuild.googleapis.com",
      "cloudfunctions.googleapis.com",
      "cloudtasks.googleapis.com",
      "containeranalysis.googleapis.com",
      "iam.googleapis.com",
      "iamcredentials.googleapis.com",
      "logging.googleapis.com",
      "monitoring.googleapis.com",
      "pubsub.googleapis.com",
      "run.googleapis.com",
      "storage.googleapis.com",
    ],
    local.with_key ? ["apikeys.googleapis.com", "generativelanguage.googleapis.com", "secretmanager.googleapis.com"] : ["aiplatform.googleapis.com"],
    local.signed ? ["binaryauthorization.googleapis.com"] : [],
    local.keys ? ["cloudkms.googleapis.com"] : [],
    var.pipeline_home ? ["ondemandscanning.googleapis.com"] : [],
    var.edge == null ? [] : ["compute.googleapis.com"],
    var.budget == null ? [] : ["billingbudgets.googleapis.com"],
  ))
}

resource "google_project_service" "main" {
  for_each = local.services

  project            = var.project
  service            = each.value
  disable_on_destroy = false
}

resource "time_sleep" "services" {
  create_duration = "60s"
  triggers = {
    project  = var.project
    services = join(",", [for service in google_project_service.main : service.service])
  }
}

# Accounts by which Google's own services act. Storage's comes with its data source; these are made on demand.
resource "google_project_service_identity" "pubsub" {
  provider = google-beta

  project = local.project
  service = "pubsub.googleapis.com"
}

resource "google_project_service_identity" "secretmanager" {
  count    = local.with_key ? 1 : 0
  provider = google-beta

  project = local.project
  service = "secretmanager.googleapis.com"
}

data "google_project" "main" {
  project_id = var.project
}

data "google_storage_project_service_account" "main" {
  project = var.project
}
