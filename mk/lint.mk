# lint: layout, both compilers with -Werror, static analysis.

C_SOURCES := $(wildcard common/*.c common/verify/*.c hub/*.c node/*.c node/courier/*.c \
	     tests/unit/*.c tests/schema/*.c tests/fuzz/*.c tests/fault/*.c)
C_HEADERS := $(wildcard common/*.h common/*/*.h hub/*.h node/*.h \
	     node/courier/*.h tests/unit/*.h)
SCRIPTS	:= $(wildcard deploy/*.sh .ci/run tests/*.sh)
TABLES	:= $(wildcard common/tbl/*.h hub/settings.h node/settings.h)
TIDIED	:= $(patsubst %.c,build/tidy/%.ok,$(C_SOURCES))
SERVICE_OF = $(if $(filter hub/%,$(1)),hub,node)

.PHONY: lint tidy format format-check cppcheck shellcheck compilers spec-lint

lint: format-check spec-lint shellcheck compilers cppcheck tidy

format:
	clang-format -i $(C_SOURCES) $(filter-out $(TABLES),$(C_HEADERS))

format-check:
	$(SAY) "  FORMAT"
	$(Q)clang-format --dry-run --Werror $(C_SOURCES) \
	    $(filter-out $(TABLES),$(C_HEADERS))

spec-lint: $(GENERATED)
	$(SAY) "  REDOCLY"
	$(Q)cd api-spec && PATH="$(CURDIR)/$(dir $(NODEJS)):$$PATH" \
	    npm run --silent lint

shellcheck:
	$(SAY) "  SHELLCHECK"
	$(Q)shellcheck $(SCRIPTS)

compilers:
	$(Q)$(MAKE) --no-print-directory CC=gcc DEV=1 B=build/gcc all unit
	$(Q)$(MAKE) --no-print-directory CC=clang DEV=1 B=build/clang all unit

cppcheck: $(GENERATED)
	$(SAY) "  CPPCHECK"
	$(Q)cppcheck --quiet --error-exitcode=1 --inline-suppr -j 2 \
	    --enable=warning,performance,portability --std=c11 \
	    --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
	    -D'json_object_foreach(o,k,v)=for(k=0,v=0;k;)' \
	    -D'json_array_foreach(a,i,v)=for(i=0,v=0;i<1;i++)' \
	    -D'TAILQ_FOREACH(v,h,f)=for((v)=(h)->tqh_first;(v);(v)=(v)->f.tqe_next)' \
	    -Icommon -I$(GEN) -D'SERVICE_CONFIG="../hub/settings.h"' \
	    $(C_SOURCES)

build/tidy/%.ok: %.c .clang-tidy | $(GENERATED)
	@mkdir -p $(@D)
	$(SAY) "  TIDY  $<"
	$(Q)clang-tidy --quiet $< -- $(filter-out -Wnull-dereference, \
	    $(CPPFLAGS) $(CFLAGS)) \
	    -DSERVICE_CONFIG='"../$(call SERVICE_OF,$<)/settings.h"' 2>/dev/null
	$(Q)touch $@

tidy: $(TIDIED)
