#### not a terminal
stty < /dev/null; echo $?
#### all of no terminal
stty -a < /dev/null; echo $?
#### a missing device
stty -F nosuch; echo $?
#### a style and a mode
stty -a raw < /dev/null; echo $?
#### two styles
stty -a -g < /dev/null; echo $?
