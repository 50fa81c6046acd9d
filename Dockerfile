# The API on a PostgreSQL of its own:
#   docker build -t heinola .
#   docker run --rm --env-file production.env heinola migrate
#   docker run -d --env-file production.env -p 8000:8000 --read-only --stop-timeout 20 heinola
#   docker run -d --env-file production.env --read-only --stop-timeout 20 --no-healthcheck heinola work
#   docker run --rm --env-file production.env -v /srv/backups:/backups --user 0 heinola backup /backups/today.dump
# production.env: HEINOLA_MODE=production, DATABASE_URL, HEINOLA_ISSUERS, HEINOLA_IDENTITY_KEYS, HEINOLA_INDEX_KEY.
# tests/serving/test_image_steps.py follows these steps by hand.

FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv /venv
COPY constraints.txt pyproject.toml README.md LICENSE ./
COPY app app
COPY migrations migrations
COPY openapi openapi
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check -c constraints.txt . \
    && /venv/bin/python -m compileall -q /venv

FROM python:3.11-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin heinola
COPY --from=build /venv /venv
WORKDIR /
USER 10001
# Production by default: without its settings it does not start, and says which are missing.
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 HEINOLA_MODE=production HEINOLA_HOST=0.0.0.0 HEINOLA_PORT=8000
EXPOSE 8000
# Python is process 1 and listens to it: open requests are answered, a running job is ended, connections are given back.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=15s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as u; u.urlopen('http://127.0.0.1:' + os.environ['HEINOLA_PORT'] + '/health/ready', timeout=4)"]
ENTRYPOINT ["python", "-m", "app"]
CMD ["serve"]
