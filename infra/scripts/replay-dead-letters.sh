#!/usr/bin/env bash
# Sends up to 100 dead letters once more, each as it was. One is taken off the dead letters only after it was published, so that
# none is lost; should the script be stopped between the two, a script is delivered twice, and made once.
#
#   infra/scripts/replay-dead-letters.sh PROJECT DEAD_LETTER_SUBSCRIPTION SCRIPTS_TOPIC
set -euo pipefail

if [[ $# -ne 3 ]]; then
  sed -n '2,6s/^# \{0,1\}//p' "$0" >&2
  exit 2
fi
project=$1 subscription=$2 topic=$3

letters=$(gcloud pubsub subscriptions pull "$subscription" --project "$project" --limit 100 --format json)
count=$(jq length <<<"$letters")
for ((i = 0; i < count; i++)); do
  letter=$(jq ".[$i]" <<<"$letters")
  # What Storage wrote on it, without what dead-lettering added.
  gcloud pubsub topics publish "$topic" --project "$project" --flags-file <(jq '.message | {
    "--message": (.data | @base64d),
    "--attribute": .attributes | with_entries(select(.key | startswith("CloudPubSubDeadLetter") | not))
  }' <<<"$letter") >/dev/null
  gcloud pubsub subscriptions ack "$subscription" --project "$project" --ack-ids "$(jq -r .ackId <<<"$letter")" >/dev/null
  jq -r '"sent again: gs://\(.message.attributes.bucketId)/\(.message.attributes.objectId)"' <<<"$letter"
done
echo "$count sent again; run it once more until there are none"
