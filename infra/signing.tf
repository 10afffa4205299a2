# Production runs what the pipeline has signed, and nothing else.
resource "google_kms_crypto_key" "signing" {
  count = local.signed ? 1 : 0

  name     = "image-signing"
  key_ring = google_kms_key_ring.main[0].id
  purpose  = "ASYMMETRIC_SIGN"
  labels   = local.labels

  version_template {
    algorithm        = "EC_SIGN_P256_SHA256"
    protection_level = "SOFTWARE"
  }

  lifecycle {
    prevent_destroy = true
  }
}

data "google_kms_crypto_key_version" "signing" {
  count = local.signed ? 1 : 0

  crypto_key = google_kms_crypto_key.signing[0].id
}

resource "google_container_analysis_note" "pipeline" {
  count = local.signed ? 1 : 0

  project = local.project
  name    = "${var.prefix}-pipeline"

  attestation_authority {
    hint {
      human_readable_name = "Built, scanned and signed by the pipeline of voicebooth"
    }
  }
}

resource "google_binary_authorization_attestor" "pipeline" {
  count = local.signed ? 1 : 0

  project = local.project
  name    = "${var.prefix}-pipeline"

  attestation_authority_note {
    note_reference = google_container_analysis_note.pipeline[0].name

    public_keys {
      id = data.google_kms_crypto_key_version.signing[0].id

      pkix_public_key {
        public_key_pem      = data.google_kms_crypto_key_version.signing[0].public_key[0].pem
        signature_algorithm = data.google_kms_crypto_key_version.signing[0].public_key[0].algorithm
      }
    }
  }
}

resource "google_binary_authorization_policy" "main" {
  count = local.signed ? 1 : 0

  project                       = local.project
  global_policy_evaluation_mode = "ENABLE"

  default_admission_rule {
    evaluation_mode         = "REQUIRE_ATTESTATION"
    enforcement_mode        = var.image_signatures == "enforce" ? "ENFORCED_BLOCK_AND_AUDIT_LOG" : "DRYRUN_AUDIT_LOG_ONLY"
    require_attestations_by = [google_binary_authorization_attestor.pipeline[0].name]
  }
}

# The signer: the key, the note that a signature is attached to, the attestor it answers to, and the signature itself.
resource "google_kms_crypto_key_iam_member" "signer" {
  count = local.signed ? 1 : 0

  crypto_key_id = google_kms_crypto_key.signing[0].id
  role          = "roles/cloudkms.signerVerifier"
  member        = local.pipeline
}

resource "google_container_analysis_note_iam_member" "signer" {
  count = local.signed ? 1 : 0

  project = local.project
  note    = google_container_analysis_note.pipeline[0].name
  role    = "roles/containeranalysis.notes.attacher"
  member  = local.pipeline
}

resource "google_binary_authorization_attestor_iam_member" "signer" {
  count = local.signed ? 1 : 0

  project  = local.project
  attestor = google_binary_authorization_attestor.pipeline[0].name
  role     = "roles/binaryauthorization.attestorsVerifier"
  member   = local.pipeline
}

resource "google_project_iam_member" "signer_occurrences" {
  count = local.signed ? 1 : 0

  project = local.project
  role    = "roles/containeranalysis.occurrences.editor"
  member  = local.pipeline
}

# Binary Authorization reads the signatures by the attestor's own account.
resource "google_container_analysis_note_iam_member" "verifier" {
  count = local.signed ? 1 : 0

  project = local.project
  note    = google_container_analysis_note.pipeline[0].name
  role    = "roles/containeranalysis.notes.occurrences.viewer"
  member  = "serviceAccount:${google_binary_authorization_attestor.pipeline[0].attestation_authority_note[0].delegation_service_account_email}"
}
