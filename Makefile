# Samling: `make run` serves with example data, `make test` tests everything, `make help` lists the rest.

MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := build
.DELETE_ON_ERROR:
SHELL := /bin/bash

CC ?= gcc
ifeq ($(origin CC),default)
CC := gcc
endif
B := build

# ── What it needs ─────────────────────────────────────────────────────────────────────────────
PKGS_RUNTIME := libmicrohttpd12 libsqlite3-0 libcurl4 libqrencode4 libjansson4 libsodium23 \
    zlib1g libgnutls30 libgmime-3.0-0 libical3 libcmark0.30.2 libcairo2 libpango-1.0-0 libpangocairo-1.0-0 \
    libidn2-0 libunistring2 libxlsxwriter4 libstemmer0d fonts-inter tzdata ca-certificates
# Names in Arabic, Hebrew, Thai and Hindi; in Chinese, Japanese and Korean (90 MB). Only where they are asked for.
PKGS_FONTS := fonts-noto-core fonts-noto-cjk
PKGS_BUILD := gcc libc6-dev make pkg-config gettext nodejs npm \
    libmicrohttpd-dev libsqlite3-dev libcurl4-openssl-dev libqrencode-dev libjansson-dev \
    zlib1g-dev libgnutls28-dev libsodium-dev libgmime-3.0-dev libical-dev libcmark-dev libcairo2-dev libpango1.0-dev \
    libidn2-dev libunistring-dev libxlsxwriter-dev libstemmer-dev fonts-inter tzdata ca-certificates
PKGS_TEST := clang clang-format libclang-rt-14-dev binutils libcmocka-dev sqlite3 openssl chromium ffmpeg \
    default-jre-headless curl git file

# $(call install,PACKAGES): asks dpkg first, so that it is quick when nothing is missing.
install = missing=""; for p in $(1); do dpkg-query -W -f '$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || \
    { { [ $$p = nodejs ] && command -v node >/dev/null; } || { [ $$p = npm ] && command -v npm >/dev/null; } || missing="$$missing $$p"; }; done; \
    if [ -n "$$missing" ]; then echo "installing$$missing"; \
    sudo=; [ "$$(id -u)" = 0 ] || sudo=sudo; $$sudo apt-get update -qq && \
    DEBIAN_FRONTEND=noninteractive $$sudo apt-get install -y -qq --no-install-recommends $$missing >/dev/null; fi

LIBS := libmicrohttpd gnutls sqlite3 libcurl libqrencode jansson libsodium gmime-3.0 libical libcmark cairo pangocairo zlib libidn2 xlsxwriter

# ── Flags ─────────────────────────────────────────────────────────────────────────────────────
WARN := -Wall -Wextra -Wconversion -Wshadow -Wmissing-prototypes -Wstrict-prototypes -Wvla -Werror
STD := -std=c17 -D_GNU_SOURCE -Iapp -include app/base/banned.h
# Asked once, and only after the packages are there.
LIB_CFLAGS = $(eval LIB_CFLAGS := $$(shell pkg-config --cflags $(LIBS) | sed 's/-I/-isystem /g'))$(LIB_CFLAGS)
LIB_LIBS = $(eval LIB_LIBS := $$(shell pkg-config --libs $(LIBS)) -lunistring -lstemmer)$(LIB_LIBS)
HARDEN := -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fPIE -fstack-clash-protection
# Debian's start files carry no CET mark, so the linker is told to set the program's.
LDHARDEN := -pie -Wl,-z,relro,-z,now,-z,noexecstack
ifeq ($(shell uname -m),x86_64)
HARDEN += -fcf-protection=full
LDHARDEN += -Wl,-z,ibt,-z,shstk
endif
CFLAGS_rel := -O2 -g $(HARDEN)
CFLAGS_asan := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined -DSAMLING_TESTING -fPIC
LDFLAGS_rel := $(LDHARDEN)
LDFLAGS_asan := -pie -fsanitize=address,undefined
LDFLAGS_so := -fsanitize=address,undefined -Wl,-z,defs

SRC := $(sort $(wildcard app/*.c app/*/*.c))
MAIN := app/main.c
LIBSRC := $(filter-out $(MAIN),$(SRC))
OBJ_rel := $(SRC:%.c=$(B)/rel/%.o)
OBJ_asan := $(SRC:%.c=$(B)/asan/%.o)
LIBOBJ_asan := $(LIBSRC:%.c=$(B)/asan/%.o)

.PHONY: build run format help deps deps-runtime deps-fonts clean always

build: $(B)/samling

$(B)/deps.stamp: Makefile
	@mkdir -p $(B)
	@$(call install,$(PKGS_BUILD))
	@touch $@
deps: $(B)/deps.stamp
deps-runtime:
	@$(call install,$(PKGS_RUNTIME))
deps-fonts:
	@$(call install,$(PKGS_FONTS))

# ── Objects: one rule a variant ───────────────────────────────────────────────────────────────
define variant
$(B)/$(1)/%.o: %.c $(B)/$(1)/flags | $(B)/deps.stamp
	@mkdir -p $$(@D)
	@echo "$(1) $$<"
	@$$(CC) $$(STD) $$(WARN) $$(CFLAGS_$(1)) $$(LIB_CFLAGS) -MMD -MP -c $$< -o $$@
$(B)/$(1)/assets.o: $(B)/gen/assets.S
	@mkdir -p $$(@D)
	@$$(CC) $$(CFLAGS_$(1)) -c $$< -o $$@
# Other flags than last time: everything anew.
$(B)/$(1)/flags: always
	@mkdir -p $$(@D)
	@echo '$$(STD) $$(WARN) $$(CFLAGS_$(1))' | cmp -s - $$@ || echo '$$(STD) $$(WARN) $$(CFLAGS_$(1))' > $$@
endef
$(eval $(call variant,rel))
$(eval $(call variant,asan))
-include $(OBJ_rel:.o=.d) $(OBJ_asan:.o=.d)

$(B)/samling: $(OBJ_rel) $(B)/rel/assets.o
	@$(CC) $(LDFLAGS_rel) $^ $(LIB_LIBS) -lm -lpthread -o $@
$(B)/samling-asan: $(OBJ_asan) $(B)/asan/assets.o
	@$(CC) $(LDFLAGS_asan) $^ $(LIB_LIBS) -lm -lpthread -o $@

# ── Embedded files: name, bytes, length in one assembler file ────────────────────────────────
PO := $(wildcard app/html/po/*.po)
MO := $(PO:app/html/po/%.po=$(B)/gen/po/%.mo)
ASSETS := $(sort $(wildcard app/needs/words.txt app/api.json app/*/api.json app/*/*.html mail-templates/* mail-templates/*/* db/migrations/sqlite/*.sql))
STATIC := $(sort $(wildcard public/*.css public/*.js public/*.svg public/*.png public/*.ico public/*.webmanifest))

$(B)/gen/po/%.mo: app/html/po/%.po | $(B)/deps.stamp
	@mkdir -p $(@D)
	@msgfmt --check -o $@ $<

$(B)/npm-public.stamp: public/package-lock.json | $(B)/deps.stamp
	@echo "npm: what browsers get"
	@cd public && npm ci --silent --no-audit --no-fund --ignore-scripts
	@touch $@

# Files of npm packages that browsers get: package path -> static name
include public/vendor.mk

# One a line, sorted by bytes (app/accounts/common_password.c).
$(B)/gen/common_passwords.txt: $(B)/npm-public.stamp
	@mkdir -p $(@D)
	@node -p "require('./public/node_modules/zxcvbn/lib/frequency_lists.js').passwords.join('\n')" | LC_ALL=C sort -u > $@

# Inter in the signs that our words are made of, and the sheets with what pages and scripts name.
FONTS := $(addprefix $(B)/gen/fonts/,inter.woff2 inter-latin.woff2 inter-latin-a.woff2 inter-latin-ext.woff2)
SHEETS := $(addprefix $(B)/gen/sheets/,samling.css organiser.css door.css tick-list.css)
$(B)/gen/fonts/faces.css: $(ASSETS) $(PO) $(STATIC) $(B)/npm-public.stamp public/fonts.mjs
	@mkdir -p $(@D)
	@node public/fonts.mjs $(@D) $(filter %.html %.po %.js,$^)
$(FONTS): $(B)/gen/fonts/faces.css ;
$(B)/gen/sheets/samling.css: $(B)/gen/fonts/faces.css $(ASSETS) $(STATIC) $(B)/npm-public.stamp public/sheets.mjs
	@mkdir -p $(@D)
	@node public/sheets.mjs $(@D) $< $(addprefix public/node_modules/,$(DS_THEME) $(DS)) $(filter %.html %.js,$^)
$(filter-out %/samling.css,$(SHEETS)): $(B)/gen/sheets/samling.css ;

$(B)/gen/assets.S: $(MO) $(ASSETS) $(STATIC) $(B)/gen/common_passwords.txt $(FONTS) $(SHEETS) $(B)/npm-public.stamp public/vendor.mk public/encode.mjs Makefile
	@mkdir -p $(@D)
	@{ for f in $(MO); do echo "po/$$(basename $$f) $$f"; done; \
	   for f in $(ASSETS); do [ -f $$f ] && echo "$$f $$f"; done; \
	   echo "app/accounts/common_passwords.txt $(B)/gen/common_passwords.txt"; \
	   for f in $(FONTS) $(SHEETS); do echo "static/$${f##*/} $$f"; done; \
	   for f in $(filter-out %.css,$(STATIC)); do echo "static/$${f#public/} $$f"; done; \
	   for v in $(VENDOR); do echo "static/$${v%%=*} public/node_modules/$${v#*=}"; done; } > $(B)/gen/assets.plain
	@{ cat $(B)/gen/assets.plain; node public/encode.mjs $(B)/gen/encoded < $(B)/gen/assets.plain; } | LC_ALL=C sort > $(B)/gen/assets.list
	@{ printf '#ifdef __CET__\n#include <cet.h>\n#endif\n'; echo '.section .rodata'; i=0; \
	   while read -r name file; do \
	     printf '.Ln%d: .asciz "%s"\n.Ld%d: .incbin "%s"\n.Le%d: .byte 0\n' $$i "$$name" $$i "$$file" $$i; i=$$((i+1)); \
	   done < $(B)/gen/assets.list; \
	   echo '.section .data.rel.ro,"aw"'; echo '.balign 8'; echo '.globl asset_table'; echo 'asset_table:'; j=0; \
	   while [ $$j -lt $$i ]; do printf '.quad .Ln%d, .Ld%d, .Le%d - .Ld%d\n' $$j $$j $$j $$j; j=$$((j+1)); done; \
	   echo '.section .rodata'; echo '.balign 8'; echo '.globl asset_count'; printf 'asset_count: .quad %d\n' $$i; \
	   echo '.section .note.GNU-stack,"",@progbits'; } > $@

# ── Running ───────────────────────────────────────────────────────────────────────────────────
run: build
	@[ -e data/samling.db ] || $(B)/samling demo
	@exec $(B)/samling serve

include tests/tests.mk

# ── Looks ─────────────────────────────────────────────────────────────────────────────────────
format: $(B)/deps-test.stamp
	@clang-format -i $(SRC) $(wildcard app/*.h app/*/*.h tests/*/*.[ch])

help:
	@echo "make                the program: $(B)/samling"
	@echo "make run            ... with example data, on http://127.0.0.1:8080; what it needs is installed first"
	@echo "make test           everything; parts: lint unit web mail browser fuzz"
	@echo "make unit T=seats   ... only tests/unit/test_seats*; so too web, mail, browser and fuzz"
	@echo "make format         all C as .clang-format has it"
	@echo "make bench          figures, each beside its anchor; BENCH='name ...' for some of them"
	@echo "make clang-check    every file by the other compiler"
	@echo "make deps           what building needs; deps-runtime: only what the built program needs;"
	@echo "                    deps-fonts: fonts for names in other scripts, from Arabic to Korean"
	@echo "make clean          all that was built goes"
clean:
	rm -rf $(B)
