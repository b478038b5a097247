# property: ten times the random lives of `make test` (tests/property).
# SEED=N repeats a run.

.PHONY: property
property: $(GENERATED)
	$(Q)$(NODEJS) tests/property/run.mjs --long $(if $(SEED),--seed $(SEED))
