# One image for every role: `main.ts api`, `worker`, `migrate` or `start`.
FROM denoland/deno:debian-2.9.6 AS build
ENV DENO_DIR=/deno-dir
WORKDIR /app
# Packages first: they change less often than the code.
COPY deno.json deno.lock ./
RUN deno install --frozen
COPY . .
# Every program that is started, so that nothing is compiled or fetched when it runs.
RUN deno cache --frozen main.ts core/temporal/bundle_child.ts plugins/fraud/training/worker.ts

FROM denoland/deno:debian-2.9.6
ENV DENO_DIR=/deno-dir \
    DENO_NO_UPDATE_CHECK=1 \
    NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    DATA_DIR=/var/lib/flow-shield \
    XDG_CACHE_HOME=/var/cache
WORKDIR /app
RUN install -d -o deno -g deno /var/lib/flow-shield /var/cache/flow-shield
COPY --from=build --chown=deno:deno /deno-dir /deno-dir
COPY --from=build /app /app
USER deno
EXPOSE 8000
STOPSIGNAL SIGTERM
# A worker has no port: compose.yaml turns this off for it.
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["deno", "eval", "const r = await fetch(`http://127.0.0.1:${Deno.env.get('PORT')}/health/ready`, { signal: AbortSignal.timeout(4000) }); Deno.exit(r.ok ? 0 : 1)"]
ENTRYPOINT ["deno", "run", "-A", "--cached-only", "--frozen", "main.ts"]
CMD ["api"]
