#!/usr/bin/env bash
# Makes an empty project ready for the first `terraform apply`: the services that Terraform itself calls, and a bucket for
# its state. Running it again changes nothing.
#
#   infra/scripts/bootstrap.sh PROJECT [REGION]
set -euo pipefail

if [[ $# -lt 1 || $# -gt 2 ]]; then
  sed -n '2,5s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
project=$1
region=${2:-europe-west1}
state="gs://$project-terraform"

gcloud services enable --project "$project" \
  cloudresourcemanager.googleapis.com iam.googleapis.com serviceusage.googleapis.com storage.googleapis.com

if ! gcloud storage buckets describe "$state" --project "$project" >/dev/null 2>&1; then
  gcloud storage buckets create "$state" --project "$project" --location "$region" \
    --uniform-bucket-level-access --public-access-prevention
fi
gcloud storage buckets update "$state" --project "$project" --versioning

echo "ready: the state goes to $state"
