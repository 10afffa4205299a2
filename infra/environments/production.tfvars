# What listeners depend on. The pipeline, the registry and the signing key are at home in this project.
environment      = "production"
image_signatures = "enforce"
max_instances    = 10
pipeline_home    = true
smoke_tests      = true
takes_kept_days  = 365

settings = {
  LOG_LEVEL               = "INFO"
  VOICEBOOTH_MAX_COST_USD = "20"
}

# Who is told of dead letters, of a key that is due, and of the budget.
# alert_emails = ["…"]
# budget       = { billing_account = "…", amount = 50 }
# Staging's project and its number, which run images from this registry.
# image_readers = { "…" = "…" }
# The image that the first pipeline run built; from then on the pipeline says what runs.
# image = "…@sha256:…"
