# The one brake that all instances share: work that is fanned out is dispatched at the pace of the Gemini quota.
resource "google_cloud_tasks_queue" "synthesis" {
  project  = local.project
  name     = "${var.prefix}-synthesis"
  location = var.region

  rate_limits {
    max_dispatches_per_second = var.requests_per_minute == null ? 1 : var.requests_per_minute * 0.8 / 60
    max_concurrent_dispatches = var.max_instances * local.requests_per_instance
  }

  # A task ends when both bounds are met.
  retry_config {
    max_attempts       = 20
    max_retry_duration = "86400s"
    min_backoff        = "10s"
    max_backoff        = "600s"
    max_doublings      = 6
  }

  stackdriver_logging_config {
    sampling_ratio = 1
  }
}

resource "google_cloud_tasks_queue_iam_member" "runtime" {
  project  = local.project
  name     = google_cloud_tasks_queue.synthesis.name
  location = google_cloud_tasks_queue.synthesis.location
  role     = "roles/cloudtasks.enqueuer"
  member   = local.members.runtime
}

# A task carries the caller's token; who creates it must be allowed to act as the caller.
resource "google_service_account_iam_member" "runtime_caller" {
  service_account_id = google_service_account.caller.name
  role               = "roles/iam.serviceAccountUser"
  member             = local.members.runtime
}
