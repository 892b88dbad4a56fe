#### a session's program
setsid echo out; setsid -w sh -c 'exit 4'; echo $?; setsid nosuch-command; echo $?; setsid; echo $?
