#!/bin/sh
# Terraform for one environment, in a pipeline as on a laptop:
#   sh delivery/terraform.sh check                    format and validity, without an account
#   sh delivery/terraform.sh plan ENVIRONMENT         what would change
#   sh delivery/terraform.sh apply ENVIRONMENT        change it; IMAGE=REGISTRY/NAME@sha256:… runs that container
#   sh delivery/terraform.sh output ENVIRONMENT       write build/ENVIRONMENT.json, where everything is
# PROJECT is the environment's project; its state lies in the bucket PROJECT-terraform. With TERRAFORM_ACCOUNT set it
# works as that service account.
set -eu
cd "$(dirname "$0")/.."

red() {
  echo "red: $1" >&2
  exit 1
}

verb=${1:-}
environment=${2:-}
plan=build/$environment.tfplan
export TF_IN_AUTOMATION=1 TF_INPUT=0
[ -z "${TERRAFORM_ACCOUNT:-}" ] || export GOOGLE_IMPERSONATE_SERVICE_ACCOUNT="$TERRAFORM_ACCOUNT"
[ -z "${PROJECT:-}" ] || export TF_VAR_project="$PROJECT"

tf() {
  terraform -chdir=infra "$@"
}

init() {
  [ -f "infra/environments/$environment.tfvars" ] || red "there is no environment '$environment'; infra/environments has them all"
  [ -n "${PROJECT:-}" ] || red "PROJECT is not set; give the id of the environment's project"
  mkdir -p build
  tf init -reconfigure -backend-config="environments/$environment.tfbackend" -backend-config="bucket=$PROJECT-terraform"
}

make_plan() {
  set -- -lock-timeout=5m -var-file="environments/$environment.tfvars" -out="../$plan"
  [ -z "${IMAGE:-}" ] || set -- "$@" -var="image=$IMAGE"
  tf plan "$@"
}

write_outputs() {
  tf output -json > "build/$environment.json"
}

case $verb in
  check)
    tf fmt -check -recursive -diff
    tf init -backend=false
    tf validate
    ;;
  plan) init && make_plan ;;
  apply) init && make_plan && tf apply -lock-timeout=5m "../$plan" && write_outputs ;;
  output) init && write_outputs ;;
  *) red "give check, plan, apply or output, and an environment" ;;
esac
