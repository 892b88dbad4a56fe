#### killed after all
exec 2> /dev/null; timeout -k 0.5 2 sh -c 'trap "" TERM; sleep 6'; echo $?
#### KILL
exec 2> /dev/null; timeout -s KILL 0.1 sleep 5; echo $?
#### a program that ends in time
timeout 5 echo hi; echo $?; timeout 5 sh -c 'exit 3'; echo $?
#### a program that does not
timeout 0.1 sleep 5; echo $?
#### another signal
timeout -s INT 0.1 sleep 5; echo $?; timeout --signal=2 0.1 sleep 5; echo $?
#### its own status
timeout --preserve-status 0.1 sleep 5; echo $?
#### a handler runs
exec 2> /dev/null; timeout 2 sh -c 'trap "echo got; exit 9" TERM; while :; do sleep 0.05; done'; echo $?
#### in the foreground
timeout --foreground 0.1 sleep 5; echo $?
#### says what it does
timeout -v 0.1 sleep 5; echo $?
#### no limit
timeout 0 echo hi
#### units
timeout 1m true; timeout 0.001h true; timeout 1d true; echo $?
#### a missing program
timeout 1 nosuch; echo $?
#### not a program
echo x > f; timeout 1 ./f; echo $?
#### bad operands
timeout; echo $?; timeout 1; echo $?; timeout x true; echo $?; timeout -s FOO 1 true; echo $?
#### input reaches the program
echo hi | timeout 5 cat
