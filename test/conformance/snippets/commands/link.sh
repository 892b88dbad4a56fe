#### makes a second name
echo a > a; link a b; cat b; stat -c %h a
#### a missing file
link nosuch b; echo $?
#### a name that is taken
echo a > a; echo b > b; link a b; echo $?; cat b
#### too few operands
link; echo $?; link a; echo $?
#### too many
link a b c; echo $?
