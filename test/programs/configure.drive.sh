# A package is configured in several ways; what it makes is shown.
cat > Makefile.in <<'E'
# @configure_input@
prefix = @prefix@
exec_prefix = @exec_prefix@
bindir = @bindir@
CFLAGS = @CFLAGS@
GREP = @GREP@
AWK = @AWK@
SCHEME = @color_scheme@
NEVER = @never_set@
all:
	$(GREP) x $@
E
cat > config.h.in <<'E'
/* config.h.in */
#undef HAVE_ARITHMETIC
#undef HAVE_FUNCTIONS
#undef HAVE_FORK_BOMB
#undef HAVE_MKFIFO
#undef HAVE_SYMLINK
#undef HAVE_STDIO_H
#undef HAVE_NO_SUCH_H
#undef HAVE_SYS_TYPES_H
#undef PACKAGE_STRING
#undef ENABLE_NLS
E
configure() { sh "$PROGRAMS/configure.sh" "$@"; echo "[exit $?]"; }
configure --help
configure
cat Makefile config.h
configure -C --prefix=/opt/hello/ --disable-nls --with-color-scheme='so"lar' CFLAGS='-g -O0 -DX="y z"'
cat Makefile config.h config.cache
configure -C -q --prefix /usr
head -n 4 Makefile; sed -n 3p config.status
configure --prefix=relative
configure --enable-'bad!name'
configure --wrong
configure --prefix
configure 2bad=x
configure --no-create -q; ls
sed -n '1,12p' config.log; grep -c '^result' config.log
