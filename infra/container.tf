# main.py in the container that the pipeline builds, signs and moves by traffic. Terraform makes the service; which image
# runs and who gets which traffic is the pipeline's from then on. Targets of CPU use for scaling come with version 8 of
# the provider; while 7 is supported too, Cloud Run's own target of 60 % stands.
locals {
  service_regions = setunion([var.region], var.extra_regions)
}

resource "google_cloud_run_v2_service" "main" {
  for_each = local.from_source ? [] : local.service_regions

  project             = local.project
  name                = var.prefix
  location            = each.value
  description         = "Makes a podcast episode of each script in ${google_storage_bucket.scripts.name}."
  labels              = local.labels
  ingress             = local.ingress.container
  deletion_protection = var.deletion_protection

  # Behind the edge, callers ask for a token for the address they know.
  custom_audiences = var.edge == null ? null : sort([for domain in var.edge.domains : "https://${domain}"])

  template {
    labels                           = local.labels
    service_account                  = local.service_account
    timeout                          = "${local.push_timeout_s}s"
    max_instance_request_concurrency = local.requests_per_instance
    execution_environment            = "EXECUTION_ENVIRONMENT_GEN2"

    scaling {
      min_instance_count = var.min_instances
      max_instance_count = var.max_instances
    }

    containers {
      image = var.image

      ports {
        container_port = 8080
      }

      resources {
        limits            = { cpu = var.cpu, memory = var.memory }
        cpu_idle          = true
        startup_cpu_boost = true
      }

      dynamic "env" {
        for_each = local.environment
        content {
          name  = env.key
          value = env.value
        }
      }

      # Started means ready: the settings are complete.
      startup_probe {
        period_seconds    = 2
        timeout_seconds   = 2
        failure_threshold = 30

        http_get {
          path = "/health/ready"
        }
      }

      liveness_probe {
        period_seconds    = 30
        timeout_seconds   = 5
        failure_threshold = 4

        http_get {
          path = "/health/live"
        }
      }
    }
  }

  traffic {
    type    = "TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST"
    percent = 100
  }

  dynamic "binary_authorization" {
    for_each = google_binary_authorization_policy.main
    content {
      use_default = true
    }
  }

  lifecycle {
    ignore_changes = [
      client,
      client_version,
      template[0].containers[0].image,
      template[0].revision,
      traffic,
    ]
  }
}
