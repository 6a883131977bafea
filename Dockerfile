# Patchbay in a container. Debian, because the packages for other systems of C libraries are not brought along.

FROM node:24-bookworm-slim AS build
WORKDIR /patchbay
COPY package.json package-lock.json ./
# Without scripts: the only one of ours is the build, and its sources are not here yet.
RUN npm ci --ignore-scripts
COPY tsconfig.json ./
COPY .config ./.config
COPY src ./src
COPY connections ./connections
RUN npm run build

# What runs: no compiler, no tests, no PostgreSQL of its own and no second Node.
FROM node:24-bookworm-slim AS libraries
WORKDIR /patchbay
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --omit=optional --ignore-scripts && npm cache clean --force

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=4000 \
    PATCHBAY_DATA_DIR=/var/lib/patchbay
WORKDIR /patchbay
COPY --from=libraries /patchbay/node_modules ./node_modules
COPY --from=build /patchbay/dist ./dist
COPY package.json ./
RUN install --directory --owner=node --group=node --mode=700 /var/lib/patchbay
USER node
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then(reply => process.exit(reply.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/src/main.js"]
