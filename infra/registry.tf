# Images that are deployed: a tag never moves, so what was tested is what runs.
resource "google_artifact_registry_repository" "images" {
  # checkov:skip=CKV_GCP_84: it holds the program, which is public, and no script
  project                = local.project
  repository_id          = var.prefix
  location               = var.region
  format                 = "DOCKER"
  description            = "Images of voicebooth, by digest."
  labels                 = local.labels
  cleanup_policy_dry_run = false

  docker_config {
    immutable_tags = true
  }

  vulnerability_scanning_config {
    enablement_config = "INHERITED"
  }

  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 20
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "7776000s"
    }
  }
}

# Layers that builds share, and what functions are built into: here tags move.
resource "google_artifact_registry_repository" "builds" {
  # checkov:skip=CKV_GCP_84: it holds the program, which is public, and no script
  project                = local.project
  repository_id          = "${var.prefix}-builds"
  location               = var.region
  format                 = "DOCKER"
  description            = "Build cache, and images of the function."
  labels                 = local.labels
  cleanup_policy_dry_run = false

  cleanup_policies {
    id     = "keep-recent"
    action = "KEEP"
    most_recent_versions {
      keep_count = 3
    }
  }

  cleanup_policies {
    id     = "delete-old"
    action = "DELETE"
    condition {
      tag_state  = "ANY"
      older_than = "1209600s"
    }
  }
}

resource "google_artifact_registry_repository_iam_member" "builder_images" {
  project    = local.project
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.writer"
  member     = local.members.builder
}

resource "google_artifact_registry_repository_iam_member" "builder_builds" {
  project    = local.project
  location   = google_artifact_registry_repository.builds.location
  repository = google_artifact_registry_repository.builds.name
  role       = "roles/artifactregistry.writer"
  member     = local.members.builder
}

# Other environments run images from here: Cloud Run pulls them, and who deploys must be able to read them.
locals {
  image_readers = merge([for project, number in var.image_readers : {
    "${project} run"       = "serviceAccount:service-${number}@serverless-robot-prod.iam.gserviceaccount.com"
    "${project} deployer"  = "serviceAccount:${var.prefix}-deployer@${project}.iam.gserviceaccount.com"
    "${project} terraform" = "serviceAccount:terraform@${project}.iam.gserviceaccount.com"
  }]...)
}

resource "google_artifact_registry_repository_iam_member" "image_readers" {
  for_each = local.image_readers

  project    = local.project
  location   = google_artifact_registry_repository.images.location
  repository = google_artifact_registry_repository.images.name
  role       = "roles/artifactregistry.reader"
  member     = each.value
}
