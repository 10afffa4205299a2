# Keys of our own: one that encrypts what is stored, one that signs images. A key ring can never be deleted, and a deleted
# key takes what it encrypted with it.
resource "google_kms_key_ring" "main" {
  count = local.keys ? 1 : 0

  project  = local.project
  name     = var.prefix
  location = var.region
}

resource "google_kms_crypto_key" "data" {
  count = var.customer_managed_encryption ? 1 : 0

  name            = "data"
  key_ring        = google_kms_key_ring.main[0].id
  purpose         = "ENCRYPT_DECRYPT"
  rotation_period = "7776000s"
  labels          = local.labels

  lifecycle {
    prevent_destroy = true
  }
}

# It is Google's agents that encrypt, not the service.
resource "google_kms_crypto_key_iam_member" "data" {
  for_each = var.customer_managed_encryption ? merge(
    { storage = local.storage_agent, pubsub = local.pubsub_agent },
    local.with_key ? { secretmanager = local.secretmanager_agent } : {},
  ) : {}

  crypto_key_id = google_kms_crypto_key.data[0].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = each.value
}

resource "time_sleep" "data_key" {
  count = var.customer_managed_encryption ? 1 : 0

  create_duration = "90s"
  triggers        = { for agent, grant in google_kms_crypto_key_iam_member.data : agent => grant.id }
}
