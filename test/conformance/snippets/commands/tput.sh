#### tput strings
export TERM=xterm-256color
for cap in bold sgr0 smul rmul rev smso rmso el ed home civis cub1 cuf1 cuu1; do printf '%s ' $cap; tput $cap | od -An -c; done
#### tput with parameters
export TERM=xterm-256color
tput cup 5 10 | od -An -c
tput setaf 1 | od -An -c
tput setab 4 | od -An -c
tput setaf 12 | od -An -c
tput setaf 200 | od -An -c
tput cuf 3 | od -An -c
#### tput numbers
export TERM=xterm-256color
unset COLUMNS LINES
tput colors
tput cols </dev/null 2>/dev/null
tput -T xterm colors
#### tput refuses
tput -T xterm nosuchcap 2>/dev/null
echo $?
unset TERM
tput bold 2>/dev/null
echo $?
tput 2>/dev/null
echo $?
#### tput flags
tput -T xterm am
echo $?
#### clear
TERM=xterm clear | od -An -c
TERM=xterm clear -x | od -An -c
