/* A sweep to its end, piece by piece, as the program does it. */
#ifndef SWEPT_ALL_H
#define SWEPT_ALL_H

#include "database/swept.h"

static inline void
sweep_to_the_end(enum status (*sweep)(struct db_conn *c, int64_t now, struct swept *swept),
                 struct db_conn *c, int64_t now, struct swept *all)
{
    struct swept piece;
    int pieces = 0;

    *all = (struct swept){ 0 };
    do {
        swept_begin(&piece, SWEPT_ROWS);
        assert_int_equal(sweep(c, now, &piece), ST_OK);
        for (size_t i = 0; i < piece.kinds; i++)
            swept_add(all, piece.of[i].kind, piece.of[i].count);
        assert_true(++pieces < 1000);
    } while (piece.more);
}

#endif
