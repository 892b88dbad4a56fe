#### at a line
seq 10 | csplit - 4; cat xx00
#### at a pattern
printf 'a\nb\nSEC\nc\nSEC\nd\n' | csplit - /SEC/; cat xx01
#### repeated
printf 'a\nSEC\nc\nSEC\nd\n' | csplit - /SEC/ '{*}'; ls
#### skipping
seq 10 | csplit - %5%; cat xx00 | head -1
#### offsets
seq 10 | csplit - /5/+1; cat xx01 | head -1; seq 10 | csplit - /5/-1; cat xx01 | head -1
#### prefix and digits
seq 4 | csplit -f p -n 3 - 3; ls
#### quiet
seq 4 | csplit -s - 3; ls
#### empty ones are left out
printf 'SEC\na\n' | csplit -z - /SEC/; ls
#### not found
seq 3 | csplit - /x/; echo $?; ls
#### out of range
seq 3 | csplit - 10; echo $?
#### operands
csplit; echo $?; csplit f; echo $?
