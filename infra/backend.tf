# Where the state lies is given by -backend-config, see environments/*.tfbackend: each environment has its own.
terraform {
  backend "gcs" {}
}
