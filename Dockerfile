# docker build -t tinkernet . && docker run --rm -p 8000:8000 tinkernet
# Podman leaves the health check out of its own image format: add --format docker, as `make image` does.
# Hardened: add --read-only --tmpfs /tmp --cap-drop ALL --security-opt no-new-privileges.
ARG PYTHON=3.12

FROM docker.io/library/python:${PYTHON}-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv /opt/tinkernet
WORKDIR /src
# What changes seldom comes first, so that a change of ours does not install all anew.
COPY requirements.txt ./
RUN /opt/tinkernet/bin/python -m pip install --require-hashes --requirement requirements.txt
COPY pyproject.toml hatch_build.py package.json package-lock.json .npmrc README.md LICENSE ./
COPY engine engine
COPY app app
COPY static static
COPY templates templates
# The last step of a build: nothing is installed in the image afterwards.
RUN /opt/tinkernet/bin/python -m pip install --no-deps . \
 && /opt/tinkernet/bin/python -m pip check \
 && /opt/tinkernet/bin/python -m pip uninstall --yes pip

FROM docker.io/library/python:${PYTHON}-slim
LABEL org.opencontainers.image.title="Tinkernet" \
      org.opencontainers.image.description="A neural network playground" \
      org.opencontainers.image.licenses="Apache-2.0"
RUN groupadd --gid 10001 tinkernet \
 && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /data --shell /usr/sbin/nologin tinkernet \
 && install --directory --owner 10001 --group 10001 /data
COPY --from=build /opt/tinkernet /opt/tinkernet
ENV PATH=/opt/tinkernet/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    TINKERNET_HOST=0.0.0.0 \
    TINKERNET_PORT=8000 \
    TINKERNET_DATA=/data \
    TINKERNET_BROWSER=0
# By number, so that an orchestrator can see that it is not root.
USER 10001:10001
WORKDIR /data
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# Straight to the port: a proxy in the environment, which urllib would ask, knows no 127.0.0.1.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["python", "-c", "import http.client, os, sys; c = http.client.HTTPConnection('127.0.0.1', int(os.environ['TINKERNET_PORT']), timeout=2); c.request('GET', '/readyz'); sys.exit(c.getresponse().status != 200)"]
CMD ["tinkernet"]
