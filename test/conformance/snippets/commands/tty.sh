#### not a terminal
tty < /dev/null; echo $?
#### silent
tty -s < /dev/null; echo $?
#### quiet by its long name
tty --quiet < /dev/null; echo $?
#### an operand
tty x; echo $?
