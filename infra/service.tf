# What both packagings of main.py have in common: function.tf builds it from source, container.tf runs an image.
locals {
  push_timeout_s = 540 # below the 600 s of the subscription
  deadline_s     = 500 # the code stops by itself, in time to keep its takes

  # A script is worked on alone; health and short requests come beside it.
  requests_per_instance = 4

  service_account = local.accounts.runtime

  ingress = {
    internal      = { function = "ALLOW_INTERNAL_ONLY", container = "INGRESS_TRAFFIC_INTERNAL_ONLY" }
    load-balancer = { function = "ALLOW_INTERNAL_AND_GCLB", container = "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER" }
    all           = { function = "ALLOW_ALL", container = "INGRESS_TRAFFIC_ALL" }
  }[var.ingress]

  # How the service reaches Gemini.
  gemini = (
    local.with_key
    ? { GEMINI_API_KEY_SECRET = "projects/${google_secret_manager_secret.gemini[0].project}/secrets/${google_secret_manager_secret.gemini[0].secret_id}" }
    : { GOOGLE_GENAI_USE_ENTERPRISE = "true" }
  )

  # Each instance counts its own requests, so each of each region gets its part of the quota.
  quota = var.requests_per_minute == null ? {} : {
    VOICEBOOTH_REQUESTS_PER_MINUTE = tostring(floor(var.requests_per_minute * 0.8 / (var.max_instances * length(local.service_regions))))
  }

  environment = merge(var.settings, local.gemini, local.quota, {
    ENVIRONMENT           = var.environment
    EPISODES_BUCKET       = "gs://${google_storage_bucket.episodes.name}"
    GOOGLE_CLOUD_PROJECT  = var.project
    LOG_EXECUTION_ID      = "false" # functions-framework's own; functions get "true" unless it is said
    SCRIPTS_BUCKET        = "gs://${google_storage_bucket.scripts.name}"
    THREADS               = tostring(local.requests_per_instance) # functions-framework's own
    VOICEBOOTH_DEADLINE_S = tostring(local.deadline_s)
    WORK_BUCKET           = "gs://${google_storage_bucket.work.name}"
  })

  # Region → name of the Cloud Run service that answers there; a function has one of the same name.
  service_names = (
    var.image == null
    ? { (var.region) = google_cloudfunctions2_function.main[0].name }
    : { for region, service in google_cloud_run_v2_service.main : region => service.name }
  )

  service_url = (
    var.image == null
    ? google_cloudfunctions2_function.main[0].service_config[0].uri
    : google_cloud_run_v2_service.main[var.region].uri
  )
}

# Right to call the service: the caller, in each region. Nobody holds it for the whole project.
resource "google_cloud_run_v2_service_iam_member" "caller" {
  for_each = local.service_regions

  project  = local.project
  location = each.value
  name     = local.service_names[each.value]
  role     = "roles/run.invoker"
  member   = local.members.caller
}

resource "google_cloud_run_v2_service_iam_member" "anybody" {
  for_each = var.allow_unauthenticated ? local.service_regions : []

  project  = local.project
  location = each.value
  name     = local.service_names[each.value]
  role     = "roles/run.invoker"
  member   = "allUsers"
}
