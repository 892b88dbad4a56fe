#### eight digits
hostid | tr -d '0-9a-f' | od -c
#### an operand
hostid x; echo $?
