#### bsd
printf 'hello\n' > f; sum f; sum < f; sum -r f
#### system v
printf 'hello\n' > f; sum -s f; sum --sysv < f
#### a long input
seq 100000 | sum; seq 100000 | sum -s
#### several files
echo a > a; echo b > b; sum a b; sum -s a b
#### a missing file
sum nosuch; echo $?
