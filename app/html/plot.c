#include "html/plot.h"

#include <math.h>
#include <string.h>

/* A viewBox of this size; the style sheet makes it as wide as its place. */
#define WIDE 720.0
#define HIGH 220.0
#define LEFT 48.0
#define RIGHT 28.0
#define TOP 12.0
#define BOTTOM 26.0
#define LINES 4 /* of the grid, at most */
#define BAR_MAX 26.0
#define NAME_WIDE 90.0 /* room for a name below */

struct scale {
    double step, top;
};

/* Steps of 1, 2 or 5 and as many zeros as are needed. */
static struct scale
scale_of(const struct plot *p)
{
    static const double steps[] = { 1, 2, 5 };
    double max = p->limit, step = 1;

    for (size_t i = 0; i < p->points; i++)
        for (int s = 0; s < p->series; s++)
            max = fmax(max, p->point[i].value[s]);
    for (int k = 0; max / step > LINES && k < 60; k++)
        step = steps[(k + 1) % 3] * pow(10, (k + 1) / 3);
    return (struct scale){ step, fmax(step, ceil(max / step) * step) };
}

static double
y_of(const struct scale *s, double value)
{
    return TOP + (HIGH - TOP - BOTTOM) * (1 - value / s->top);
}

static double
x_of(const struct plot *p, size_t i)
{
    double room = WIDE - LEFT - RIGHT, n = (double)p->points;

    if (!p->line)
        return LEFT + room * (((double)i + 0.5) / n);
    return p->points > 1 ? LEFT + room * ((double)i / (n - 1)) : LEFT + room / 2;
}

static void
add_grid(struct buf *out, const struct plot *p, const struct scale *s)
{
    for (double n = 0; n <= s->top; n += s->step)
        buf_addf(out,
                 "<line class=\"grid\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>"
                 "<text x=\"%.0f\" y=\"%.1f\" text-anchor=\"end\">%.0f</text>",
                 LEFT, WIDE - RIGHT, y_of(s, n), y_of(s, n), LEFT - 8, y_of(s, n) + 4, n);
    if (p->limit > 0)
        buf_addf(out, "<line class=\"limit\" x1=\"%.0f\" x2=\"%.0f\" y1=\"%.1f\" y2=\"%.1f\"/>",
                 LEFT, WIDE - RIGHT, y_of(s, p->limit), y_of(s, p->limit));
}

/* The last is always written, and as many before it as have room. */
static void
add_names(struct buf *out, const struct plot *p)
{
    size_t every = (size_t)ceil((double)p->points / floor((WIDE - LEFT - RIGHT) / NAME_WIDE));

    for (size_t i = 0; i < p->points; i++) {
        if ((p->points - 1 - i) % (every > 0 ? every : 1) != 0)
            continue;
        buf_addf(out, "<text x=\"%.1f\" y=\"%.0f\" text-anchor=\"middle\">", x_of(p, i), HIGH - 6);
        buf_add_html(out, p->point[i].name, strlen(p->point[i].name));
        buf_adds(out, "</text>");
    }
}

static void
add_bars(struct buf *out, const struct plot *p, const struct scale *s, int series)
{
    double slot = (WIDE - LEFT - RIGHT) / (double)p->points;
    double wide = fmin(BAR_MAX, slot * 0.66 / p->series);

    for (size_t i = 0; i < p->points; i++) {
        double value = p->point[i].value[series];
        double x = x_of(p, i) - wide * p->series / 2 + series * wide;

        if (value >= 0)
            buf_addf(out,
                     "<rect class=\"bar%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\""
                     " rx=\"%.1f\"/>",
                     series > 0 ? " two" : "", x, y_of(s, value), fmax(1, wide - 2),
                     y_of(s, 0) - y_of(s, value), fmin(3, wide / 3));
    }
}

static void
add_line(struct buf *out, const struct plot *p, const struct scale *s, int series)
{
    const char *move = "M";

    buf_addf(out, "<path class=\"line%s\" d=\"", series > 0 ? " two" : "");
    for (size_t i = 0; i < p->points; i++) {
        if (p->point[i].value[series] < 0)
            continue;
        buf_addf(out, "%s%.1f %.1f", move, x_of(p, i), y_of(s, p->point[i].value[series]));
        move = "L";
    }
    buf_adds(out, "\"/>");
    for (size_t i = 0; series == 0 && i < p->points; i++)
        if (p->point[i].value[series] >= 0)
            buf_addf(out, "<circle class=\"dot\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>", x_of(p, i),
                     y_of(s, p->point[i].value[series]));
}

void
plot_svg(struct buf *out, const struct plot *p)
{
    struct scale s;

    if (p->points == 0)
        return;
    s = scale_of(p);
    buf_addf(out, "<svg class=\"sm-plot__svg\" viewBox=\"0 0 %.0f %.0f\" aria-hidden=\"true\">",
             WIDE, HIGH);
    add_grid(out, p, &s);
    add_names(out, p);
    for (int series = p->series - 1; series >= 0; series--)
        (p->line ? add_line : add_bars)(out, p, &s, series);
    buf_adds(out, "</svg>");
}
