#include <stdlib.h>
#include <string.h>

/* A third of the time that tests take is the C compiler's, half of which would go into optimization that changes no
   number. Tests have no common beginning in Swift: so this is done before any of them, where not all is to be tried and
   nobody has chosen otherwise. Random programs are compiled as users' programs are all the same. */
__attribute__((constructor)) static void chooseOptimization(void) {
    const char *exhaustive = getenv("REVERSIBLE_EXHAUSTIVE");
    if (!exhaustive || strcmp(exhaustive, "1") != 0) setenv("REVERSIBLE_OPTIMIZATION", "0", 0);
}
