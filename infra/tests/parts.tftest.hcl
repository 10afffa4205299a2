# Every optional part, on and off.
mock_provider "archive" {}
mock_provider "google" {}
mock_provider "google-beta" {}
mock_provider "time" {}

variables {
  environment = "development"
  image       = "europe-west1-docker.pkg.dev/my-project/voicebooth/voicebooth@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  project     = "my-project"
}

run "nothing_optional_by_default" {
  command = plan

  assert {
    condition = alltrue([for parts in [
      google_apikeys_key.gemini,
      google_billing_budget.main,
      google_kms_key_ring.main,
      google_secret_manager_secret_version.gemini,
      google_storage_bucket.public,
      google_storage_bucket_iam_member.public_reader,
    ] : length(parts) == 0])
    error_message = "What was not asked for must not be made."
  }

  assert {
    condition = alltrue([for parts in [
      google_cloud_run_v2_service_iam_member.anybody,
      google_cloud_run_v2_service_iam_member.smoke,
      google_compute_global_address.main,
      google_monitoring_alert_policy.quiet,
    ] : length(parts) == 0])
    error_message = "Nothing must be open, watched by nobody, or in front of the service without being asked for."
  }
}

run "without_a_key" {
  command = plan

  variables {
    gemini_access = "keyless"
  }

  assert {
    condition     = length(google_secret_manager_secret.gemini) == 0 && google_project_iam_member.runtime_model[0].role == "roles/aiplatform.user"
    error_message = "Without a key there must be no secret, and the service account must be allowed to call the model."
  }

  assert {
    condition     = contains([for env in google_cloud_run_v2_service.main["europe-west1"].template[0].containers[0].env : "${env.name}=${env.value}"], "GOOGLE_GENAI_USE_ENTERPRISE=true")
    error_message = "The service must be told to do without a key."
  }
}

run "a_key_that_terraform_stores" {
  command = plan

  variables {
    gemini_api_key         = "only-a-test" # checkov:skip=CKV_SECRET_6: made up
    gemini_api_key_version = "1"
    secret_rotation_days   = 30
  }

  assert {
    condition     = google_secret_manager_secret_version.gemini[0].secret_data_wo_version == "1"
    error_message = "The key must be stored."
  }

  assert {
    condition     = google_secret_manager_secret.gemini[0].rotation[0].rotation_period == "2592000s"
    error_message = "The notice must come after 30 days."
  }
}

run "a_key_that_terraform_makes" {
  command = plan

  variables {
    create_api_key = true
  }

  assert {
    condition     = google_apikeys_key.gemini[0].restrictions[0].api_targets[0].service == "generativelanguage.googleapis.com"
    error_message = "The key must open the Gemini API and nothing else."
  }

  assert {
    condition     = google_secret_manager_secret_version.gemini[0].secret_data_wo_version == "1"
    error_message = "The key that was made must be stored, or the service has none."
  }
}

run "encrypted_with_an_own_key" {
  command = plan

  variables {
    customer_managed_encryption = true
  }

  assert {
    condition     = google_kms_crypto_key.data[0].rotation_period == "7776000s"
    error_message = "The key must rotate every 90 days."
  }

  assert {
    condition     = length(google_storage_bucket.scripts.encryption) == 1 && length(google_storage_bucket.work.encryption) == 1 && length(google_storage_bucket.episodes.encryption) == 1
    error_message = "The buckets must be encrypted with it."
  }

  assert {
    condition     = length(google_kms_crypto_key_iam_member.data) == 3
    error_message = "Storage, Pub/Sub and Secret Manager must be able to use it."
  }
}

run "open_to_the_world" {
  command = plan

  variables {
    allow_unauthenticated = true
    cors_origins          = ["https://example.org"]
    ingress               = "all"
    public_bucket         = true
  }

  assert {
    condition     = google_cloud_run_v2_service_iam_member.anybody["europe-west1"].member == "allUsers" && google_storage_bucket_iam_member.public_reader[0].member == "allUsers"
    error_message = "Who chooses to be open must be open."
  }

  assert {
    condition     = google_storage_bucket.episodes.public_access_prevention == "enforced" && length(google_storage_bucket.episodes.cors) == 1
    error_message = "Episodes themselves must stay closed."
  }
}

run "behind_an_edge_in_two_regions" {
  command = plan

  variables {
    edge          = { domains = ["example.org"], client_requests_per_minute = 60 }
    extra_regions = ["us-central1"]
    ingress       = "load-balancer"
    public_bucket = true
  }

  assert {
    condition     = length(google_cloud_run_v2_service.main) == 2 && length(google_compute_region_network_endpoint_group.main) == 2
    error_message = "Both regions must answer."
  }

  assert {
    condition     = google_compute_ssl_policy.main["main"].min_tls_version == "TLS_1_2" && google_compute_backend_service.main["main"].load_balancing_scheme == "EXTERNAL_MANAGED"
    error_message = "The edge must speak TLS 1.2 or newer."
  }

  assert {
    condition     = one([for rule in google_compute_security_policy.main["main"].rule : rule if rule.action == "throttle"]).rate_limit_options[0].rate_limit_threshold[0].count == 60
    error_message = "Each client must be held to its rate."
  }
}

run "watched" {
  command = plan

  variables {
    alert_emails = ["ops@example.org"]
    budget       = { billing_account = "012345-6789AB-CDEF01", amount = 20 }
  }

  assert {
    condition     = length(google_monitoring_alert_policy.quiet) == 2 && length(google_monitoring_notification_channel.email) == 1
    error_message = "Dead letters and a key that is due must be told of."
  }

  assert {
    condition     = google_billing_budget.main[0].amount[0].specified_amount[0].units == "20" && length(google_billing_budget.main[0].threshold_rules) == 3
    error_message = "The budget must warn three times."
  }
}

run "a_budget_that_tells_five_of_six" {
  command = plan

  variables {
    alert_emails = ["a@example.org", "b@example.org", "c@example.org", "d@example.org", "e@example.org", "f@example.org"]
    budget       = { billing_account = "012345-6789AB-CDEF01", amount = 20 }
  }

  assert {
    condition     = length(google_billing_budget.main[0].all_updates_rule[0].monitoring_notification_channels) == 5
    error_message = "A budget takes five channels at most."
  }
}

run "a_budget_that_tells_the_administrators_alone" {
  command = plan

  variables {
    budget = { billing_account = "012345-6789AB-CDEF01", amount = 20 }
  }

  assert {
    condition     = length(google_billing_budget.main[0].all_updates_rule) == 0
    error_message = "Without an address there must be no rule without a channel."
  }
}

run "within_a_quota" {
  command = plan

  variables {
    max_instances       = 4
    requests_per_minute = 150
  }

  assert {
    condition     = google_cloud_tasks_queue.synthesis.rate_limits[0].max_dispatches_per_second == 2
    error_message = "The queue must dispatch at 80 % of the quota."
  }

  assert {
    condition     = contains([for env in google_cloud_run_v2_service.main["europe-west1"].template[0].containers[0].env : "${env.name}=${env.value}"], "VOICEBOOTH_REQUESTS_PER_MINUTE=30")
    error_message = "Each instance must have its part of the quota."
  }
}

run "within_a_quota_in_two_regions" {
  command = plan

  variables {
    edge                = { domains = ["xn--bcher-kva.example.org"] }
    extra_regions       = ["us-central1"]
    ingress             = "load-balancer"
    max_instances       = 4
    requests_per_minute = 150
  }

  assert {
    condition     = contains([for env in google_cloud_run_v2_service.main["us-central1"].template[0].containers[0].env : "${env.name}=${env.value}"], "VOICEBOOTH_REQUESTS_PER_MINUTE=15")
    error_message = "Instances of all regions must share the quota."
  }

  assert {
    condition     = google_cloud_run_v2_service.main["us-central1"].custom_audiences == tolist(["https://xn--bcher-kva.example.org"])
    error_message = "A token for the edge's address must be taken in each region."
  }
}

run "the_largest_instance" {
  command = plan

  variables {
    cpu    = "4"
    memory = "16Gi"
  }

  assert {
    condition     = google_cloud_run_v2_service.main["europe-west1"].custom_audiences == null
    error_message = "Without an edge the service's own address is the audience."
  }
}
