# Everything that is done to this project by hand or by a robot. `make help` lists it.
SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help check build up test quick fmt bench bench-store bench-large soak faults faults-nodes faults-cluster kv-conformance openapi-client clean

MVN := mvn -B -ntp
MODULES := tenants kv-store cron isolate-pool edge-runtime control-plane deploy-cli
BUILT := deploy-cli/target/built
SOURCES := $(shell find pom.xml .mvn docs/examples $(MODULES:%=%/pom.xml) $(MODULES:%=%/src) $(wildcard $(MODULES:%=%/package-lock.json)) \
    -name node_modules -prune -o -type f -print 2>/dev/null)

export JAVA_HOME := $(or $(shell .mvn/find-jdk 2>/dev/null),$(JAVA_HOME))

help: ## print this list
	@echo "make TARGET, where TARGET is"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' Makefile | expand -t 18

check:
	@.mvn/check-tools

build: check $(BUILT) ## build what is not built or out of date

$(BUILT): $(SOURCES)
	@echo "Building (the first time takes some minutes) …"
	@$(MVN) -q -DskipTests -pl $(shell echo $(MODULES) | tr ' ' ,) package
	@touch $@

up: build ## build, start the platform, deploy docs/examples/hello-ts, print its address; Ctrl-C ends it
	@exec ./edge up --deploy docs/examples/hello-ts

test: check ## run every test
	@$(MVN) verify

quick: check ## run the unit tests, without the black-box tests of the whole platform
	@$(MVN) -pl $(shell echo $(MODULES) | tr ' ' ,) package

fmt: check ## format Java sources and POMs
	@$(MVN) -q spotless:apply

bench: build ## measure (docs/performance.md has the figures)
	@tests/bench/run

bench-store: build ## measure the store beside etcd, which has to be installed
	@tests/bench/store

bench-large: check ## measure a database of ENTRIES (10,000,000) on a heap of 2 GB
	@$(MVN) -q -pl tenants,kv-store test-compile dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=$(CURDIR)/kv-store/target/test.classpath
	@folder=$$(mktemp -d); trap 'rm -rf "$$folder"' EXIT; for step in fill measure; do \
	    $(JAVA_HOME)/bin/java -Xmx2g --enable-native-access=ALL-UNNAMED -cp "kv-store/target/test-classes:kv-store/target/classes:tenants/target/classes:$$(cat kv-store/target/test.classpath)" \
	        io.echelon.kvstore.LargeDatabase "$$folder" $$step $(or $(ENTRIES),10000000); du -sh "$$folder" | sed 's/\t.*/ on the disk/'; done

soak: build ## 200,000 requests and 2,000 deployments must leave no memory behind (docs/reliability.md)
	@$(MVN) -pl tenants,tests test -Dtest=MemoryTest -Dsurefire.failIfNoSpecifiedTests=false -Dechelon.soak=true \
	    -Dechelon.soak.requests=200000 -Dechelon.soak.deployments=2000 -Dechelon.soak.warmRequests=20000 -Dechelon.soak.warmDeployments=200

faults: build faults-nodes faults-cluster ## break nodes under crons, messages and requests, then the store's replicas in all ways, for an hour and a half, and check what clients saw
	@$(MVN) -q -pl tenants,kv-store test-compile dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=$(CURDIR)/kv-store/target/test.classpath
	@$(JAVA_HOME)/bin/java --enable-native-access=ALL-UNNAMED -cp "kv-store/target/test-classes:kv-store/target/classes:tenants/target/classes:$$(cat kv-store/target/test.classpath)" io.echelon.kvstore.ratis.Faults

faults-cluster: build ## deploy to, kill, freeze and restart three nodes under a steady load (docs/cluster.md)
	@$(MVN) -q -pl tenants,tests test-compile dependency:build-classpath -DincludeScope=test -Dmdep.outputFile=$(CURDIR)/tests/target/test.classpath
	@$(JAVA_HOME)/bin/java -Dechelon.root=$(CURDIR) -cp "tests/target/test-classes:$$(cat tests/target/test.classpath)" io.echelon.tests.ClusterFaults

faults-nodes: build ## kill and stop nodes under CRONS (2,000) crons of every minute for TIME (600) seconds, and MESSAGES (100,000)
	@$(MVN) -pl tenants,tests test -Dtest=NodeFaultsTest -Dsurefire.failIfNoSpecifiedTests=false \
	    -Dechelon.faults.crons=$(or $(CRONS),2000) -Dechelon.faults.period=60 -Dechelon.faults.seconds=$(or $(TIME),600) -Dechelon.faults.every=30 \
	    -Dechelon.faults.messages=$(or $(MESSAGES),100000)

kv-conformance: build ## run denokv's own tests, from the checkout in DENOKV, with real clients against this platform
	@tests/kv-conformance/run "$(DENOKV)"

openapi-client: build ## generate a client from the OpenAPI document, and use a platform by it
	@tests/openapi-client/run

clean: ## remove what was built
	@rm -rf target */target
