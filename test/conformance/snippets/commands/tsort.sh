#### an order
printf 'a b\nb c\n' | tsort
#### pairs on one line
echo a b c d | tsort
#### a loop
printf 'a b\nb a\n' | tsort; echo $?
#### an odd number
echo a b c | tsort; echo $?
#### alone
echo a a | tsort
#### a missing file
tsort nosuch; echo $?
