# The Gemini API key: a place for it, who may read it, and a notice when it is time for another. Its value is added by
# infra/scripts/rotate-key.sh, or through a write-only argument; neither leaves it in the state. create_api_key does.
resource "google_pubsub_topic" "key_due" {
  count = local.with_key ? 1 : 0

  project      = local.project
  name         = "${var.prefix}-key-due"
  labels       = local.labels
  kms_key_name = one(google_kms_crypto_key.data[*].id)

  depends_on = [time_sleep.data_key]
}

resource "google_pubsub_subscription" "key_due" {
  count = local.with_key ? 1 : 0

  project                    = local.project
  name                       = "${var.prefix}-key-due"
  topic                      = google_pubsub_topic.key_due[0].id
  labels                     = local.labels
  ack_deadline_seconds       = 60
  message_retention_duration = "2678400s"

  expiration_policy {
    ttl = ""
  }
}

resource "google_pubsub_topic_iam_member" "key_due_publisher" {
  count = local.with_key ? 1 : 0

  project = local.project
  topic   = google_pubsub_topic.key_due[0].id
  role    = "roles/pubsub.publisher"
  member  = local.secretmanager_agent
}

# Secret Manager publishes a trial message when the secret is made.
resource "time_sleep" "key_due_publisher" {
  count = local.with_key ? 1 : 0

  create_duration = "60s"
  triggers        = { grant = google_pubsub_topic_iam_member.key_due_publisher[0].id }
}

resource "time_offset" "first_rotation" {
  count = local.with_key ? 1 : 0

  offset_days = var.secret_rotation_days
}

resource "google_secret_manager_secret" "gemini" {
  count = local.with_key ? 1 : 0

  project             = local.project
  secret_id           = "${var.prefix}-gemini-api-key"
  labels              = local.labels
  deletion_protection = var.deletion_protection

  replication {
    dynamic "auto" {
      for_each = var.customer_managed_encryption ? [] : [true]
      content {}
    }

    dynamic "user_managed" {
      for_each = google_kms_crypto_key.data
      content {
        replicas {
          location = var.region
          customer_managed_encryption {
            kms_key_name = user_managed.value.id
          }
        }
      }
    }
  }

  topics {
    name = google_pubsub_topic.key_due[0].id
  }

  rotation {
    rotation_period    = "${var.secret_rotation_days * 86400}s"
    next_rotation_time = time_offset.first_rotation[0].rfc3339
  }

  depends_on = [time_sleep.data_key, time_sleep.key_due_publisher]

  lifecycle {
    ignore_changes = [rotation[0].next_rotation_time] # moves on by itself
  }
}

# The key that Terraform made, or else the one that it was given. What is given to secret_data_wo stays out of the state, but
# a key that Terraform made is there all the same, as the key_string of google_apikeys_key.
resource "google_secret_manager_secret_version" "gemini" {
  count = var.create_api_key || var.gemini_api_key_version != null ? 1 : 0

  secret                 = google_secret_manager_secret.gemini[0].id
  secret_data_wo         = var.create_api_key ? google_apikeys_key.gemini[0].key_string : var.gemini_api_key
  secret_data_wo_version = coalesce(var.gemini_api_key_version, "1")
  deletion_policy        = "DISABLE"
}

resource "google_secret_manager_secret_iam_member" "runtime" {
  count = local.with_key ? 1 : 0

  project   = local.project
  secret_id = google_secret_manager_secret.gemini[0].id
  role      = "roles/secretmanager.secretAccessor"
  member    = local.members.runtime
}

# Whom an API key speaks for. It holds no role: the key opens the Gemini API and nothing else.
resource "google_service_account" "speaker" {
  count = local.with_key ? 1 : 0

  project      = local.project
  account_id   = "${var.prefix}-speaker"
  display_name = "voicebooth: bound to the Gemini API key"
}

resource "google_apikeys_key" "gemini" {
  count = var.create_api_key ? 1 : 0

  project               = local.project
  name                  = "${var.prefix}-gemini"
  display_name          = "${var.prefix}-gemini"
  service_account_email = local.accounts.speaker

  restrictions {
    api_targets {
      service = "generativelanguage.googleapis.com"
    }
  }
}

# Without a key: the service account itself may call the model.
resource "google_project_iam_member" "runtime_model" {
  count = local.with_key ? 0 : 1

  project = local.project
  role    = "roles/aiplatform.user"
  member  = local.members.runtime
}
