#!/bin/sh
# Build the container for two kinds of processor, push it, and note its name by digest in build/image.
#   BASE_IMAGE=python:3.13-slim-bookworm@sha256:… PLACE=build/production.json REVISION=<commit> sh delivery/image.sh
# PLACE holds Terraform's outputs, which name the registries. TAG is for people (the commit, if not given) and never moves:
# the registry refuses it a second time.
# Equal sources give equal layers: every time in them is the commit's, from SOURCE_DATE_EPOCH, build/time or git.
set -eu
cd "$(dirname "$0")/.."

red() {
  echo "red: $1" >&2
  exit 1
}

case ${BASE_IMAGE:-} in
  *@sha256:????????????????????????????????????????????????????????????????) ;;
  *) red "BASE_IMAGE is '${BASE_IMAGE:-}' and names no image by digest; \`make base-image\` finds one: docs/container.md" ;;
esac
[ -f "${PLACE:-}" ] || red "PLACE is '${PLACE:-}' and no file; \`sh delivery/terraform.sh output production\` writes it"
[ -n "${REVISION:-}" ] || red "REVISION is not set; give the commit"

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(cat build/time 2> /dev/null || git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
# The output's "value", whose lines Terraform writes one below the other.
output() {
  tr -d '\n' < "$PLACE" | sed -n 's/.*"'"$1"'": *{[^}]*"value": *"\([^"]*\)".*/\1/p'
}

name=$(output registry)/voicebooth
cache=$(output registry_cache)/voicebooth
case $name in /*) red "$PLACE names no registry; is production applied?" ;; esac
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' voicebooth/__init__.py)
mkdir -p build

docker buildx inspect voicebooth > /dev/null 2>&1 || docker buildx create --name voicebooth --driver docker-container
docker buildx build . \
  --builder voicebooth \
  --platform linux/amd64,linux/arm64 \
  --build-arg BASE_IMAGE="$BASE_IMAGE" \
  --build-arg VERSION="$version" \
  --build-arg REVISION="$REVISION" \
  --build-arg CREATED="$(date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" \
  --build-arg SOURCE_DATE_EPOCH="$SOURCE_DATE_EPOCH" \
  --cache-from type=registry,ref="$cache:main" \
  --cache-to type=registry,ref="$cache:main",mode=max,image-manifest=true,oci-mediatypes=true \
  --sbom=true \
  --provenance=mode=max \
  --metadata-file build/image.json \
  --output type=image,name="$name:${TAG:-$REVISION}",push=true,oci-mediatypes=true,rewrite-timestamp=true

digest=$(sed -n 's/.*"containerimage.digest": *"\(sha256:[0-9a-f]*\)".*/\1/p' build/image.json)
[ -n "$digest" ] || red "the builder told no digest: build/image.json"
printf '%s@%s' "$name" "$digest" > build/image
echo "built $name@$digest"
