# property: random lives of consents (tests/property), for make test-long.
# SEED=N repeats a run.

.PHONY: property
property: $(GENERATED)
	$(Q)$(NODEJS) tests/property/run.mjs --long $(if $(SEED),--seed $(SEED))
