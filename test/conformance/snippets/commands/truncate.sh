#### sets a size
truncate -s 10 a; wc -c < a
#### units
truncate -s 1K a; wc -c < a; truncate -s 1kB a; wc -c < a; truncate -s 1MiB a; wc -c < a
#### longer and shorter
printf 12345 > a; truncate -s +3 a; wc -c < a; truncate -s -6 a; cat a; echo
#### at most, at least
printf 12345 > a; truncate -s '<3' a; wc -c < a; truncate -s '>8' a; wc -c < a
#### rounded
printf 12345 > a; truncate -s %4 a; wc -c < a; printf 12345 > a; truncate -s /4 a; wc -c < a
#### a reference
printf 123 > r; truncate -r r a; wc -c < a; truncate -r r -s +2 a; wc -c < a
#### does not create with -c
truncate -c -s 5 nosuch; echo $?; ls
#### what is added is zeros
printf ab > a; truncate -s 4 a; od -c a
#### shrinks below nothing
printf ab > a; truncate -s -5 a; wc -c < a
#### an invalid size
truncate -s x a; echo $?; truncate -s 1Q a; echo $?
#### no size
truncate a; echo $?
#### no file
truncate -s 1; echo $?
#### a missing directory
truncate -s 1 nosuch/a; echo $?
#### division by zero
truncate -s %0 a; echo $?
