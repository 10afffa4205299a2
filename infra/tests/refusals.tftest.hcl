# Every variable refuses what makes no sense, before anything is made.
mock_provider "archive" {}
mock_provider "google" {}
mock_provider "google-beta" {}
mock_provider "time" {}

variables {
  environment = "development"
  image       = "europe-west1-docker.pkg.dev/my-project/voicebooth/voicebooth@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  project     = "my-project"
}

run "an_address_without_a_host" {
  command         = plan
  expect_failures = [var.alert_emails]

  variables {
    alert_emails = ["ops"]
  }
}

run "a_billing_account_of_another_form" {
  command         = plan
  expect_failures = [var.budget]

  variables {
    budget = { billing_account = "123", amount = 20 }
  }
}

run "a_budget_of_nothing" {
  command         = plan
  expect_failures = [var.budget]

  variables {
    budget = { billing_account = "012345-6789AB-CDEF01", amount = 0 }
  }
}

run "an_origin_that_is_everybody" {
  command         = plan
  expect_failures = [var.cors_origins]

  variables {
    cors_origins = ["*"]
  }
}

run "half_a_cpu" {
  command         = plan
  expect_failures = [var.cpu]

  variables {
    cpu = "0.5"
  }
}

run "a_key_where_none_is_used" {
  command         = plan
  expect_failures = [var.create_api_key]

  variables {
    create_api_key = true
    gemini_access  = "keyless"
  }
}

run "an_environment_of_its_own" {
  command         = plan
  expect_failures = [var.environment]

  variables {
    environment = "test"
  }
}

run "a_third_way_to_gemini" {
  command         = plan
  expect_failures = [var.gemini_access]

  variables {
    gemini_access = "none"
  }
}

run "a_key_counted_from_nought" {
  command         = plan
  expect_failures = [var.gemini_api_key_version]

  variables {
    gemini_api_key         = "x"
    gemini_api_key_version = "0"
  }
}

run "a_key_that_nobody_reads" {
  command         = plan
  expect_failures = [var.gemini_api_key_version]

  variables {
    gemini_access          = "keyless"
    gemini_api_key         = "x"
    gemini_api_key_version = "1"
  }
}

run "an_image_by_tag" {
  command         = plan
  expect_failures = [var.image]

  variables {
    image = "europe-west1-docker.pkg.dev/my-project/voicebooth/voicebooth:latest"
  }
}

run "a_project_by_name" {
  command         = plan
  expect_failures = [var.image_readers]

  variables {
    image_readers = { my-staging = "my-staging" }
  }
}

run "signatures_of_a_kind" {
  command         = plan
  expect_failures = [var.image_signatures]

  variables {
    image_signatures = "maybe"
  }
}

run "signatures_that_nobody_makes" {
  command         = plan
  expect_failures = [var.image_signatures]

  variables {
    image_signatures = "enforce"
  }
}

run "a_label_in_capitals" {
  command         = plan
  expect_failures = [var.labels]

  variables {
    labels = { Team = "audio" }
  }
}

run "four_deliveries" {
  command         = plan
  expect_failures = [var.max_delivery_attempts]

  variables {
    max_delivery_attempts = 4
  }
}

run "half_a_delivery" {
  command         = plan
  expect_failures = [var.max_delivery_attempts]

  variables {
    max_delivery_attempts = 5.5
  }
}

run "no_instance_at_all" {
  command         = plan
  expect_failures = [var.max_instances]

  variables {
    max_instances = 0
  }
}

run "memory_in_megabytes" {
  command         = plan
  expect_failures = [var.memory]

  variables {
    memory = "2048M"
  }
}

run "much_cpu_and_little_memory" {
  command         = plan
  expect_failures = [var.memory]

  variables {
    cpu    = "8"
    memory = "2Gi"
  }
}

run "eight_gigabytes_and_one_cpu" {
  command         = plan
  expect_failures = [var.memory]

  variables {
    cpu    = "1"
    memory = "8Gi"
  }
}

run "sixteen_gigabytes_and_two_cpus" {
  command         = plan
  expect_failures = [var.memory]

  variables {
    cpu    = "2"
    memory = "16Gi"
  }
}

run "more_warm_than_there_are" {
  command         = plan
  expect_failures = [var.min_instances]

  variables {
    max_instances = 2
    min_instances = 3
  }
}

run "a_person_as_the_pipeline" {
  command         = plan
  expect_failures = [var.pipeline_account]

  variables {
    pipeline_account = "ann@example.org"
  }
}

run "a_pipeline_in_two_places" {
  command         = plan
  expect_failures = [var.pipeline_account]

  variables {
    pipeline_account = "builder@my-other-project.iam.gserviceaccount.com"
    pipeline_home    = true
  }
}

run "a_prefix_in_capitals" {
  command         = plan
  expect_failures = [var.prefix]

  variables {
    prefix = "Podcast"
  }
}

run "a_project_s_number" {
  command         = plan
  expect_failures = [var.project]

  variables {
    project = "123456789012"
  }
}

run "a_quota_too_small_to_share" {
  command         = plan
  expect_failures = [var.requests_per_minute]

  variables {
    max_instances       = 10
    requests_per_minute = 12
  }
}

run "a_key_for_no_time" {
  command         = plan
  expect_failures = [var.secret_rotation_days]

  variables {
    secret_rotation_days = 0
  }
}

run "a_quota_too_small_for_two_regions" {
  command         = plan
  expect_failures = [var.requests_per_minute]

  variables {
    edge                = { domains = ["example.org"] }
    extra_regions       = ["us-central1"]
    ingress             = "load-balancer"
    max_instances       = 4
    requests_per_minute = 9
  }
}

run "a_setting_that_infra_sets" {
  command         = plan
  expect_failures = [var.settings]

  variables {
    settings = { WORK_BUCKET = "gs://elsewhere" }
  }
}

run "a_deadline_of_its_own" {
  command         = plan
  expect_failures = [var.settings]

  variables {
    settings = { VOICEBOOTH_DEADLINE_S = "3600" }
  }
}

run "takes_that_vanish_before_a_replay" {
  command         = plan
  expect_failures = [var.takes_kept_days]

  variables {
    takes_kept_days = 1
  }
}
