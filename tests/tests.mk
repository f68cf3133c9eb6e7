# Tests: `make test` runs them all; each part can be run alone (make unit, make web ...), and of a part
# the files whose name begins so: make unit T=seats, make web T=registrations.

T :=
export T
UNIT := $(sort $(wildcard tests/unit/test_$(T)*.c))
UNIT_BIN := $(UNIT:tests/unit/%.c=$(B)/unit/%)
FUZZ := $(sort $(wildcard tests/fuzz/fuzz_$(T)*.c))
FUZZ_BIN := $(FUZZ:tests/fuzz/%.c=$(B)/fuzz/%)

.PHONY: test lint unit web mail browser fuzz clang-check bench

$(B)/deps-test.stamp: Makefile tests/tests.mk | $(B)/deps.stamp
	@$(call install,$(PKGS_TEST))
	@touch $@
$(B)/npm-tests.stamp: tests/package-lock.json | $(B)/deps.stamp
	@echo "npm: what tests use"
	@cd tests && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# Everything but main, in one library that the test programs load: a change is one compile and one
# link, whatever their number. AddressSanitizer and UBSan watch.
$(B)/unit/libsamling.so: $(LIBOBJ_asan) $(B)/asan/assets.o
	@mkdir -p $(@D)
	@$(CC) -shared $(LDFLAGS_so) $^ $(LIB_LIBS) -lm -lpthread -o $@
$(B)/unit/leaks.o: tests/unit/leaks.c tests/lsan.supp $(B)/asan/flags | $(B)/deps-test.stamp
	@mkdir -p $(@D)
	@$(CC) $(STD) $(WARN) $(CFLAGS_asan) -c $< -o $@
$(B)/unit/%: tests/unit/%.c $(B)/unit/leaks.o $(B)/asan/flags | $(B)/unit/libsamling.so $(B)/deps-test.stamp
	@echo "unit $<"
	@$(CC) $(STD) -DSAMLING_TESTS $(WARN) $(CFLAGS_asan) $(LIB_CFLAGS) -Itests/unit -MMD -MP $(LDFLAGS_asan) -Wl,-rpath,'$$ORIGIN' $< $(B)/unit/leaks.o -L$(B)/unit -lsamling $(LIB_LIBS) -lcmocka -lm -lpthread -o $@

-include $(UNIT_BIN:=.d)

# Unpacked, never installed: it would start by itself. What it links against is there already.
POSTGRES := postgresql-15 postgresql-client-15 libpq5
$(B)/postgres.stamp: | $(B)/deps-test.stamp
	@rm -rf $(B)/postgres && mkdir -p $(B)/postgres
	@cd $(B)/postgres && get="apt-get download -qq -o APT::Sandbox::User=root $(POSTGRES)" && { $$get || { \
	    sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; $$sudo apt-get update -qq && $$get; }; }
	@cd $(B)/postgres && for p in *.deb; do dpkg -x $$p . && rm $$p || exit 1; done
	@cd $(B)/postgres && rm -rf usr/share/doc usr/share/locale usr/share/man \
	    usr/share/postgresql/15/man usr/lib/postgresql/15/lib/bitcode usr/lib/postgresql/15/lib/llvmjit*
	@usr=$(B)/postgres/usr; LD_LIBRARY_PATH=$$(echo $$usr/lib/*-linux-gnu) $$usr/lib/postgresql/15/bin/postgres --version >/dev/null
	@touch $@
$(B)/unit/test_schema $(B)/unit/test_sql: | $(B)/postgres.stamp

# libFuzzer drives what is built by clang; the rest of the program is clang's too, without main.
CFLAGS_fuzz := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DSAMLING_TESTING -fPIC
FUZZ_OBJ := $(LIBSRC:%.c=$(B)/fuzz/obj/%.o)
$(B)/fuzz/flags: always
	@mkdir -p $(@D)
	@echo '$(STD) $(WARN) $(CFLAGS_fuzz)' | cmp -s - $@ || echo '$(STD) $(WARN) $(CFLAGS_fuzz)' > $@
$(B)/fuzz/obj/%.o: %.c $(B)/fuzz/flags | $(B)/deps-test.stamp
	@mkdir -p $(@D)
	@echo "clang $<"
	@clang $(STD) $(WARN) $(CFLAGS_fuzz) -fsanitize=fuzzer-no-link $(LIB_CFLAGS) -MMD -MP -c $< -o $@
-include $(FUZZ_OBJ:.o=.d)
# The sanitizers' own functions are in the program that loads it.
$(B)/fuzz/libsamling.so: $(FUZZ_OBJ) $(B)/asan/assets.o
	@clang -shared $(CFLAGS_fuzz) $^ $(LIB_LIBS) -lm -lpthread -o $@
$(B)/fuzz/%: tests/fuzz/%.c $(B)/fuzz/flags | $(B)/fuzz/libsamling.so $(B)/deps-test.stamp
	@echo "fuzz $<"
	@clang $(STD) -DSAMLING_TESTS $(CFLAGS_fuzz) -fsanitize=fuzzer $(LIB_CFLAGS) -MMD -MP -Wl,-rpath,'$$ORIGIN' $< -L$(B)/fuzz -lsamling $(LIB_LIBS) -lm -lpthread -o $@

-include $(FUZZ_BIN:=.d)

# Every file by the other compiler, with the same warnings.
clang-check: $(FUZZ_OBJ)

# $(call stage,WORDS,TARGETS): one line that says what is being built, one more every quarter of a
# minute that says how far it is, and of a failure what was said.
stage = echo "building $(1)"; $(MAKE) --no-print-directory -j$$(nproc) $(2) >$(B)/build.log 2>&1 & make=$$!; \
    n=0; while kill -0 $$make 2>/dev/null; do sleep 0.2; n=$$((n+1)); [ $$((n%75)) != 0 ] || \
    echo "  $$(grep -cE '^(rel|asan|clang|unit|fuzz) ' $(B)/build.log) files, $$(tail -1 $(B)/build.log)"; done; \
    wait $$make || { tail -40 $(B)/build.log; echo "0 passed, 1 failed"; exit 1; }

PARTS := lint unit web mail browser fuzz
test: $(B)/deps-test.stamp $(B)/npm-tests.stamp
	@$(call stage,the program,build)
	@$(call stage,the program with sanitizers,$(B)/samling-asan)
	@$(call stage,$(words $(UNIT)) unit programs,$(UNIT_BIN))
	@$(call stage,$(words $(FUZZ)) fuzz programs,$(FUZZ_BIN))
	@tests/run $(PARTS)
lint: build $(B)/deps-test.stamp
	@tests/run lint
unit: $(UNIT_BIN)
	@tests/run unit
fuzz: $(FUZZ_BIN)
	@tests/run fuzz
web mail browser: build $(B)/samling-asan $(B)/npm-tests.stamp $(B)/deps-test.stamp
	@tests/run $@

# ── Figures, each beside its anchor ───────────────────────────────────────────────────────────
LIBOBJ_rel := $(LIBSRC:%.c=$(B)/rel/%.o)
$(B)/bench/load: tests/bench/load.c | $(B)/deps-test.stamp
	@mkdir -p $(@D)
	@$(CC) -std=c17 -D_GNU_SOURCE $(WARN) -O2 $< -o $@
$(B)/bench/rows: tests/bench/rows.c $(LIBOBJ_rel) $(B)/rel/assets.o | $(B)/deps-test.stamp
	@mkdir -p $(@D)
	@$(CC) $(STD) -DSAMLING_TESTS $(WARN) $(CFLAGS_rel) $(LIB_CFLAGS) $(LDFLAGS_rel) $^ $(LIB_LIBS) -lm -lpthread -o $@
$(B)/bench/needs: tests/bench/needs.c tests/unit/needs_example.h $(LIBOBJ_rel) $(B)/rel/assets.o | $(B)/deps-test.stamp
	@mkdir -p $(@D)
	@$(CC) $(STD) -Itests/unit -DSAMLING_TESTING $(WARN) $(CFLAGS_rel) $(LIB_CFLAGS) $(LDFLAGS_rel) $(filter-out %.h,$^) $(LIB_LIBS) -lm -lpthread -o $@
$(B)/bench/slow_disk.so: tests/bench/slow_disk.c | $(B)/deps-test.stamp
	@mkdir -p $(@D)
	@$(CC) -std=c17 -D_GNU_SOURCE $(WARN) -O2 -fPIC -shared $< -o $@
# The program whose writer waits for nobody on a slow disk.
$(B)/bench/samling-hasty: app/database/writer.c $(filter-out $(B)/rel/app/database/writer.o,$(OBJ_rel)) $(B)/rel/assets.o
	@mkdir -p $(@D)
	@$(CC) $(STD) $(WARN) $(CFLAGS_rel) $(LIB_CFLAGS) -DSLOW_US=INT64_MAX $(LDFLAGS_rel) $^ $(LIB_LIBS) -lm -lpthread -o $@
# Unpacked, never installed: it would start by itself. A folder of root's is closed to apt's own user.
$(B)/nginx/usr/sbin/nginx: | $(B)/deps-test.stamp
	@mkdir -p $(B)/nginx && cd $(B)/nginx && apt-get -o APT::Sandbox::User=root download -qq nginx && dpkg -x nginx_*.deb .
bench: $(B)/samling $(B)/bench/load $(B)/bench/rows $(B)/bench/needs $(B)/bench/slow_disk.so $(B)/bench/samling-hasty $(B)/nginx/usr/sbin/nginx $(B)/npm-tests.stamp
	@SAMLING_PROGRAM=$(B)/samling node tests/bench/bench.js $(BENCH)
