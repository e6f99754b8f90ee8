// Names that C keeps for itself. A function for others must not have one of them: a second `printf` in a program is
// undefined behaviour, even where it links.

extension CNames {
    /// Words of C, up to C23, and of C++: headers are for both.
    static let languageWords = words(
        """
        auto break case char const continue default do double else enum extern float for goto if inline int long \
        register restrict return short signed sizeof static struct switch typedef union unsigned void volatile while \
        bool true false asm typeof typeof_unqual alignas alignof constexpr nullptr static_assert thread_local \
        catch class concept consteval constinit const_cast co_await co_return co_yield decltype delete dynamic_cast \
        explicit export friend mutable namespace new noexcept operator private protected public reinterpret_cast \
        requires static_cast template this throw try typeid typename using virtual wchar_t char8_t char16_t char32_t \
        and and_eq bitand bitor compl not not_eq or or_eq xor xor_eq
        """)

    /// The functions and macros of the C library, and of POSIX beside it, whose names a program might think of.
    static let libraryFunctions = words(
        """
        assert errno setjmp longjmp signal raise main va_start va_arg va_end va_copy offsetof \
        isalnum isalpha isblank iscntrl isdigit isgraph islower isprint ispunct isspace isupper isxdigit tolower toupper \
        setlocale localeconv remove rename tmpfile tmpnam fclose fflush fopen freopen setbuf setvbuf fprintf fscanf \
        printf scanf snprintf sprintf sscanf vfprintf vfscanf vprintf vscanf vsnprintf vsprintf vsscanf fgetc fgets \
        fputc fputs getc getchar gets putc putchar puts ungetc fread fwrite fgetpos fseek fsetpos ftell rewind \
        clearerr feof ferror perror atof atoi atol atoll strtod strtof strtol strtold strtoll strtoul strtoull rand \
        srand aligned_alloc calloc free malloc realloc abort atexit at_quick_exit exit _Exit getenv quick_exit system \
        bsearch qsort abs labs llabs div ldiv lldiv mblen mbtowc wctomb mbstowcs wcstombs memcpy memmove memset memcmp \
        memchr memccpy strcpy strncpy strcat strncat strcmp strcoll strncmp strxfrm strchr strcspn strpbrk strrchr \
        strspn strstr strtok strerror strlen strdup strndup clock difftime mktime time asctime ctime gmtime localtime \
        strftime timespec_get imaxabs imaxdiv strtoimax strtoumax feclearexcept fegetenv fegetround fesetround \
        thrd_create mtx_lock mtx_unlock call_once cnd_wait tss_get \
        access alarm chdir chmod chown close connect accept bind listen socket send recv dup dup2 execl execv execve \
        fork fsync getcwd getpid gethostname getopt ioctl kill link lseek mkdir mmap munmap nice open pause pipe poll \
        read readlink rmdir select setenv sleep stat sync truncate umask uname unlink unsetenv usleep wait waitpid \
        write popen pclose fileno fdopen dlopen dlsym dlclose dlerror pthread_create pthread_join index rindex random \
        srandom drand48 srand48 bcopy bzero bcmp ffs environ stdin stdout stderr daemon warn err signgam gamma \
        alloca basename dirname regcomp glob rint
        """)

    /// The functions of <math.h>, each also for `float` and for `long double`, and its macros.
    static let mathFunctions: Set<String> = {
        let names = words(
            """
            acos asin atan atan2 cos sin tan acosh asinh atanh cosh sinh tanh exp exp2 exp10 expm1 frexp ilogb ldexp log \
            log10 log1p log2 logb modf scalbn scalbln cbrt fabs hypot pow erf erfc lgamma tgamma ceil floor nearbyint \
            rint lrint llrint round lround llround trunc fmod remainder remquo copysign nan nextafter nexttoward fdim \
            fmax fmin fma roundeven sincos j0 j1 jn y0 y1 yn lgamma_r drem significand finite isinf isnan pow10 scalb
            """)
        let macros = words(
            """
            fpclassify isfinite isinf isnan isnormal signbit isgreater isgreaterequal isless islessequal islessgreater \
            isunordered
            """)
        return macros.union(names.flatMap { [$0, $0 + "f", $0 + "l"] })
    }()

    private static func words(_ text: String) -> Set<String> {
        Set(text.split(separator: " ").map(String.init))
    }

    /// Whether C or its library has this name already.
    static func isOfLibrary(_ name: String) -> Bool {
        languageWords.contains(name) || libraryFunctions.contains(name) || mathFunctions.contains(name)
    }
}
