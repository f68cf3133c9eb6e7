#include "needs/needs.h"

const struct feature needs_feature = {
    .name = "needs",
};
