# syntax=docker/dockerfile:1
# The server and the indexer in one image; versions and hashes pinned by requirements.lock, the base image by its digest
# (an index of all its platforms; .github/dependabot.yml proposes newer ones). How to run it: docs/running.md.
FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b AS build
WORKDIR /src
COPY pyproject.toml requirements.lock README.md LICENSE ./
COPY indexer indexer
COPY webapp webapp
RUN python -m venv /opt/timdoan \
    && /opt/timdoan/bin/pip install --no-cache-dir --require-hashes --requirement requirements.lock \
    && /opt/timdoan/bin/pip install --no-cache-dir --no-deps --no-build-isolation .

FROM python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
# Mount point for the articles and the index.
RUN useradd --system --uid 10001 --no-create-home --home-dir /nonexistent timdoan \
    && install --directory --owner=timdoan --group=timdoan /data /data/index
COPY --from=build /opt/timdoan /opt/timdoan
# With a read-only root, compiled code is cached in the tmpfs of compose.yaml.
ENV PATH=/opt/timdoan/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    NUMBA_CACHE_DIR=/tmp/numba \
    TIMDOAN_INDEX=/data/index \
    TIMDOAN_HOST=0.0.0.0
USER 10001
WORKDIR /data
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/healthz', timeout=4)"]
CMD ["webapp"]
