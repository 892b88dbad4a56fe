#### numbers
factor 1 2 12 97 1001 3600
#### from input
printf '10 11\n12\n' | factor
#### large ones
factor 18446744073709551615 1000000007 999999000001
#### zero and what is none
factor 0; factor x; echo $?; factor -- -4; echo $?
#### exponents
factor 340282366920938463463374607431768211456 | wc -w
