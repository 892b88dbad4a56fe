#### sets
env -i A=1 B=2
#### unsets
A=1 B=2 env -u A printenv B; A=1 env -u A printenv A; echo $?
#### runs
env A=1 sh -c 'echo $A'; env sh -c 'exit 3'; echo $?
#### another directory
mkdir d; env -C d sh -c 'echo ${PWD##*/}'
#### a split string
env -S 'A=1 B="2 3" printenv A B'; env '-Sprintf %s\n a\_b'
#### zero ended
env -i -0 A=1 B=2 | od -c
#### a missing program
env nosuch; echo $?
#### not a program
echo x > f; env ./f; echo $?
#### wrong options
env --bogus; echo $?; env -u; echo $?; env -u A=B; echo $?
#### a dash empties it
env - A=1
#### a directory that is missing
env -C nosuch true; echo $?; env -C /; echo $?
