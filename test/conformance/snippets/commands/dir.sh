#### columns and escapes
touch a b 'c d'; dir
#### a missing file
dir nosuch; echo $?
#### one a line
touch a b; dir -1
