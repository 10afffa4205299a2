# A budget warns; it stops nothing. VOICEBOOTH_MAX_COST_USD refuses an episode that would cost too much.
resource "google_billing_budget" "main" {
  count = var.budget == null ? 0 : 1

  billing_account = var.budget.billing_account
  display_name    = "voicebooth ${var.environment}"

  budget_filter {
    projects = ["projects/${data.google_project.main.number}"]
  }

  amount {
    specified_amount {
      units = tostring(var.budget.amount) # in the billing account's currency; another would be refused
    }
  }

  dynamic "threshold_rules" {
    for_each = [0.5, 0.9, 1.0]
    content {
      threshold_percent = threshold_rules.value
    }
  }

  # Beside the billing account's administrators and users, who are told in any case. A budget takes five channels at most.
  dynamic "all_updates_rule" {
    for_each = local.alerted ? [slice(sort(var.alert_emails), 0, min(5, length(var.alert_emails)))] : []
    content {
      monitoring_notification_channels = [for address in all_updates_rule.value : google_monitoring_notification_channel.email[address].id]
      disable_default_iam_recipients   = false
    }
  }

  depends_on = [time_sleep.services]
}
