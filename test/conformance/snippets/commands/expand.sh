#### tabs
printf 'a\tb\tc\n' | expand
#### widths
printf 'a\tb\n' | expand -t4; printf 'a\tb\n' | expand -4; printf 'a\tb\tc\td\n' | expand -t 2,6,10
#### initial only
printf '\ta\tb\n' | expand -i -t4
#### backspaces
printf 'ab\b\tc\n' | expand | od -c
#### a missing file
expand nosuch; echo $?
#### bad tabs
expand -t x < /dev/null; echo $?; expand -t 0 < /dev/null; echo $?; expand -t 4,2 < /dev/null; echo $?
#### multiples after a list
printf '\t\t\ta\n' | expand -t 1,/4; printf '\t\t\ta\n' | expand -t 1,+4
#### files
printf '\ta\n' > a; printf '\tb\n' > b; expand a b
