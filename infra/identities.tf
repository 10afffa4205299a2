# One account for each role. What each may do stands beside the thing it may do it to.
resource "google_service_account" "runtime" {
  project      = local.project
  account_id   = "${var.prefix}-runtime"
  display_name = "voicebooth: makes episodes"
}

resource "google_service_account" "caller" {
  project      = local.project
  account_id   = "${var.prefix}-caller"
  display_name = "voicebooth: calls the service for Pub/Sub and Cloud Tasks"
}

resource "google_service_account" "builder" {
  project      = local.project
  account_id   = "${var.prefix}-builder"
  display_name = "voicebooth: builds and signs"
}

resource "google_service_account" "deployer" {
  project      = local.project
  account_id   = "${var.prefix}-deployer"
  display_name = "voicebooth: deploys revisions and moves traffic"
}

# A new account cannot be granted anything for some seconds, so grants take their members from here.
resource "time_sleep" "accounts" {
  create_duration = "15s"
  triggers = {
    builder  = google_service_account.builder.member
    caller   = google_service_account.caller.member
    deployer = google_service_account.deployer.member
    runtime  = google_service_account.runtime.member
  }
}

locals {
  members = time_sleep.accounts.triggers
}

# Pub/Sub signs the caller's tokens.
resource "google_service_account_iam_member" "caller_tokens" {
  service_account_id = google_service_account.caller.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent
}
