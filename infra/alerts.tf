# Who is told when a script could not be delivered, or a key is due.
resource "google_monitoring_notification_channel" "email" {
  for_each = var.alert_emails

  project      = local.project
  display_name = each.value
  type         = "email"
  labels       = { email_address = each.value }
  user_labels  = local.labels
}

locals {
  # Subscriptions in which nothing should lie, and what to do when something does.
  quiet_subscriptions = local.alerted ? merge(
    {
      dead = {
        name     = google_pubsub_subscription.dead.name
        title    = "voicebooth: a script could not be delivered"
        severity = "ERROR"
        advice   = "Mend the cause (the service's log says it), then replay with infra/scripts/replay-dead-letters.sh. docs/deploy.md has the steps."
      }
    },
    local.with_key ? {
      key_due = {
        name     = google_pubsub_subscription.key_due[0].name
        title    = "voicebooth: it is time for another Gemini API key"
        severity = "WARNING"
        advice   = "Run infra/scripts/rotate-key.sh. docs/deploy.md has the steps."
      }
    } : {},
  ) : {}
}

resource "google_monitoring_alert_policy" "quiet" {
  for_each = local.quiet_subscriptions

  project               = local.project
  display_name          = each.value.title
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = [for channel in google_monitoring_notification_channel.email : channel.name]
  user_labels           = local.labels

  conditions {
    display_name = "a message lies in ${each.value.name}"

    condition_threshold {
      filter          = "resource.type = \"pubsub_subscription\" AND resource.labels.subscription_id = \"${each.value.name}\" AND metric.type = \"pubsub.googleapis.com/subscription/num_undelivered_messages\""
      comparison      = "COMPARISON_GT"
      threshold_value = 0
      duration        = "0s"

      aggregations {
        alignment_period   = "300s"
        per_series_aligner = "ALIGN_MAX"
      }
    }
  }

  documentation {
    content   = each.value.advice
    mime_type = "text/markdown"
  }

  alert_strategy {
    auto_close = "604800s"
  }
}
