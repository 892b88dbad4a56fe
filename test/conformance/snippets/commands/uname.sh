#### default is the kernel's name
uname
#### kernel name and operating system
uname -so
#### a few together come in a fixed order
uname -os; uname -o -s
#### the long names
uname --kernel-name --operating-system
#### all has at least seven words
set -- $(uname -a); [ $# -ge 7 ] && echo yes; echo "$1"
#### machine is that of arch
[ "$(uname -m)" = "$(arch)" ] && echo same
#### an operand
uname extra; echo $?
#### a bogus option
uname -Z; echo $?
