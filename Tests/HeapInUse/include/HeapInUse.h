/// How many bytes of the heap are in use; -1 where the C library does not say.
long heapBytesInUse(void);
