# The worker: `docker build .`, or with Temporal and PostgreSQL by `docker compose up`. Debian, since Temporal's native
# code is built for glibc.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:20.20.2-bookworm-slim
RUN apt-get update \
  && apt-get install --yes --no-install-recommends ca-certificates python3 \
  && rm -rf /var/lib/apt/lists/*
# Any user may write there, since the worker runs as the user who owns the data folder.
RUN mkdir --mode=1777 /var/lib/ostinato
ENV NODE_ENV=production OSTINATO_HOME=/var/lib/ostinato MALLOC_ARENA_MAX=2
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
COPY --from=build /app/docker ./docker
# The executor of flows in Python.
COPY --from=build /app/python ./python
RUN ln -s /app/dist/cli/main.js /usr/local/bin/ostinato
USER node
CMD ["node", "dist/worker-bundle/main.js"]
