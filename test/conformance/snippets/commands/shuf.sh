#### a permutation
[ "$(seq 100 | shuf | sort -n)" = "$(seq 100)" ] && echo same
#### a range
shuf -i 1-50 | sort -n | tail -1; shuf -i 1-50 | wc -l
#### a few
seq 100 | shuf -n 5 | wc -l; shuf -n 0 -i 1-5 | wc -l
#### operands
shuf -e a b c | sort
#### repeated
shuf -r -n 20 -e x | sort -u
#### zero ended
printf 'a\0b\0' | shuf -z | tr '\0' '\n' | sort
#### an output file
seq 3 | shuf -o o; sort o
#### a source
shuf -i 1-10 --random-source=/dev/zero | sort -n | head -2
#### a missing file
shuf nosuch; echo $?
#### wrong ranges
shuf -i 5-1; echo $?; shuf -i x; echo $?; shuf -n x; echo $?
