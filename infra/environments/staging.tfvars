# Where the pipeline proves a revision before production sees it: it uploads a script, reads the episode, and calls the
# service at its own address.
environment         = "staging"
deletion_protection = false
ingress             = "all"
smoke_tests         = true
takes_kept_days     = 30

settings = {
  LOG_LEVEL               = "INFO"
  VOICEBOOTH_MAX_COST_USD = "2"
}

# The pipeline runs in production's project, as its builder (its output builder_account).
# pipeline_account = "…@….iam.gserviceaccount.com"
# The image that the first pipeline run built; from then on the pipeline says what runs.
# image = "…@sha256:…"
