# A finished script becomes a message, the message a request to the service; what cannot be delivered is kept.
resource "google_pubsub_topic" "scripts" {
  project      = local.project
  name         = "${var.prefix}-scripts"
  labels       = local.labels
  kms_key_name = one(google_kms_crypto_key.data[*].id)

  depends_on = [time_sleep.data_key]
}

resource "google_pubsub_topic" "dead" {
  project      = local.project
  name         = "${var.prefix}-scripts-dead"
  labels       = local.labels
  kms_key_name = one(google_kms_crypto_key.data[*].id)

  depends_on = [time_sleep.data_key]
}

resource "google_pubsub_topic_iam_member" "storage_publisher" {
  project = local.project
  topic   = google_pubsub_topic.scripts.id
  role    = "roles/pubsub.publisher"
  member  = local.storage_agent
}

# Storage asks for its right to publish when the notification is made, and rights take a while to spread.
resource "time_sleep" "storage_publisher" {
  create_duration = "90s"
  triggers        = { grant = google_pubsub_topic_iam_member.storage_publisher.id }
}

resource "google_storage_notification" "scripts" {
  bucket         = google_storage_bucket.scripts.name
  topic          = google_pubsub_topic.scripts.id
  payload_format = "JSON_API_V1"
  event_types    = ["OBJECT_FINALIZE"]

  depends_on = [time_sleep.storage_publisher]
}

resource "google_pubsub_topic_iam_member" "dead_publisher" {
  project = local.project
  topic   = google_pubsub_topic.dead.id
  role    = "roles/pubsub.publisher"
  member  = local.pubsub_agent
}

resource "google_pubsub_subscription_iam_member" "dead_letters" {
  project      = local.project
  subscription = google_pubsub_subscription.scripts.id
  role         = "roles/pubsub.subscriber"
  member       = local.pubsub_agent
}

resource "google_pubsub_subscription" "scripts" {
  project                    = local.project
  name                       = "${var.prefix}-scripts"
  topic                      = google_pubsub_topic.scripts.id
  labels                     = local.labels
  ack_deadline_seconds       = 600
  message_retention_duration = "604800s"

  push_config {
    push_endpoint = "${local.service_url}/events"

    oidc_token {
      service_account_email = local.accounts.caller
      audience              = local.service_url
    }
  }

  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = "600s"
  }

  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead.id
    max_delivery_attempts = var.max_delivery_attempts
  }

  expiration_policy {
    ttl = ""
  }

  depends_on = [
    google_cloud_run_v2_service_iam_member.caller,
    google_pubsub_topic_iam_member.dead_publisher,
    google_service_account_iam_member.caller_tokens,
  ]
}

# Without a subscription a dead letter would be lost at once, with one that expires after a quiet month.
resource "google_pubsub_subscription" "dead" {
  project                    = local.project
  name                       = "${var.prefix}-scripts-dead"
  topic                      = google_pubsub_topic.dead.id
  labels                     = local.labels
  ack_deadline_seconds       = 600
  message_retention_duration = "2678400s"

  expiration_policy {
    ttl = ""
  }
}
