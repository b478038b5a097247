# property: a hundred thousand random lives of consents (tests/property), for
# make test-long; make test has a short form.  SEED=N repeats a run.

.PHONY: property
property: $(GENERATED)
	$(Q)$(NODEJS) tests/property/run.mjs --long $(if $(SEED),--seed $(SEED))
