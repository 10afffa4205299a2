# What an edge and its regions refuse, before anything is made.
mock_provider "archive" {}
mock_provider "google" {}
mock_provider "google-beta" {}
mock_provider "time" {}

variables {
  environment = "development"
  image       = "europe-west1-docker.pkg.dev/my-project/voicebooth/voicebooth@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
  project     = "my-project"
}

run "an_edge_for_no_domain" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = [] }
    ingress = "load-balancer"
  }
}

run "an_edge_that_lets_nobody_in" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["example.org"], client_requests_per_minute = 0 }
    ingress = "load-balancer"
  }
}

run "an_edge_for_a_domain_with_any_name" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["*.example.org"] }
    ingress = "load-balancer"
  }
}

run "an_edge_for_a_domain_with_a_scheme" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["https://example.org"] }
    ingress = "load-balancer"
  }
}

run "an_edge_for_a_domain_with_a_path" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["example.org/show"] }
    ingress = "load-balancer"
  }
}

run "an_edge_for_a_domain_with_capitals" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["Example.org"] }
    ingress = "load-balancer"
  }
}

run "an_edge_for_a_domain_with_no_dot" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["localhost"] }
    ingress = "load-balancer"
  }
}

run "an_edge_for_a_domain_of_64_characters" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["aaaaaaaaaaaaaaaaaaaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbbbbb.org"] }
    ingress = "load-balancer"
  }
}

run "an_edge_for_half_a_request" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["example.org"], client_requests_per_minute = 1.5 }
    ingress = "load-balancer"
  }
}

run "an_edge_with_a_way_around_it" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["example.org"] }
    ingress = "all"
  }
}

run "an_edge_before_a_function" {
  command         = plan
  expect_failures = [var.edge]

  variables {
    edge    = { domains = ["example.org"] }
    image   = null
    ingress = "load-balancer"
  }
}

run "a_region_that_nothing_leads_to" {
  command         = plan
  expect_failures = [var.extra_regions]

  variables {
    extra_regions = ["us-central1"]
  }
}

run "an_extra_region_that_is_a_zone" {
  command         = plan
  expect_failures = [var.extra_regions]

  variables {
    edge          = { domains = ["example.org"] }
    extra_regions = ["us-central1-a"]
    ingress       = "load-balancer"
  }
}

run "a_region_twice" {
  command         = plan
  expect_failures = [var.extra_regions]

  variables {
    edge          = { domains = ["example.org"] }
    extra_regions = ["europe-west1"]
    ingress       = "load-balancer"
  }
}

run "an_ingress_in_google_s_words" {
  command         = plan
  expect_failures = [var.ingress]

  variables {
    ingress = "INGRESS_TRAFFIC_ALL"
  }
}

run "a_zone" {
  command         = plan
  expect_failures = [var.region]

  variables {
    region = "europe-west1-b"
  }
}
