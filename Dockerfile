# syntax=docker/dockerfile:1

# The base by digest, such as python:3.13-slim-bookworm@sha256:…; `make base-image` finds today's (docs/container.md).
# Without it the build stops at this name, which by RFC 2606 no registry can have.
# checkov:skip=CKV_DOCKER_7: a digest says more than any tag, and delivery/image.sh takes nothing less
ARG BASE_IMAGE=base-image-by-digest.see-docs-container-md.invalid/python:unset

FROM ${BASE_IMAGE} AS build
WORKDIR /app
RUN python3 -m venv --without-pip /opt/venv
COPY requirements.txt ./
RUN python3 -m pip --python /opt/venv/bin/python3 --no-cache-dir --disable-pip-version-check install \
    --require-hashes --only-binary :all: --no-compile --root-user-action ignore --requirement requirements.txt
COPY main.py ./
COPY voicebooth ./voicebooth
# Compiled here, once: the last stage's files are read-only. By hash, not by time, so that equal sources give equal bytes.
RUN python3 -m compileall -q --invalidation-mode unchecked-hash /opt/venv/lib /app

FROM ${BASE_IMAGE}
ARG VERSION=unknown
ARG REVISION=unknown
ARG CREATED=1970-01-01T00:00:00Z
LABEL org.opencontainers.image.title="voicebooth" \
      org.opencontainers.image.description="Turns a script into a podcast episode" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
# What installs packages has no place where none are installed.
RUN rm -rf /usr/local/lib/python3.*/site-packages/pip* /usr/local/lib/python3.*/site-packages/setuptools* \
    /usr/local/lib/python3.*/site-packages/wheel* /usr/local/lib/python3.*/ensurepip \
    /usr/local/bin/pip* /usr/local/bin/wheel
COPY --from=build /opt/venv /opt/venv
COPY --from=build /app /app
WORKDIR /app
# HOME is where gunicorn puts its socket: the one place that may be written where the rest is read-only.
# THREADS is how many requests an instance works on at a time: as many as Cloud Run sends it (docs/environments.md).
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    PORT=8080 \
    THREADS=4
USER 65532:65532
EXPOSE 8080
# For docker and its like; Cloud Run has its own probes and does not look at this one.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python3", "-c", "import os, urllib.request as u; u.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health/live')"]
ENTRYPOINT ["functions-framework", "--source=main.py", "--target=http"]
