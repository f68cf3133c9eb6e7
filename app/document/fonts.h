/*
 * Which names can be printed: Inter has Latin, Greek and Cyrillic letters; those of other scripts
 * are drawn by whatever other fonts the machine has. Any thread.
 */
#ifndef SAMLING_DOCUMENT_FONTS_H
#define SAMLING_DOCUMENT_FONTS_H

#include <stdbool.h>

#include "base/arena.h"

/* Scripts, a bit each. */
#define FONTS_ALL (~0u)

/*
 * Those of `scripts` that no font of this machine has. The fonts are looked at once a process (some
 * 30 ms), when that is first asked: one that is installed later counts from the next start on.
 */
unsigned fonts_lacking(unsigned scripts);
/* The scripts of a text that Inter has no letters of; 0 for most, at no cost. Not of all scripts
 * there are, but of those that have a name here. */
unsigned fonts_needed(const char *text);
/* "Thai, Hindi" and "fonts-noto-core", Debian's packages, for the log; in the arena, "" for 0. */
const char *fonts_script_names(struct arena *a, unsigned scripts);
const char *fonts_packages(unsigned scripts);

/* A text was drawn of which not all signs had a font: a line in the log for each of its scripts,
 * once a process. Without the text, which may be a name. */
void fonts_missed(const char *text);

#endif
