#### pages
seq 3 > f; pr -t f
#### numbered
printf 'a\nb\n' | pr -t -n; printf 'a\n' | pr -t -n:3
#### double spaced
seq 2 | pr -t -d
#### an offset
seq 2 | pr -t -o 4
#### a header
seq 2 > f; touch -d '2020-01-02 03:04' f; pr -l 12 f
#### a missing file
pr nosuch; echo $?
