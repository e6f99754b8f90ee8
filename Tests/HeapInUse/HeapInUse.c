#include "HeapInUse.h"

#if defined(__GLIBC__) || defined(__linux__)
#include <features.h>
#endif

#if defined(__GLIBC__) && (__GLIBC__ > 2 || __GLIBC_MINOR__ >= 33)
#include <malloc.h>
long heapBytesInUse(void) {
    struct mallinfo2 all = mallinfo2();
    return (long)(all.uordblks + all.hblkhd);
}
#elif defined(__APPLE__)
#include <malloc/malloc.h>
long heapBytesInUse(void) {
    malloc_statistics_t all;
    malloc_zone_statistics(0, &all);
    return (long)all.size_in_use;
}
#else
long heapBytesInUse(void) { return -1; }
#endif
