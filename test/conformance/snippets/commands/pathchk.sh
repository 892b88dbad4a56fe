#### fine names
pathchk a b/c /x/y; echo $?
#### an empty name
pathchk ''; echo $?; pathchk -P ''; echo $?
#### a long component
pathchk $(printf '%0300d' 0); echo $?
#### portable characters
pathchk -p 'a b'; echo $?; pathchk -p a.b_c-d; echo $?
#### portable length
pathchk -p abcdefghijklmno; echo $?; pathchk -p abcdefghijklmn; echo $?
#### leading dashes
pathchk -P a/-b; echo $?; pathchk a/-b; echo $?
#### both
pathchk --portability -- -x; echo $?
#### no operand
pathchk; echo $?
#### below a file
touch f; pathchk f/x; echo $?
