/* Linked into every unit program: what libraries keep until the end is no leak of ours, also when
 * the program is run by hand. */
#include <sanitizer/lsan_interface.h>

__asm__(".section .rodata\n"
        "tests_lsan_supp:\n"
        ".incbin \"tests/lsan.supp\"\n"
        ".byte 0\n"
        ".previous\n");
extern const char tests_lsan_supp[];

const char *
__lsan_default_suppressions(void)
{
    return tests_lsan_supp;
}
