#### columns that can be named
df --output=source,target . | head -1 | tr -s ' '
#### headings
df . | head -1 | tr -s ' '; df -h . | head -1 | tr -s ' '; df -i . | head -1 | tr -s ' '; df -T . | head -1 | tr -s ' '; df -P . | head -1 | tr -s ' '
#### one line for a file
touch f; df f | wc -l; df --total . | wc -l
#### sizes are multiples
k=$(df -B 1K --output=size . | tail -1); b=$(df -B 1 --output=size . | tail -1); [ $((k * 1024)) -ge $b ] && echo yes
#### a missing file
df nosuch; echo $?
#### an unknown column
df --output=foo; echo $?
#### a bogus option
df --bogus; echo $?
#### options that exclude each other
df -i --output=size .; echo $?
#### a type that nothing has
df -t nosuchtype; echo $?
