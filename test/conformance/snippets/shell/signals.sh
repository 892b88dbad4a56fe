#### trap from a child
trap 'echo term' TERM; sh -c 'kill $PPID'; echo after; trap 'echo usr1' USR1; sh -c "kill -USR1 $$"; echo end
#### wait is interrupted
trap 'echo got' USR1; sleep 5 & p=$!; (sleep 0.1; kill -USR1 $$) & wait $p; echo $?; kill $p; wait $p 2>/dev/null; echo $?
#### wait without operands is interrupted
trap 'echo got' TERM; sleep 5 & p=$!; (sleep 0.1; kill $$) & wait; echo $?; kill $p
#### trap after a foreground command
trap 'echo trapped' USR1; sh -c 'kill -USR1 $PPID; echo child'; echo after
#### trap in a loop of builtins
trap 'echo out; exit 3' TERM; (sleep 0.1; kill $$) & while :; do :; done
#### ignored signals are inherited
trap '' TERM; sh -c 'kill $$; echo alive'; trap - TERM; { sh -c 'kill $$; echo dead'; } 2>/dev/null; echo $?
#### signals ignored at the start stay so
trap '' USR1; sh -c 'trap "echo no" USR1; kill -USR1 $$; trap - USR1; kill -USR1 $$; echo alive'
#### caught signals are default in children
trap 'echo no' TERM; sh -c 'kill $$; echo no'; echo $?
#### trap in a subshell
trap 'echo outer' USR1; (trap 'echo inner' USR1; sh -c 'kill -USR1 $PPID'; echo sub); sh -c "kill -USR1 $$"; echo end
#### read goes on after a trap
trap 'echo got' USR1; read x < <(sleep 0.1; kill -USR1 $$; sleep 0.1; echo line); echo "x=$x"
#### trap kept status
trap 'false' USR1; sh -c "kill -USR1 $$; exit 7"; echo $?
#### exit in a trap
trap 'exit 5' USR1; sh -c "kill -USR1 $$"; echo not
#### what is told of commands that signals have ended
{
  sh -c 'kill -ABRT $$'
  sh -c 'kill -TERM $$'
  A=1 sh -c 'kill -KILL $$' "$0" 2>&1 >/dev/null
  sleep 100 & kill $!; wait $!
  sleep 100 & kill -HUP $!; wait $!
  sh -c 'kill -SEGV $$' | true
  true | sh -c 'kill -TERM $$'
} 2>&1 | sed 's/line [0-9]*: *[0-9]* /line: /'
#### a command's own redirections are not the message's
{ sh -c 'kill -ABRT $$' >/dev/null 2>&1; echo $?; } 2>&1 | sed 's/line [0-9]*: *[0-9]* /line: /'
