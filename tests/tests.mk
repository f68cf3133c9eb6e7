# Tests: `make test` runs them all; each part can be run alone (make unit, make web ...).

UNIT := $(sort $(wildcard tests/unit/test_*.c))
UNIT_BIN := $(UNIT:tests/unit/%.c=$(B)/unit/%)

$(B)/deps-test.stamp: Makefile tests/tests.mk | $(B)/deps.stamp
	@$(call install,$(PKGS_TEST))
	@touch $@

# One program a file, linked with everything but main; AddressSanitizer and UBSan watch.
$(B)/unit/lib.a: $(LIBOBJ_asan) $(B)/asan/assets.o
	@mkdir -p $(@D)
	@rm -f $@
	ar rcs $@ $^
$(B)/unit/%: tests/unit/%.c $(B)/unit/lib.a | $(B)/deps-test.stamp
	$(CC) $(STD) $(WARN) $(CFLAGS_asan) $(LIB_CFLAGS) -Itests/unit $(LDFLAGS_asan) $< $(B)/unit/lib.a $(LIB_LIBS) -lcmocka -lm -lpthread -o $@
