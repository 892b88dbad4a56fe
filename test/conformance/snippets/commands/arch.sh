#### a machine and nothing else
arch | wc -lw
#### an operand
arch x; echo $?
#### a bogus option
arch --bogus; echo $?
#### full disk
arch > /dev/full; echo $?
