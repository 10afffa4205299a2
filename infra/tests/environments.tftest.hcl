# Each environment can be made, as a function and as a container, with the times and limits it is meant to have.
mock_provider "archive" {}
mock_provider "google" {}
mock_provider "google-beta" {}
mock_provider "time" {}

variables {
  project = "my-project"
}

run "development_is_built_from_source" {
  command = plan

  variables {
    environment = "development"
  }

  assert {
    condition     = length(google_cloudfunctions2_function.main) == 1 && length(google_cloud_run_v2_service.main) == 0
    error_message = "Without an image there must be a function, and no container."
  }

  assert {
    condition     = google_cloudfunctions2_function.main[0].service_config[0].timeout_seconds == 540
    error_message = "The function must have 540 s, below the 600 s of the subscription."
  }

  assert {
    condition     = google_pubsub_subscription.scripts.ack_deadline_seconds == 600
    error_message = "Pub/Sub must wait 600 s for an answer."
  }

  assert {
    condition     = google_storage_bucket.work.soft_delete_policy[0].retention_duration_seconds == 0
    error_message = "Nobody should pay for takes that were deleted."
  }

  assert {
    condition     = length(google_binary_authorization_policy.main) == 0 && length(google_kms_crypto_key.signing) == 0
    error_message = "Development must not ask for signatures."
  }
}

run "staging_runs_an_image" {
  command = plan

  variables {
    environment = "staging"
    image       = "europe-west1-docker.pkg.dev/my-project/voicebooth/voicebooth@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    smoke_tests = true
  }

  assert {
    condition     = length(google_cloudfunctions2_function.main) == 0 && length(google_storage_bucket.source) == 0
    error_message = "With an image there must be no function, and no place for its source."
  }

  assert {
    condition     = google_cloud_run_v2_service.main["europe-west1"].template[0].timeout == "540s"
    error_message = "The container must have 540 s, as the function has."
  }

  assert {
    condition     = length(google_storage_bucket_iam_member.smoke_scripts) == 1
    error_message = "With smoke_tests the deployer must be able to upload a script."
  }
}

run "production_refuses_what_is_not_signed" {
  command = plan

  variables {
    environment      = "production"
    image            = "europe-west1-docker.pkg.dev/my-project/voicebooth/voicebooth@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    image_signatures = "enforce"
    pipeline_home    = true
  }

  assert {
    condition     = google_binary_authorization_policy.main[0].default_admission_rule[0].enforcement_mode == "ENFORCED_BLOCK_AND_AUDIT_LOG"
    error_message = "Production must refuse an image without a signature."
  }

  assert {
    condition     = length(google_cloud_run_v2_service.main["europe-west1"].binary_authorization) == 1
    error_message = "The service must be held to the policy."
  }

  assert {
    condition     = google_cloud_run_v2_service.main["europe-west1"].ingress == "INGRESS_TRAFFIC_INTERNAL_ONLY"
    error_message = "Nothing outside the project should reach the service by default."
  }

  assert {
    condition     = google_storage_bucket.scripts.public_access_prevention == "enforced"
    error_message = "Scripts must not be readable by everybody."
  }
}

run "an_unsigned_function_where_signatures_are_enforced_is_pointed_out" {
  command         = plan
  expect_failures = [check.signatures_need_an_image]

  variables {
    environment      = "production"
    image_signatures = "enforce"
    pipeline_home    = true
  }
}
