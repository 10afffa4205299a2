output "attestor" {
  description = "Whose signature an image needs, for `gcloud container binauthz attestations`; null without signatures."
  value       = one(google_binary_authorization_attestor.pipeline[*].id)
}

output "builder_account" {
  description = "The account that builds and signs."
  value       = google_service_account.builder.email
}

output "dead_letter_subscription" {
  description = "Where scripts lie that could not be delivered, for infra/scripts/replay-dead-letters.sh."
  value       = google_pubsub_subscription.dead.name
}

output "deployer_account" {
  description = "The account that deploys revisions and moves traffic."
  value       = google_service_account.deployer.email
}

output "edge_address" {
  description = "The address that the domains' A records must name; null without an edge."
  value       = one([for address in google_compute_global_address.main : address.address])
}

output "episodes_bucket" {
  description = "Where episodes go."
  value       = "gs://${google_storage_bucket.episodes.name}"
}

output "public_url" {
  description = "Where the public bucket is read, below the object's name; null without one."
  value       = one([for bucket in google_storage_bucket.public : "https://storage.googleapis.com/${bucket.name}/"])
}

output "region" {
  description = "The region of the service that takes events."
  value       = google_cloud_tasks_queue.synthesis.location
}

output "registry" {
  description = "Where images are pushed: docker push REGISTRY/voicebooth."
  value       = google_artifact_registry_repository.images.registry_uri
}

output "registry_cache" {
  description = "Where builds keep their layers."
  value       = google_artifact_registry_repository.builds.registry_uri
}

output "scripts_bucket" {
  description = "Where scripts are dropped."
  value       = "gs://${google_storage_bucket.scripts.name}"
}

output "scripts_topic" {
  description = "Where dead letters are sent again, for infra/scripts/replay-dead-letters.sh."
  value       = google_pubsub_topic.scripts.name
}

output "secret" {
  description = "Where the Gemini API key lies, for infra/scripts/rotate-key.sh; null without a key."
  value       = one([for secret in google_secret_manager_secret.gemini : secret.id])
}

output "service_name" {
  description = "Name of the Cloud Run service that answers."
  value       = local.service_names[var.region]
}

output "service_url" {
  description = "Where the service answers. Callers must sign in, unless allow_unauthenticated is set."
  value       = local.service_url
}

output "signing_key_version" {
  description = "The key that signs images; null without signatures."
  value       = one(data.google_kms_crypto_key_version.signing[*].name)
}

output "speaker_account" {
  description = "The account that an API key is bound to, for infra/scripts/rotate-key.sh; null without a key."
  value       = one(google_service_account.speaker[*].email)
}

output "upload_command" {
  description = "Makes an episode of a script."
  value       = "gcloud storage cp examples/two-hosts.md gs://${google_storage_bucket.scripts.name}/"
}

output "work_bucket" {
  description = "Where takes are kept."
  value       = "gs://${google_storage_bucket.work.name}"
}
