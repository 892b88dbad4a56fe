#### join by a numbered field
printf '1,a\n2,b\n' > one; printf 'x,1\ny,3\n' > two; join -t, -1 1 -2 2 one two; join -12 -t, -21 two one; join -a 1 -t, -2 2 one two
#### hexadecimal digits with zeros before them
printf '%02x%02x%02x%02x\n' 192 168 1 10; printf '%02X|%04x|%#06x|%03o\n' 11 12 10 8
#### what a reader has not used is left to the next
seq 6 > s; (sed 2q; cat) < s; (sed -n 3q; cat) < s; (grep -m1 2; cat) < s; (head -n -4; cat) < s; seq 4 | (sed -u 1q; cat)
#### deaths by signals
sh -c 'kill -KILL $$'; echo $?; sh -c 'kill -TERM $$'; echo $?; sleep 9 & kill $!; wait $!; echo $?; sleep 9 & kill -HUP $!; wait $!; echo $?
#### unset names
bash -uc 'echo $1'; bash -uc 'echo ${10}'; bash -uc 'echo $nope'; bash -c 'unset PATH; ls; echo $?'
#### names that lose their meaning
unset LINENO; echo "[$LINENO]"; LINENO=5; echo $LINENO; unset RANDOM; echo "[$RANDOM]"; RANDOM=x; echo $RANDOM
#### tildes behind colons of a default
HOME=/h; unset x; echo "${x-~}" ${x-~}; y=${x-~:~}; echo $y
#### quoted braces in a default
unset x; echo "${x-'}'}" "${x-"}"}" "${x-'a b'}"
#### braces in the elements of arrays
b=([k]=-{a,b}- [2]=c); declare -p b; declare -A c=([k]=-{a,b}-); declare -p c
#### xargs with options that exclude each other
seq 3 | xargs -n2 -I% echo %; seq 3 | xargs -L1 -I{} echo {}
#### octal constants of a program
awk 'BEGIN { print 010, 0x10, 09, "010" + 0 }'
