# What toybox's tests call, after its scripts/runtest.sh, but every case is told on a line of its own:
# descriptor 9 gets PASS, FAIL or SKIP and the case's name.

SKIP=0
tell() { printf '%s\t%s\n' "$1" "${NAME//[$'\n\t']/ }" >&9; }

optional() { SKIP=0; }

skipnot()
{
  eval "$@" > /dev/null 2>&1 || { ((++SKIP)); return 1; }
}

# These commands are no toybox.
toyonly()
{
  [ "$SKIP" -eq 0 ] && ((++SKIP))
  "$@"
}

bytes() { if [ -n "$NOSPACE" ]; then tr -d ' \t' < "$1" | od -An -c -v; else od -An -c -v "$1"; fi; }

# testing NAME COMMAND OUTPUT INPUT STDIN
testing()
{
  NAME="$CMDNAME $1"
  [ -z "$1" ] && NAME=$2
  if [ "$SKIP" -gt 0 ]; then
    tell SKIP
    ((--SKIP))
    return 0
  fi
  echo -ne "$3" > expected
  if [ -n "$4" ]; then echo -ne "$4" > input; else rm -f input; fi
  echo -ne "$5" | ${EVAL:-eval --} "$2" > actual 2> errors
  RETVAL=$?
  [ $RETVAL -gt 128 ] && echo "exited with signal (or returned $RETVAL)" >> actual
  if [ "$(bytes expected)" = "$(bytes actual)" ]; then
    tell PASS
  else
    tell FAIL
    if [ -n "$SHOW" ]; then
      printf '%s\n' "--- $2" "expected:"; cat expected; printf '\nactual:\n'; cat actual; printf '\nerrors:\n'; cat errors
    fi
  fi
  rm -f input expected actual errors
  return 0
}

testcmd()
{
  X="$1"
  [ -z "$X" ] && X="$CMDNAME $2"
  testing "$X" "\"$C\" $2" "$3" "$4" "$5"
}

# A dialogue over pipes, which toybox's own shell needs.
txpect()
{
  NAME="$CMDNAME $1"
  tell SKIP
}
