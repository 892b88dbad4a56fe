#### short options
getopt -o ab: -- -a -b val file
#### clusters and attached values
getopt -o ab:c -- -acb1 x
#### long options
getopt -o '' -l verbose,name: -- --verbose --name=n --name m rest
#### optional values
getopt -o a:: -l opt:: -- -a -ax --opt --opt=y z
#### abbreviated
getopt -o '' -l verbose,version -- --verb --vers
#### ambiguous
getopt -o '' -l verbose,version -- --ver; echo $?
#### unknown
getopt -o a -- -z; echo $?; getopt -o a -- --zz; echo $?
#### a missing value
getopt -o a: -- -a; echo $?; getopt -o '' -l aa: -- --aa; echo $?
#### quotes
getopt -o a: -- -a "it's" 'two words'
#### unquoted
getopt -u -o a: -- -a x 'two words'
#### the old way
getopt ab: -a -b x y; getopt ab: -z; echo $?
#### operands stay where they are
getopt -o -ab -- x -a y -b
#### options end at an operand
getopt -o +ab -- x -a
#### after two dashes
getopt -o a -- -a -- -b
#### long ones with one dash
getopt -a -o '' -l foo -- -foo
#### says that it is the new one
getopt -T; echo $?
#### quiet
getopt -q -o a -- -z; echo $?; getopt -Q -o a -- -a; echo $?
#### in a script
set -- -v --out file a b; eval set -- "$(getopt -o v -l out: -- "$@")"; printf '[%s]' "$@"; echo
#### nothing
getopt; echo $?
