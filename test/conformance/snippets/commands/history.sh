#### history -s and the list
history -s echo one
history -s "echo two"
history -s "echo three"
history
history 2
#### history -d removes
for i in a b c d e; do history -s "cmd $i"; done
history -d 2
history -d -1
history
history -d 9 2>/dev/null
echo $?
#### history -c clears
history -s x
history -c
history
echo $?
#### history in a pipeline
history -s one
history -s two
history | tail -n 1
#### history -w and -r
history -s "one line"
history -s "two lines"
history -w hist
cat hist
history -c
history -r hist
history
#### history -a appends only what is new
printf 'old\n' >hist
history -r hist
history -s new
history -a hist
cat hist
#### HISTCONTROL
HISTCONTROL=ignoreboth
history -s one
history -s one
history -s " two"
history -s three
HISTCONTROL=erasedups
history -s one
history
#### HISTIGNORE
HISTIGNORE='ls*:&:exit'
for c in "ls -l" pwd pwd exit "echo x"; do history -s "$c"; done
history
#### history refuses
history x 2>/dev/null
echo $?
history 1 2 2>/dev/null
echo $?
history -z 2>/dev/null
echo $?
#### fc -l
history -s "echo one"
history -s "printf two"
history -s "echo three"
fc -l
fc -l 2 3
fc -ln 1 2
fc -lr
fc -l -2
fc -l printf
#### fc -s runs again
history -s "echo one two"
fc -s 2>/dev/null
fc -s one=ONE 2>/dev/null
fc -s nosuch 2>/dev/null
echo $?
