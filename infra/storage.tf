# Scripts come in, takes are kept, episodes go out. Three buckets, so that nothing that is written starts anything.
resource "google_storage_bucket" "scripts" {
  # checkov:skip=CKV_GCP_62: who reads and writes can be seen in audit logs; access logs would need a bucket of their own
  project                     = local.project
  name                        = "${var.project}-${var.prefix}-scripts"
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # An event names a generation, and reads that one even when another has come.
  versioning {
    enabled = true
  }

  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      days_since_noncurrent_time = 30
      with_state                 = "ARCHIVED"
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }

  dynamic "encryption" {
    for_each = google_kms_crypto_key.data
    content {
      default_kms_key_name = encryption.value.id
    }
  }

  depends_on = [time_sleep.data_key]
}

resource "google_storage_bucket" "work" {
  # checkov:skip=CKV_GCP_62: who reads and writes can be seen in audit logs; access logs would need a bucket of their own
  # checkov:skip=CKV_GCP_78: a take is named by all that decides its sound, and is never replaced by another
  project                     = local.project
  name                        = "${var.project}-${var.prefix}-work"
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # What is deleted here can be made anew, so it is not paid for any longer.
  soft_delete_policy {
    retention_duration_seconds = 0
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = var.takes_kept_days
      matches_prefix = ["takes/"]
    }
  }

  # A claim ends by itself after minutes.
  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age            = 7
      matches_prefix = ["claims/"]
    }
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }

  dynamic "encryption" {
    for_each = google_kms_crypto_key.data
    content {
      default_kms_key_name = encryption.value.id
    }
  }

  depends_on = [time_sleep.data_key]
}

resource "google_storage_bucket" "episodes" {
  # checkov:skip=CKV_GCP_62: who reads and writes can be seen in audit logs; access logs would need a bucket of their own
  # checkov:skip=CKV_GCP_78: soft delete keeps what was replaced for a week; versions of the record would pile up
  project                     = local.project
  name                        = "${var.project}-${var.prefix}-episodes"
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"

  # An episode that was deleted or replaced by mistake comes back within a week; the record is written too often for versions.
  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }

  dynamic "cors" {
    for_each = length(var.cors_origins) == 0 ? [] : [var.cors_origins]
    content {
      origin          = cors.value
      method          = ["GET", "HEAD"]
      response_header = ["Accept-Ranges", "Content-Length", "Content-Range", "Content-Type", "ETag"]
      max_age_seconds = 3600
    }
  }

  dynamic "encryption" {
    for_each = google_kms_crypto_key.data
    content {
      default_kms_key_name = encryption.value.id
    }
  }

  depends_on = [time_sleep.data_key]
}

# The one bucket that is open, if it is wanted: read by name, not listed. What is encrypted with an own key is not cached.
resource "google_storage_bucket" "public" {
  # checkov:skip=CKV_GCP_62: who reads and writes can be seen in audit logs; access logs would need a bucket of their own
  # checkov:skip=CKV_GCP_78: it holds copies; the episodes stay in their own bucket
  # checkov:skip=CKV_GCP_114: to be read by the world is what it is for; nothing is copied there by itself
  count = var.public_bucket ? 1 : 0

  project                     = local.project
  name                        = "${var.project}-${var.prefix}-public"
  location                    = var.region
  labels                      = local.labels
  uniform_bucket_level_access = true
  public_access_prevention    = "inherited"

  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  lifecycle_rule {
    action {
      type = "AbortIncompleteMultipartUpload"
    }
    condition {
      age = 1
    }
  }

  dynamic "cors" {
    for_each = length(var.cors_origins) == 0 ? [] : [var.cors_origins]
    content {
      origin          = cors.value
      method          = ["GET", "HEAD"]
      response_header = ["Accept-Ranges", "Content-Length", "Content-Range", "Content-Type", "ETag"]
      max_age_seconds = 3600
    }
  }
}

resource "google_storage_bucket_iam_member" "public_reader" {
  # checkov:skip=CKV_GCP_28: to be read by the world is what it is for; it is off by default
  count = var.public_bucket ? 1 : 0

  bucket = google_storage_bucket.public[0].name
  role   = "roles/storage.legacyObjectReader"
  member = "allUsers"
}

resource "google_storage_bucket_iam_member" "runtime_scripts" {
  bucket = google_storage_bucket.scripts.name
  role   = "roles/storage.objectViewer"
  member = local.members.runtime
}

resource "google_storage_bucket_iam_member" "runtime_work" {
  bucket = google_storage_bucket.work.name
  role   = "roles/storage.objectUser"
  member = local.members.runtime
}

resource "google_storage_bucket_iam_member" "runtime_episodes" {
  bucket = google_storage_bucket.episodes.name
  role   = "roles/storage.objectUser"
  member = local.members.runtime
}
