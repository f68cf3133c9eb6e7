# Tests: `make test` runs them all; each part can be run alone (make unit, make web ...).

UNIT := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT:tests/unit/%.c=$(B)/unit/%)
FUZZ := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_BIN := $(FUZZ:tests/fuzz/%.c=$(B)/fuzz/%)

.PHONY: test lint unit web mail browser fuzz clang-check bench

$(B)/deps-test.stamp: Makefile tests/tests.mk | $(B)/deps.stamp
	@$(call install,$(PKGS_TEST))
	@touch $@
$(B)/npm-tests.stamp: tests/package-lock.json | $(B)/deps.stamp
	cd tests && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# One program a file, linked with everything but main; AddressSanitizer and UBSan watch.
$(B)/unit/lib.a: $(LIBOBJ_asan) $(B)/asan/assets.o
	@mkdir -p $(@D)
	@rm -f $@
	@ar rcs $@ $^
$(B)/unit/%: tests/unit/%.c $(B)/unit/lib.a | $(B)/deps-test.stamp
	@$(CC) $(STD) $(WARN) $(CFLAGS_asan) $(LIB_CFLAGS) -Itests/unit -MMD -MP $(LDFLAGS_asan) $< $(B)/unit/lib.a $(LIB_LIBS) -lcmocka -lm -lpthread -o $@

-include $(UNIT_BIN:=.d)

# libFuzzer drives what is built by clang; the rest of the program is clang's too, without main.
FUZZ_FLAGS := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DSAMLING_TESTING
FUZZ_OBJ := $(LIBSRC:%.c=$(B)/fuzz/obj/%.o)
$(B)/fuzz/obj/%.o: %.c | $(B)/deps-test.stamp
	@mkdir -p $(@D)
	@clang $(STD) $(WARN) $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link $(LIB_CFLAGS) -MMD -MP -c $< -o $@
-include $(FUZZ_OBJ:.o=.d)
$(B)/fuzz/lib.a: $(FUZZ_OBJ) $(B)/asan/assets.o
	@rm -f $@
	@ar rcs $@ $^
$(B)/fuzz/%: tests/fuzz/%.c $(B)/fuzz/lib.a | $(B)/deps-test.stamp
	@clang $(STD) $(FUZZ_FLAGS) -fsanitize=fuzzer $(LIB_CFLAGS) $< $(B)/fuzz/lib.a $(LIB_LIBS) -lm -lpthread -o $@

# Every file by the other compiler, with the same warnings.
clang-check: $(FUZZ_OBJ)

PARTS := lint unit web mail browser fuzz
test: $(B)/deps-test.stamp $(B)/npm-tests.stamp
	@$(MAKE) --no-print-directory -j$$(nproc) build $(B)/samling-asan $(UNIT_BIN) $(FUZZ_BIN) >$(B)/build.log 2>&1 || { tail -40 $(B)/build.log; echo "0 passed, 1 failed"; exit 1; }
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
	@$(CC) $(STD) $(WARN) $(CFLAGS_rel) $(LIB_CFLAGS) $(LDFLAGS_rel) $^ $(LIB_LIBS) -lm -lpthread -o $@
# Unpacked, never installed: it would start by itself.
$(B)/nginx/usr/sbin/nginx: | $(B)/deps-test.stamp
	@mkdir -p $(B)/nginx && cd $(B)/nginx && apt-get download -qq nginx && dpkg -x nginx_*.deb .
bench: $(B)/samling $(B)/bench/load $(B)/bench/rows $(B)/nginx/usr/sbin/nginx $(B)/npm-tests.stamp
	@SAMLING_PROGRAM=$(B)/samling node tests/bench/bench.js $(BENCH)
