# Every optional part of infra/ at once, for `make scan`: what is off by default is looked at, too. Nothing applies this.
environment      = "production"
project          = "nobodys-project"
image            = "nowhere.invalid/voicebooth@sha256:0000000000000000000000000000000000000000000000000000000000000000"
image_signatures = "enforce"
pipeline_home    = true
smoke_tests      = true

customer_managed_encryption = true
ingress                     = "load-balancer"
edge                        = { domains = ["example.org"] }
extra_regions               = ["us-central1"]
public_bucket               = true

alert_emails        = ["nobody@example.org"]
budget              = { billing_account = "000000-000000-000000", amount = 50 }
requests_per_minute = 100
