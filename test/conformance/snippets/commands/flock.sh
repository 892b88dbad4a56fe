#### a command under a lock
flock lock echo in; flock -n lock -c 'echo $0; exit 3'; echo $?
#### a lock that is held
flock lock flock -n lock echo no; echo $?; flock lock flock -E 5 -w 0.05 lock echo no; echo $?; flock -s lock flock -s -n lock echo shared
#### a descriptor's lock
exec 9> lock; flock 9; flock -n lock true; echo $?; flock -u 9; flock -n lock echo free
( flock -x 8; echo within ) 8> other
#### what cannot be locked
flock x; echo $?; flock /no/lock true; echo $?; flock lock nosuch-command; echo $?; flock; echo $?
