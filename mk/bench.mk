# bench: figures into var/bench.json (BENCH_ROUNDS=5 BENCH_SECONDS=5);
# bench-withdrawal: only those of a withdrawal that reaches twenty recipients;
# bench-shared: only shared work: an action's way to ten nodes, whole plans, a
# coordinator's queue at 1,000 and at 100,000 coordinations;
# bench-results: the figures into tests/bench/RESULTS.md.

.PHONY: bench bench-shared bench-withdrawal bench-results

bench: all tests/bench/peer/node_modules tests/node_modules
	$(Q)$(NODEJS) tests/bench/bench.mjs

bench-withdrawal: all tests/bench/peer/node_modules
	$(Q)BENCH_PARTS=withdrawal $(NODEJS) tests/bench/bench.mjs

bench-shared: all tests/bench/peer/node_modules tests/node_modules
	$(Q)BENCH_PARTS=action,queue,plan $(NODEJS) tests/bench/bench.mjs

bench-results:
	$(Q)$(NODEJS) tests/bench/results.mjs

%/node_modules: %/package-lock.json
	$(SAY) "  NPM   $*"
	$(Q)cd $* && PATH="$(CURDIR)/$(dir $(NODEJS)):$$PATH" npm ci \
	    --ignore-scripts --no-audit --no-fund --silent
	$(Q)touch $@
