# main.py as a function, built from this repository's source: nothing has to be built before the first apply.
locals {
  from_source = var.image == null
  root        = "${path.module}/.."

  # What the function is made of, and nothing else: no .env, no state, no tests.
  source_files = local.from_source ? setunion(
    ["main.py", "requirements.txt"],
    fileset(local.root, "voicebooth/**/*.{py,json}"),
    fileset(local.root, "voicebooth/py.typed"),
  ) : []
}

data "archive_file" "source" {
  count = local.from_source ? 1 : 0

  type             = "zip"
  output_path      = "${path.root}/.terraform/source.zip"
  output_file_mode = "0644"

  dynamic "source" {
    for_each = local.source_files
    content {
      filename = source.value
      content  = file("${local.root}/${source.value}")
    }
  }
}

resource "google_storage_bucket" "source" {
  # checkov:skip=CKV_GCP_62: who reads and writes can be seen in audit logs; access logs would need a bucket of their own
  # checkov:skip=CKV_GCP_78: each archive is named by its content and never replaced
  count = local.from_source ? 1 : 0

  project                     = local.project
  name                        = "${var.project}-${var.prefix}-source"
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true # everything in it is made from this repository

  soft_delete_policy {
    retention_duration_seconds = 0
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }
}

resource "google_storage_bucket_object" "source" {
  count = local.from_source ? 1 : 0

  bucket = google_storage_bucket.source[0].name
  name   = "voicebooth-${data.archive_file.source[0].output_sha256}.zip"
  source = data.archive_file.source[0].output_path
}

# The build fetches the source from our bucket, or from the service's own copy, whose bucket it names itself.
resource "google_storage_bucket_iam_member" "builder_source" {
  count = local.from_source ? 1 : 0

  bucket = google_storage_bucket.source[0].name
  role   = "roles/storage.objectViewer"
  member = local.members.builder
}

resource "google_project_iam_member" "builder_source_copy" {
  count = local.from_source ? 1 : 0

  project = local.project
  role    = "roles/storage.objectViewer"
  member  = local.members.builder

  condition {
    title       = "copies of function sources"
    description = "The buckets in which Cloud Run functions keep the source of a build."
    expression  = "resource.name.startsWith(\"projects/_/buckets/gcf-v2-sources-\")"
  }
}

resource "time_sleep" "builder" {
  count = local.from_source ? 1 : 0

  create_duration = "60s"
  triggers = {
    source   = google_storage_bucket_iam_member.builder_source[0].id
    copy     = google_project_iam_member.builder_source_copy[0].id
    logs     = google_project_iam_member.builder_logs.id
    registry = google_artifact_registry_repository_iam_member.builder_builds.id
  }
}

resource "google_cloudfunctions2_function" "main" {
  # checkov:skip=CKV_GCP_124: ingress is a variable, internal by default, and callers must sign in in any case
  count = local.from_source ? 1 : 0

  project     = local.project
  name        = "${var.prefix}-function"
  location    = var.region
  description = "Makes a podcast episode of each script in ${google_storage_bucket.scripts.name}."
  labels      = local.labels

  build_config {
    runtime           = "python313"
    entry_point       = "http"
    service_account   = google_service_account.builder.id
    docker_repository = google_artifact_registry_repository.builds.id

    source {
      storage_source {
        bucket = google_storage_bucket.source[0].name
        object = google_storage_bucket_object.source[0].name
      }
    }
  }

  service_config {
    service_account_email            = local.service_account
    environment_variables            = local.environment
    timeout_seconds                  = local.push_timeout_s
    max_instance_request_concurrency = local.requests_per_instance
    available_cpu                    = var.cpu
    available_memory                 = var.memory
    min_instance_count               = var.min_instances
    max_instance_count               = var.max_instances
    ingress_settings                 = local.ingress.function
    all_traffic_on_latest_revision   = true
  }

  depends_on = [time_sleep.builder]
}

check "signatures_need_an_image" {
  assert {
    condition     = !(local.from_source && local.signed)
    error_message = "The function is built from source and carries no signature; image_signatures takes effect once image is set."
  }
}
