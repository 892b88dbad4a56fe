#### runs a program
nohup echo hi 2> /dev/null
#### exit status is the program's
nohup sh -c 'exit 7' 2> /dev/null; echo $?
#### ignores SIGHUP
nohup sh -c 'kill -HUP $$; echo alive' 2> /dev/null
#### a missing program
nohup nosuch; echo $?
#### not a program
echo x > f; nohup ./f; echo $?
#### no operand
nohup; echo $?
#### a bogus option
nohup --bogus; echo $?
