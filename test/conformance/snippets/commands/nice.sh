#### the niceness
nice
#### runs a program at another one
nice -n 5 nice; nice nice; nice -n 3 nice -n 4 nice
#### the old form
nice -7 nice; nice --adjustment=2 nice
#### more than there is
nice -n 100 nice
#### exit status is the program's
nice sh -c 'exit 7'; echo $?
#### a missing program
nice nosuch; echo $?
#### not a program
echo x > f; nice ./f; echo $?
#### not a number
nice -n x true; echo $?
#### an adjustment of nothing
nice -n 1; echo $?
