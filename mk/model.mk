# model: how a consent ends everywhere, searched by spin (tests/model).

.PHONY: model
model: $(NODEJS)
	$(Q)$(NODEJS) tests/model/run.mjs
