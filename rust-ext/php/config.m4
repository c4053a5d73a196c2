dnl Lets PIE and phpize build the extension: phpize; ./configure; make; make install. Cargo does the work.

PHP_ARG_ENABLE([courseglue],
  [whether to enable CourseGlue],
  [AS_HELP_STRING([--enable-courseglue], [Enable CourseGlue])],
  [yes])

if test "$PHP_COURSEGLUE" != "no"; then
  AC_PATH_PROG([CARGO], [cargo], [no])
  if test "$CARGO" = "no"; then
    AC_MSG_ERROR([cargo was not found: install Rust 1.85 or later, from your distribution or https://rustup.rs])
  fi
  AC_PATH_PROG([CLANG], [clang], [no])
  if test "$CLANG" = "no"; then
    AC_MSG_ERROR([clang was not found: install clang and libclang-dev])
  fi

  PHP_SUBST([CARGO])
  PHP_SUBST([PHP_CONFIG])
  PHP_MODULES="$PHP_MODULES modules/courseglue.so"
  PHP_SUBST([PHP_MODULES])
  PHP_ADD_MAKEFILE_FRAGMENT([$abs_srcdir/Makefile.frag], [$abs_srcdir], [$abs_builddir])
fi
