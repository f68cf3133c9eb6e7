#include "base/asset.h"

const struct asset *
asset_find(const char *name)
{
    size_t low = 0, high = asset_count;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        int order = strcmp(name, asset_table[mid].name);

        if (order == 0)
            return &asset_table[mid];
        if (order < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}
