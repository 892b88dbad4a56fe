#!/bin/sh
# In the manner of autoconf's scripts, in POSIX sh: options, feature tests with their cache, config.log, config.status,
# and config.h and Makefile made from their .in files by sed.
as_nl='
'
IFS=" 	$as_nl"
PATH_SEPARATOR=:
as_me=`expr "X$0" : 'X.*/\([^/]*\)$' \| "X$0" : 'X\(.*\)'`
ac_echo='printf %s\n'
exec 5>config.log 6>&1
cat >&5 <<_ACEOF
This file contains any messages produced by $as_me.
_ACEOF

prefix=/usr/local
exec_prefix='${prefix}'
bindir='${exec_prefix}/bin'
cache_file=/dev/null
silent=no
no_create=no
ac_prev=
enable_option_checking=yes
ac_configure_args=
for ac_option
do
  if test -n "$ac_prev"; then
    eval $ac_prev=\$ac_option
    ac_prev=
    continue
  fi
  case $ac_option in
  *=?*) ac_optarg=`expr "X$ac_option" : '[^=]*=\(.*\)'` ;;
  *=) ac_optarg= ;;
  *) ac_optarg=yes ;;
  esac
  case $ac_option in
  -prefix | --prefix) ac_prev=prefix ;;
  --prefix=*) prefix=$ac_optarg ;;
  --bindir=*) bindir=$ac_optarg ;;
  --cache-file=*) cache_file=$ac_optarg ;;
  -C | --config-cache) cache_file=config.cache ;;
  -q | --quiet | --silent) silent=yes; exec 6>/dev/null ;;
  -n | --no-create) no_create=yes ;;
  --enable-* | --disable-*)
    ac_useropt=`expr "x$ac_option" : 'x-*\(enable\|disable\)-\([^=]*\)' >/dev/null; printf '%s\n' "$ac_option" | sed 's/^--[a-z]*-//;s/=.*//'`
    expr "x$ac_useropt" : ".*[^-+._[:alnum:]]" >/dev/null &&
      { echo "$as_me: error: invalid feature name: $ac_useropt" >&2; exit 1; }
    ac_useropt=`echo "$ac_useropt" | sed 's/[-+.]/_/g'`
    case $ac_option in --disable-*) ac_optarg=no ;; esac
    eval enable_$ac_useropt=\$ac_optarg ;;
  --with-*)
    ac_package=`expr "x$ac_option" : 'x-*with-\([^=]*\)'`
    ac_package=`echo $ac_package | sed 's/[-+.]/_/g'`
    eval with_$ac_package=\$ac_optarg ;;
  -h | --help)
    cat <<_ACEOF
\`configure' configures hello 1.0 to adapt to many kinds of systems.

Usage: $as_me [OPTION]... [VAR=VALUE]...

  --prefix=PREFIX         install files in PREFIX [$prefix]
  --enable-FEATURE[=ARG]  include FEATURE [ARG=yes]
_ACEOF
    exit 0 ;;
  -*) { echo "$as_me: error: unrecognized option: \`$ac_option'
Try \`$as_me --help' for more information" >&2; exit 1; } ;;
  *=*)
    ac_envvar=`expr "x$ac_option" : 'x\([^=]*\)='`
    case $ac_envvar in
      '' | [0-9]* | *[!_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0-9]*)
        { echo "$as_me: error: invalid variable name: \`$ac_envvar'" >&2; exit 1; } ;;
    esac
    eval $ac_envvar=\$ac_optarg
    export $ac_envvar ;;
  *) { echo "$as_me: error: what is $ac_option" >&2; exit 1; } ;;
  esac
  case $ac_option in
  *\'*) ac_option=`printf '%s\n' "$ac_option" | sed "s/'/'\\\\\\\\''/g"` ;;
  esac
  ac_configure_args="$ac_configure_args '$ac_option'"
done
test -n "$ac_prev" && { echo "$as_me: error: missing argument to --$ac_prev" >&2; exit 1; }

for ac_var in exec_prefix prefix bindir
do
  eval ac_val=\$$ac_var
  case $ac_val in
    */ ) ac_val=`expr "X$ac_val" : 'X\(.*[^/]\)' \| "X$ac_val" : 'X\(.*\)'`
         eval $ac_var=\$ac_val ;;
  esac
  case $ac_val in
    [\\/$]* | ?:[\\/]* ) continue ;;
  esac
  echo "$as_me: error: expected an absolute directory name for --$ac_var: $ac_val" >&2
  exit 1
done

test -r "$cache_file" && test -f "$cache_file" && {
  printf '%s\n' "loading cache $cache_file" >&6
  . "./$cache_file"
}

: >confdefs.h
subst_script= n_tests=0

checking() { printf '%s' "checking $1... " >&6; printf '%s\n' "checking $1" >&5; n_tests=`expr $n_tests + 1`; }
result() { printf '%s\n' "$1" >&6; printf 'result: %s\n' "$1" >&5; }
define() { printf '#define %s %s\n' "$1" "${2-1}" >>confdefs.h; }

# check_prog VARIABLE PROGRAMS: the first of them that is in PATH.
check_prog() {
  checking "for $2"
  eval ac_val=\${ac_cv_prog_$1+set}
  if test "$ac_val" = set; then
    eval ac_val=\$ac_cv_prog_$1
    result "(cached) $ac_val"
  else
    ac_val=no
    for ac_prog in $2; do
      as_save_IFS=$IFS; IFS=$PATH_SEPARATOR
      for as_dir in $PATH; do
        IFS=$as_save_IFS
        test -z "$as_dir" && as_dir=.
        if test -f "$as_dir/$ac_prog" && test -x "$as_dir/$ac_prog"; then
          ac_val=$ac_prog
          break 2
        fi
      done
      IFS=$as_save_IFS
    done
    IFS=$as_save_IFS
    result "$ac_val"
  fi
  eval ac_cv_prog_$1=\$ac_val
  eval $1=\$ac_val
}

# check_run NAME DESCRIPTION SCRIPT: whether a script works, as a compiled test would be run.
check_run() {
  checking "whether $2"
  cat >conftest.sh <<_ACEOF
$3
_ACEOF
  if (sh ./conftest.sh) >conftest.out 2>conftest.err; then
    eval ac_cv_$1=yes
    define "HAVE_`echo $1 | tr abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ`"
  else
    ac_status=$?
    eval ac_cv_$1=no
    echo "failed ($ac_status) program was:" >&5
    sed 's/^/| /' conftest.sh >&5
  fi
  rm -f conftest.sh conftest.out conftest.err
  eval result \$ac_cv_$1
}

checking "for a sed that does not truncate output"
ac_script=s/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb/
for ac_i in 1 2 3 4 5 6 7; do
  ac_script="$ac_script$as_nl$ac_script"
done
echo "$ac_script" 2>/dev/null | sed 99q >conftest.sed
ac_count=`sed -n '$=' conftest.sed`
rm -f conftest.sed
result "$ac_count lines"

check_prog GREP "ggrep grep"
check_prog EGREP "no-such-egrep egrep grep"
check_prog AWK "no-such-gawk awk"
check_prog MISSING "no-such-program-1 no-such-program-2"
checking "build system type"
result sandbox-unknown-linux
check_run arithmetic "the shell does arithmetic" 'test $((6 * 7)) -eq 42'
check_run functions "functions return codes" 'f() { return 3; }; f; test $? -eq 3'
check_run fork_bomb "a false test fails" 'exit 77'
check_run mkfifo "fifos work" 'mkfifo conftest.fifo && { echo x >conftest.fifo & } && read a <conftest.fifo && rm conftest.fifo && test "$a" = x'
check_run symlink "ln -s works" 'ln -s nowhere conftest.lnk && test -h conftest.lnk && rm conftest.lnk'

for ac_header in stdio.h no/such.h sys/types.h
do
  as_ac_Header=`printf '%s\n' "ac_cv_header_$ac_header" | sed 'y%*+%pp%;s%[^_[:alnum:]]%_%g'`
  checking "for $ac_header"
  case $ac_header in no/*) eval "$as_ac_Header=no" ;; *) eval "$as_ac_Header=yes" ;; esac
  if eval test \"x\$"$as_ac_Header"\" = x"yes"; then
    define `printf '%s\n' "HAVE_$ac_header" | sed 'y%*abcdefghijklmnopqrstuvwxyz%PABCDEFGHIJKLMNOPQRSTUVWXYZ%;s%[^_[:alnum:]]%_%g'`
  fi
  eval ac_res=\$$as_ac_Header
  result "$ac_res"
done

define PACKAGE_STRING '"hello 1.0"'
define ENABLE_NLS "`test "${enable_nls-yes}" = yes && echo 1 || echo 0`"
with_color_scheme=${with_color_scheme-none}

if test "x$cache_file" != x/dev/null; then
  (set) 2>&1 | sed -n "s/^\(ac_cv_[a-zA-Z0-9_]*\)=\(.*\)$/test \"\${\1+set}\" = set || \1=\2/p" | tr -d "'" | sort >"$cache_file"
fi

ac_escaped_args=`printf '%s\n' "$ac_configure_args" | sed 's/[\\"$]/\\&/g'`
cat >config.status <<_ACEOF
#! /bin/sh
# Generated by $as_me: makes the files from their .in files.
ac_configure_args="$ac_escaped_args"
_ACEOF
cat >>config.status <<\_ACEOF
for ac_file in Makefile config.h; do
  echo "config.status: creating $ac_file"
  case $ac_file in
  Makefile)
_ACEOF
cat >>config.status <<_ACEOF
    sed -e '/@configure_input@/s//$ac_file Generated from Makefile.in by configure./
s|@prefix@|$prefix|g
s|@bindir@|$bindir|g
s|@exec_prefix@|$exec_prefix|g
s|@GREP@|$GREP|g
s|@AWK@|$AWK|g
s|@color_scheme@|$with_color_scheme|g
s|@CFLAGS@|${CFLAGS--O2}|g' Makefile.in >Makefile.tmp
_ACEOF
cat >>config.status <<\_ACEOF
    if grep -n '@[A-Za-z_]*@' Makefile.tmp; then echo "unset variables" >&2; fi
    mv -f Makefile.tmp Makefile ;;
  config.h)
    sed -n 's/^#define \([A-Z_a-z0-9]*\) \(.*\)$/s,^#undef \1$,#define \1 \2,/p' confdefs.h >defs.sed
    sed -f defs.sed config.h.in | sed 's,^#undef \(.*\)$,/* #undef \1 */,' >config.h.tmp
    if test -f config.h && cmp -s config.h config.h.tmp; then
      echo "config.status: config.h is unchanged"
      rm -f config.h.tmp
    else
      mv -f config.h.tmp config.h
    fi
    rm -f defs.sed ;;
  esac
done
_ACEOF
chmod +x config.status
printf '%s\n' "configure: $n_tests tests" >&6
test "$no_create" = yes || ./config.status || exit 1
exec 5>&-
