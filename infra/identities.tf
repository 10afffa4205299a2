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

# A new account cannot be granted anything, or be named, for some seconds, so whoever needs one takes it from here.
resource "time_sleep" "accounts" {
  create_duration = "15s"
  triggers = merge({
    builder  = google_service_account.builder.member
    caller   = google_service_account.caller.member
    deployer = google_service_account.deployer.member
    runtime  = google_service_account.runtime.member
  }, { for speaker in google_service_account.speaker : "speaker" => speaker.member })
}

locals {
  members  = time_sleep.accounts.triggers
  accounts = { for name, member in local.members : name => trimprefix(member, "serviceAccount:") }
}

# Pub/Sub signs the caller's tokens.
resource "google_service_account_iam_member" "caller_tokens" {
  service_account_id = google_service_account.caller.name
  role               = "roles/iam.serviceAccountTokenCreator"
  member             = local.pubsub_agent

  depends_on = [time_sleep.accounts]
}
