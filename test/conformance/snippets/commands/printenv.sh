#### one variable
A=1 printenv A
#### several
A=1 B='2 3' printenv A B
#### a missing one
printenv NOSUCH; echo $?
#### one missing among others
A=1 printenv A NOSUCH; echo $?
#### zero ended
A=1 B=2 printenv -0 A B | od -c
#### everything holds what was exported
export Q=7; printenv | grep '^Q='
#### a name with an equals sign
A=1 printenv A=1; echo $?
#### a bogus option
printenv --bogus; echo $?
#### options end at the first name
A=1 printenv A -0; echo $?
