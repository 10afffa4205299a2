#!/usr/bin/env bash
# Makes an empty project ready for the first `terraform apply`: the services that Terraform itself calls, and a bucket for
# its state. Given the pipeline's account, also makes the accounts as which the pipeline plans and applies. Running it again
# changes nothing.
#
#   infra/scripts/bootstrap.sh PROJECT [REGION [PIPELINE_ACCOUNT]]
#
# PIPELINE_ACCOUNT is the output `builder_account` of the project in which the pipeline runs.
set -euo pipefail

if [[ $# -lt 1 || $# -gt 3 ]]; then
  sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
project=$1 region=${2:-europe-west1} pipeline=${3:-}
state="gs://$project-terraform"

gcloud services enable --project "$project" cloudresourcemanager.googleapis.com iam.googleapis.com \
  iamcredentials.googleapis.com serviceusage.googleapis.com storage.googleapis.com

if ! gcloud storage buckets describe "$state" --project "$project" >/dev/null 2>&1; then
  gcloud storage buckets create "$state" --project "$project" --location "$region" \
    --uniform-bucket-level-access --public-access-prevention
fi
gcloud storage buckets update "$state" --project "$project" --versioning >/dev/null
echo "the state goes to $state"
[[ $pipeline ]] || exit 0

# What infra/ makes, and no more: an account that could give itself any role would be an owner, so the pipeline's account
# is to be guarded as one.
applies=(
  artifactregistry.admin binaryauthorization.attestorsAdmin binaryauthorization.policyEditor cloudbuild.builds.editor
  cloudfunctions.admin cloudkms.admin cloudkms.publicKeyViewer cloudtasks.admin compute.loadBalancerAdmin
  compute.securityAdmin containeranalysis.admin iam.serviceAccountAdmin iam.serviceAccountUser monitoring.editor
  pubsub.admin resourcemanager.projectIamAdmin run.admin secretmanager.admin serviceusage.apiKeysAdmin
  serviceusage.serviceUsageAdmin storage.admin
)
plans=(viewer iam.securityReviewer cloudkms.publicKeyViewer serviceusage.serviceUsageConsumer)

# granted ARGUMENT…: runs a gcloud that grants something, up to five times, since a new account is not known everywhere at once.
granted() {
  local attempt
  for attempt in 1 2 3 4; do
    gcloud "$@" >/dev/null 2>&1 && return
    sleep "${BOOTSTRAP_RETRY_S:-5}"
  done
  gcloud "$@" >/dev/null
}

# account NAME TITLE ROLE…: makes an account with these roles, as which the pipeline may work.
account() {
  local email="$1@$project.iam.gserviceaccount.com" title=$2 role
  shift 2
  gcloud iam service-accounts describe "$email" --project "$project" >/dev/null 2>&1 ||
    gcloud iam service-accounts create "${email%%@*}" --project "$project" --display-name "$title"
  for role in "$@"; do
    granted projects add-iam-policy-binding "$project" --member "serviceAccount:$email" --role "roles/$role" --condition None
  done
  # The lock is an object, so a plan writes too.
  granted storage buckets add-iam-policy-binding "$state" --member "serviceAccount:$email" --role roles/storage.objectUser
  granted iam service-accounts add-iam-policy-binding "$email" --project "$project" --member "serviceAccount:$pipeline" \
    --role roles/iam.serviceAccountTokenCreator --condition None
  echo "$email is there"
}

# The pipeline keeps what it made beside the state: new objects only.
gcloud storage buckets add-iam-policy-binding "$state" --member "serviceAccount:$pipeline" \
  --role roles/storage.objectCreator >/dev/null
account terraform "voicebooth: applies infra/" "${applies[@]}"
account planner "voicebooth: plans infra/" "${plans[@]}"
