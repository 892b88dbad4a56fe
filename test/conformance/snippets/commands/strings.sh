#### runs of four and of n
printf 'abc\0defg\0\1hello world\n\377xyz12\0wide' >b; strings b; echo --; strings -n 3 b; echo --; strings -3 b; strings --bytes=6 b
#### offsets
printf 'abc\0defg\0\1hello world\n\377xyz12\0' >b; strings -t x b; strings -t d b; strings -t o b; strings -o b; strings --radix=d -n 3 b
#### names, separators and blanks
printf 'abcd\0ef gh\n\nij kl\0' >b; printf 'other\n' >c; strings -f b c; strings -s, b; echo; strings -w b
#### encodings
printf 'h\0e\0l\0l\0o\0\0\0\1w\0i\0d\0e\0' >l; strings -e l l; printf '\0b\0i\0g\0!' >b; strings -e b b; printf 'caf\351 au\n' >e; strings -e S e | od -An -c; strings e
#### standard input, long runs
printf 'from stdin\0' | strings; seq -s ' ' 100000 | strings | wc -c; head -c 100000 /dev/zero | strings | wc -c
#### errors
strings nofile; echo $?; printf 'abcd' >a; strings nofile a; echo $?; strings -n x a; echo $?; strings -n 0 a; echo $?; mkdir d; strings d; echo $?; strings --foo a; echo $?
