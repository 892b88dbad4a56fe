#### name
whoami
#### an operand
whoami x; echo $?
#### a bogus option
whoami -x; echo $?
#### full disk
whoami > /dev/full; echo $?
