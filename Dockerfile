# Cumulet in a container: small, and not root. Built from a checkout:
#   docker build -t cumulet .
FROM node:24-bookworm-slim AS build
WORKDIR /cumulet
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
# bubblewrap confines functions; Python runs those written in it.
# hadolint ignore=DL3008
RUN apt-get update \
  && apt-get install -y --no-install-recommends bubblewrap python3 \
  && rm -rf /var/lib/apt/lists/* \
  && mkdir /data && chown node:node /data
WORKDIR /cumulet
COPY --from=build /cumulet/package.json /cumulet/LICENSE /cumulet/NOTICE ./
COPY --from=build /cumulet/bin bin
COPY --from=build /cumulet/dist dist
COPY --from=build /cumulet/node_modules node_modules
RUN ln -s /cumulet/bin/cumulet /usr/local/bin/cumulet
USER 1000:1000
VOLUME /data
EXPOSE 4566
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s \
  CMD ["node", "-e", "fetch('http://127.0.0.1:4566/_cumulet/health').then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# Beyond loopback Cumulet accepts only keys it knows: give it the root's by
# CUMULET_ROOT_ACCESS_KEY_ID and CUMULET_ROOT_SECRET_ACCESS_KEY.
ENTRYPOINT ["cumulet"]
CMD ["up", "--host", "0.0.0.0", "--data-dir", "/data"]
