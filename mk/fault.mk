# fault: races and seeded kills, long form (tests/fault).  broken: the courier
# that acknowledges before it commits, which the suite must find out.
# SEED=N repeats a run.

.PHONY: fault broken

broken: $(GENERATED)
	$(Q)$(MAKE) --no-print-directory DEFINES=-DBROKEN_ACK_BEFORE_COMMIT \
	    B=build/broken build/broken/zaedno-courier

fault: all broken
	$(Q)$(NODEJS) tests/fault/run.mjs --long $(if $(SEED),--seed $(SEED))
