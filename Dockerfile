# One image for every process of DappMesh: `webhook/main.ts` by default, another entry file as the first argument.
# Sources run as they are: Node strips the types. Built with BuildKit: docker build -t dappmesh:0.1.0 .

FROM golang:1.26-bookworm AS opa
WORKDIR /build
COPY tools/opa/ ./
RUN CGO_ENABLED=0 go build -o /out/opa -trimpath -ldflags="-s -w" github.com/open-policy-agent/opa

FROM node:26-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm install --no-save --omit=dev --no-audit --no-fund

FROM dependencies AS bundle
ENV OPA=/usr/local/bin/opa
COPY --from=opa /out/opa /usr/local/bin/opa
COPY tools/ tools/
COPY schemas/ schemas/
COPY policies/ policies/
RUN node policies/bundle/main.ts --output dist/bundle.tar.gz

FROM node:26-bookworm-slim
LABEL org.opencontainers.image.title="dappmesh" org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
ENV NODE_ENV=production
COPY LICENSE package.json ./
COPY --from=dependencies /app/node_modules/ node_modules/
COPY schemas/ schemas/
COPY policies/ policies/
COPY cluster/ cluster/
COPY process/ process/
COPY webhook/ webhook/
COPY reconciler/ reconciler/
# What the webhook restores edited or deleted configurations to.
COPY gitops/manifest/app/validatingwebhookconfiguration.yaml gitops/manifest/app/validatingwebhookconfiguration.yaml
COPY gitops/manifest/app/mutatingwebhookconfiguration.yaml gitops/manifest/app/mutatingwebhookconfiguration.yaml
COPY --from=bundle /app/dist/bundle.tar.gz dist/bundle.tar.gz
# Nothing below /app is writable for this user, and nothing is written: the root file system may be read-only.
USER 65532:65532
EXPOSE 8443 8080 8081
ENTRYPOINT ["node"]
CMD ["webhook/main.ts"]
