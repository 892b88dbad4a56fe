#### less as a filter copies
printf 'one\ntwo\n' | less
printf 'no newline' | less
echo
seq 3 | less -N -S
#### less of files copies them
printf 'a\n' >a
printf 'b\n' >b
less a b
less -R a | cat
#### less +G and -F as a filter
seq 5 | less +G
seq 5 | less -FX
#### less of what is not there
printf 'a\n' >a
less a nowhere 2>/dev/null
echo $?
less nowhere 2>/dev/null
echo $?
#### more as a filter copies
printf 'one\ntwo\n' | more
printf 'a\n' >a
printf 'b\n' >b
more a | cat
