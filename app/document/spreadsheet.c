#include "document/spreadsheet.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/arena.h"
#include "base/text.h"

#define NAME_CHARS 31
#define WIDTH_MAX 60.0

/* As the format wants a sheet's name. */
static const char *
sheet_name(struct arena *a, const char *name)
{
    char *s = arena_strdup(a, name);
    size_t chars = 0, i;

    for (i = 0; s[i] != '\0'; i++) {
        if (strchr("[]:*?/\\'", s[i]) != NULL)
            s[i] = ' ';
        if (((unsigned char)s[i] & 0xC0) != 0x80 && ++chars > NAME_CHARS)
            break;
    }
    s[i] = '\0';
    return s;
}

static double
wide(double before, const char *text)
{
    double n = (double)text_length(text) + 2;

    return n > WIDTH_MAX ? WIDTH_MAX : n > before ? n : before;
}

static void
fill(lxw_worksheet *w, const struct sheet *s, lxw_format *bold)
{
    for (size_t x = 0; x < s->columns; x++) {
        double width = wide(8, s->heading[x]);

        (void)worksheet_write_string(w, 0, (lxw_col_t)x, s->heading[x], bold);
        for (size_t y = 0; y < s->rows; y++) {
            const struct sheet_cell *cell = &s->cell[y * s->columns + x];

            if (cell->empty)
                continue;
            if (cell->text == NULL) {
                (void)worksheet_write_number(w, (lxw_row_t)(y + 1), (lxw_col_t)x, cell->number,
                                             NULL);
                continue;
            }
            (void)worksheet_write_string(w, (lxw_row_t)(y + 1), (lxw_col_t)x, cell->text, NULL);
            width = wide(width, cell->text);
        }
        (void)worksheet_set_column(w, (lxw_col_t)x, (lxw_col_t)x, width, NULL);
    }
    worksheet_freeze_panes(w, 1, 0);
}

/* The library writes to a file by its name: to one that is in memory alone. Nothing in here may
 * throw, for the workbook hangs on nobody. name: of each sheet, ready. */
static bool
write_book(int fd, const struct sheet *sheet, const char *const *name, size_t sheets)
{
    char path[40];
    lxw_workbook *book;
    lxw_format *bold;
    bool ok;

    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    book = workbook_new(path);
    if (book == NULL)
        return false;
    bold = workbook_add_format(book);
    ok = bold != NULL;
    if (ok)
        format_set_bold(bold);
    for (size_t i = 0; ok && i < sheets; i++) {
        lxw_worksheet *w = workbook_add_worksheet(book, name[i]);

        ok = w != NULL;
        if (ok)
            fill(w, &sheet[i], bold);
    }
    return workbook_close(book) == LXW_NO_ERROR && ok;
}

static enum status
read_all(int fd, struct buf *out)
{
    char piece[16384];
    ssize_t n;

    if (lseek(fd, 0, SEEK_SET) != 0)
        return ST_IO;
    while ((n = read(fd, piece, sizeof piece)) > 0)
        buf_add(out, piece, (size_t)n);
    return n < 0 ? ST_IO : buf_status(out);
}

static void
close_file(void *held)
{
    (void)close((int)(intptr_t)held - 1);
}

enum status
spreadsheet_xlsx(struct buf *out, const struct sheet *sheet, size_t sheets)
{
    struct arena *a = arena_new(0);
    void **file = arena_hold(a, close_file);
    const char **name = ARENA_ARRAY(a, const char *, sheets + 1);
    enum status rc = ST_NOMEM;
    int fd;

    for (size_t i = 0; i < sheets; i++)
        name[i] = sheet_name(a, sheet[i].name);
    fd = memfd_create("workbook", MFD_CLOEXEC);
    if (fd >= 0) {
        *file = (void *)((intptr_t)fd + 1); /* NULL holds nothing */
        if (write_book(fd, sheet, name, sheets))
            rc = read_all(fd, out);
    }
    arena_free(&a);
    return rc;
}
