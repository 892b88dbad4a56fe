#### leading blanks
printf '        a       b\n' | unexpand | od -c
#### all
printf 'a       b       c\n' | unexpand -a | od -c
#### widths
printf '    a   b\n' | unexpand -t4 | od -c
#### leading only
printf '    a   b\n' | unexpand --first-only -t4 | od -c
#### tabs among blanks
printf '   \ta\n' | unexpand | od -c
#### a missing file
unexpand nosuch; echo $?
#### bad tabs
unexpand -t x < /dev/null; echo $?
