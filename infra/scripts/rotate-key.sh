#!/usr/bin/env bash
# Replaces the Gemini API key: makes a new one that opens the Gemini API alone, proves it, stores it, waits until every
# instance has fetched it, and retires the old ones. The service goes on all the while. No key is shown or written down.
#
#   infra/scripts/rotate-key.sh SECRET [--bind SPEAKER_ACCOUNT] [--grace SECONDS]
#
# SECRET is Terraform's output `secret`, projects/…/secrets/…. With --bind the key speaks for that account (output
# `speaker_account`); where that fails, as it does in organisations that forbid it, a standard key is tried. A retired key can
# be brought back for 30 days: gcloud services api-keys undelete.
set -euo pipefail

usage() {
  sed -n '2,9s/^# \{0,1\}//p' "$0" >&2
  exit 2
}

[[ ${1:-} =~ ^projects/([^/]+)/secrets/([A-Za-z0-9_-]+)$ ]] || usage
project=${BASH_REMATCH[1]} secret=${BASH_REMATCH[2]}
shift
speaker="" grace_s=900 # longer than VOICEBOOTH_KEY_CACHE_S, for which an instance keeps a key
while [[ $# -gt 0 ]]; do
  case $1 in
  --bind) speaker=${2:?} ;;
  --grace) grace_s=${2:?} ;;
  *) usage ;;
  esac
  shift 2
done
gemini=${GOOGLE_GEMINI_BASE_URL:-https://generativelanguage.googleapis.com}
stamp=$(date -u +%Y%m%d%H%M%S)

# What gcloud would tell of a new key holds the key itself.
keys() { gcloud services api-keys "$@" --project "$project"; }
quietly() { "$@" --no-user-output-enabled >/dev/null; }

# A question that costs nothing. The key goes by way of standard input: arguments can be seen by others.
proven() {
  printf 'header = "x-goog-api-key: %s"\n' "$1" |
    curl --silent --show-error --fail --output /dev/null --config - "$gemini/v1beta/models?pageSize=1"
}

# made KIND [ARGUMENT…]: makes a key that opens the Gemini API, into $key; of one that does not, nothing is left.
key=""
made() {
  local id="$secret-$stamp-$1" new attempt
  if ! quietly keys create --key-id "$id" --display-name "$secret" \
    --api-target service=generativelanguage.googleapis.com "${@:2}"; then
    echo "No $1 key can be made." >&2
    return 1
  fi
  new=$(keys get-key-string "$id" --location global --format 'value(keyString)') || new=""
  for attempt in 1 2 3 4 5 6; do # a new key is known everywhere after a minute or so
    [[ $new ]] || break
    if proven "$new"; then
      key=$new
      return
    fi
    [[ $attempt == 6 ]] || sleep "${ROTATE_RETRY_S:-20}"
  done
  echo "Gemini refuses the new $1 key, so it is deleted again." >&2
  quietly keys delete "$id" --location global || echo "It could not be deleted; do it yourself: $id." >&2
  return 1
}

old_keys=$(keys list --filter "displayName=$secret" --format 'value(name)')
old_versions=$(gcloud secrets versions list "$secret" --project "$project" --filter state=ENABLED --format 'value(name)')

if [[ $speaker ]]; then
  made bound --service-account "$speaker" || {
    echo "Where the policy iam.managed.disableServiceAccountApiKeyCreation holds, no key can be bound." >&2
    echo "Trying a standard key." >&2
  }
fi
if [[ -z $key ]]; then
  instead='apply with gemini_access = "keyless", which needs no key'
  [[ $speaker ]] || instead="bind a key (--bind, output speaker_account), or $instead"
  made standard || {
    echo "Nothing has changed. Instead, $instead." >&2
    exit 1
  }
  echo "this is a standard key, and Google has announced that it will reject these; before it does, $instead"
fi

printf %s "$key" | quietly gcloud secrets versions add "$secret" --project "$project" --data-file -
echo "the new key is stored; instances fetch it within minutes"
sleep "$grace_s"

for version in $old_versions; do
  quietly gcloud secrets versions disable "$version" --secret "$secret" --project "$project"
done
for old in $old_keys; do
  quietly keys delete "$old"
done
echo "the old key is retired"
