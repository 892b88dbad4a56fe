#### a file
printf 'hello\n' > f; b2sum f
#### standard input
printf 'hello\n' | b2sum; printf 'hello\n' | b2sum -
#### lengths
printf 'hello\n' > f; b2sum -l 8 f; b2sum -l 256 f; b2sum -l 0 f
#### tagged
printf 'hello\n' > f; b2sum --tag f; b2sum --tag -l 128 f
#### checks
printf 'hello\n' > f; b2sum -l 128 f > s; b2sum f >> s; b2sum -c s; echo $?
#### a wrong one
printf 'hello\n' > f; b2sum f > s; echo x > f; b2sum -c s; echo $?; b2sum --status -c s; echo $?
#### quiet
printf 'hello\n' > f; b2sum f > s; b2sum -c --quiet s; echo $?
#### bad lengths
b2sum -l 7 /dev/null; echo $?; b2sum -l 520 /dev/null; echo $?; b2sum -l x /dev/null; echo $?
#### a missing file
b2sum nosuch; echo $?
