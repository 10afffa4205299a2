locals {
  project = time_sleep.services.triggers.project

  labels = merge(var.labels, {
    application = "voicebooth"
    environment = var.environment
    managed-by  = "terraform"
  })

  with_key = var.gemini_access == "key"
  signed   = var.image_signatures != "off"
  keys     = local.signed || var.customer_managed_encryption
  alerted  = length(var.alert_emails) > 0

  # The agents that Google runs for this project.
  storage_agent       = data.google_storage_project_service_account.main.member
  pubsub_agent        = google_project_service_identity.pubsub.member
  secretmanager_agent = one(google_project_service_identity.secretmanager[*].member)
}
