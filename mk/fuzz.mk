# fuzz: libFuzzer on each parser, FUZZ_SECONDS each, from the corpora in the
# tree.

FUZZ_SECONDS ?= 60
FUZZERS	:= $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

.PHONY: fuzz
fuzz: $(addprefix fuzz-,$(FUZZERS))

fuzz-%: tests/fuzz/fuzz_%.c $(GENERATED)
	@mkdir -p build/fuzz/$* tests/fuzz/corpus/$*
	$(SAY) "  FUZZ  $*"
	$(Q)clang $(CPPFLAGS) -std=c11 -D_GNU_SOURCE -O1 -g \
	    -fsanitize=fuzzer,address,undefined -o build/fuzz/fuzz_$* $< \
	    $(PLAIN) $(wildcard node/guard*.c) $(LIBS)
	$(Q)build/fuzz/fuzz_$* -max_total_time=$(FUZZ_SECONDS) \
	    -print_final_stats=1 build/fuzz/$* tests/fuzz/corpus/$* \
	    > build/fuzz/$*.log 2>&1 || { tail -40 build/fuzz/$*.log; exit 1; }
