# Everything a developer runs. `make` alone lists the targets.
SHELL := /bin/bash
.DEFAULT_GOAL := help
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

# The locked packages, once per lock file. Not `npm ci`: it refuses where a registry lacks packages of other platforms.
node_modules/.installed: package.json package-lock.json .taprc
	@echo "installing packages"
	@npm install --no-save --no-audit --no-fund --loglevel=error
	@tap build >/dev/null
	@touch $@

.PHONY: help
help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

.PHONY: demo
demo: build ## the whole story on a real control plane; KEEP=1 leaves it running
	@node tools/demo/main.ts $(if $(KEEP),--keep)

.PHONY: test
test: tools ## every check and every test, on a real control plane
	@node test/run.ts test

.PHONY: check
check: tools ## types, lint, format, generated files, Rego
	@node test/run.ts check

.PHONY: quick
quick: tools ## check, and the tests that need no control plane
	@node test/run.ts quick

.PHONY: gen
gen: tools ## generate from schemas and METADATA: types, CRDs, validators, reference pages, the reconciler's role
	@node schemas/generate.ts
	@node policies/bundle/generate.ts

.PHONY: format
format: tools ## format TypeScript and Rego
	@biome check --write .
	@$$(node tools/install.ts opa | cut -f2) fmt --write policies

.PHONY: build
build: node_modules/.installed ## compile the policies into dist/bundle.tar.gz
	@node policies/bundle/main.ts

.PHONY: tools
tools: node_modules/.installed ## find or build opa, the control plane and its helpers, once per user
	@node tools/install.ts >/dev/null

.PHONY: docker
docker: ## one image with every process
	docker build -t dappmesh:$$(sed -nE 's/.*"version": "(.*)",/\1/p' package.json | head -1) .

.PHONY: bench
bench: tools build ## speeds, side by side with a ceiling and with opa run --server
	@node bench/main.ts

.PHONY: clean
clean: ## remove what was built here (the user's cache of binaries stays)
	rm -rf dist .tap bench/out node_modules
