/*
 * A plot as inline SVG, for pages that show the same figures in a table beside it: screen readers
 * are told nothing of it (aria-hidden). Colours and letters are the style sheet's (.sm-plot__svg).
 * Pure: any thread.
 */
#ifndef SAMLING_HTML_PLOT_H
#define SAMLING_HTML_PLOT_H

#include "base/buf.h"

#define PLOT_SERIES 2
#define PLOT_NONE (-1.0) /* no value there */

struct plot_point {
    const char *name;          /* under the axis; as many as there is room for are written */
    double value[PLOT_SERIES]; /* from 0 on, or PLOT_NONE */
};
struct plot {
    bool line; /* else bars */
    int series;
    const struct plot_point *point;
    size_t points;
    double limit; /* a dashed line at it; 0: none */
};
/* Appends <svg>…</svg>; nothing where there are no points. */
void plot_svg(struct buf *out, const struct plot *p);

#endif
