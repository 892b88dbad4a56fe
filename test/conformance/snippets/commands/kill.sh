#### the command itself, not the shell's
exec 2> /dev/null; sleep 100 & env kill -s TERM $!; wait $!; echo $?
#### sends a signal
exec 2> /dev/null; sleep 100 & kill $!; wait $!; echo $?
#### lists the numbers of names
kill -l TERM KILL HUP
#### lists the names of numbers
kill -l 1 9 15 137
#### sends another one by -s, -NAME and -NUMBER
for how in '-s KILL' -KILL -SIGKILL -9; do sleep 100 & kill $how $!; wait $! 2> /dev/null; echo $?; done 2> /dev/null
#### signal 0 only checks
sleep 100 & kill -0 $! && echo there; kill $!; wait $! 2> /dev/null; kill -0 $! 2> /dev/null || echo gone
#### not a process
kill 999999999 2> /dev/null; echo $?
