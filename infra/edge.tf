# A public address in front of the service: TLS, a certificate that renews itself, and a guard that counts each client's
# requests. Several regions answer behind it, the nearest first.
locals {
  edges = var.edge == null ? {} : { main = var.edge }

  # Rule sets of Cloud Armor against the OWASP top ten, in the order they are tried.
  owasp = ["sqli", "xss", "lfi", "rfi", "rce", "scannerdetection", "protocolattack", "sessionfixation"]
}

resource "google_compute_global_address" "main" {
  for_each = local.edges

  project = local.project
  name    = var.prefix
  labels  = local.labels
}

resource "google_compute_region_network_endpoint_group" "main" {
  for_each = var.edge == null ? [] : local.service_regions

  project               = local.project
  name                  = var.prefix
  region                = each.value
  network_endpoint_type = "SERVERLESS"

  cloud_run {
    service = local.service_names[each.value]
  }
}

resource "google_compute_security_policy" "main" {
  # checkov:skip=CKV_GCP_73: nothing behind it runs Java
  for_each = local.edges

  project = local.project
  name    = var.prefix
  type    = "CLOUD_ARMOR"
  labels  = local.labels

  dynamic "rule" {
    for_each = { for position, set in local.owasp : set => 1000 + position }
    content {
      description = "OWASP: ${rule.key}"
      priority    = rule.value
      action      = "deny(403)"
      preview     = each.value.preview_owasp_rules

      match {
        expr {
          expression = "evaluatePreconfiguredWaf('${rule.key}-v33-stable', {'sensitivity': 1})"
        }
      }
    }
  }

  rule {
    description = "so many requests a minute for each client"
    priority    = 2000
    action      = "throttle"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }

    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"

      rate_limit_threshold {
        count        = each.value.client_requests_per_minute
        interval_sec = 60
      }
    }
  }

  rule {
    description = "default"
    priority    = 2147483647
    action      = "allow"

    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_backend_service" "main" {
  for_each = local.edges

  project               = local.project
  name                  = var.prefix
  load_balancing_scheme = "EXTERNAL_MANAGED"
  security_policy       = google_compute_security_policy.main[each.key].id

  dynamic "backend" {
    for_each = google_compute_region_network_endpoint_group.main
    content {
      group = backend.value.id
    }
  }

  log_config {
    enable      = true
    sample_rate = 1
  }
}

# The public bucket, below /public, from caches near the listener.
resource "google_compute_backend_bucket" "public" {
  for_each = var.public_bucket ? local.edges : {}

  project     = local.project
  name        = "${var.prefix}-public"
  bucket_name = google_storage_bucket.public[0].name
  enable_cdn  = true

  cdn_policy {
    cache_mode = "USE_ORIGIN_HEADERS"
  }
}

resource "google_compute_url_map" "main" {
  for_each = local.edges

  project         = local.project
  name            = var.prefix
  default_service = google_compute_backend_service.main[each.key].id

  dynamic "host_rule" {
    for_each = google_compute_backend_bucket.public
    content {
      hosts        = each.value.domains
      path_matcher = "public"
    }
  }

  dynamic "path_matcher" {
    for_each = google_compute_backend_bucket.public
    content {
      name            = "public"
      default_service = google_compute_backend_service.main[each.key].id

      path_rule {
        paths   = ["/public/*"]
        service = path_matcher.value.id
      }
    }
  }
}

# Another domain makes another certificate, and the old one stays until the new one is there.
resource "google_compute_managed_ssl_certificate" "main" {
  for_each = local.edges

  project = local.project
  name    = "${var.prefix}-${substr(sha256(join(",", sort(each.value.domains))), 0, 8)}"

  managed {
    domains = sort(each.value.domains)
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_ssl_policy" "main" {
  for_each = local.edges

  project         = local.project
  name            = var.prefix
  profile         = "RESTRICTED"
  min_tls_version = "TLS_1_2"
}

resource "google_compute_target_https_proxy" "main" {
  for_each = local.edges

  project          = local.project
  name             = var.prefix
  url_map          = google_compute_url_map.main[each.key].id
  ssl_certificates = [google_compute_managed_ssl_certificate.main[each.key].id]
  ssl_policy       = google_compute_ssl_policy.main[each.key].id
}

resource "google_compute_global_forwarding_rule" "https" {
  for_each = local.edges

  project               = local.project
  name                  = "${var.prefix}-https"
  target                = google_compute_target_https_proxy.main[each.key].id
  ip_address            = google_compute_global_address.main[each.key].id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  labels                = local.labels
}

# Plain HTTP is answered with the way to HTTPS.
resource "google_compute_url_map" "redirect" {
  for_each = local.edges

  project = local.project
  name    = "${var.prefix}-redirect"

  default_url_redirect {
    https_redirect = true
    strip_query    = false
  }
}

resource "google_compute_target_http_proxy" "redirect" {
  for_each = local.edges

  project = local.project
  name    = "${var.prefix}-redirect"
  url_map = google_compute_url_map.redirect[each.key].id
}

resource "google_compute_global_forwarding_rule" "http" {
  for_each = local.edges

  project               = local.project
  name                  = "${var.prefix}-http"
  target                = google_compute_target_http_proxy.redirect[each.key].id
  ip_address            = google_compute_global_address.main[each.key].id
  port_range            = "80"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  labels                = local.labels
}
