#### sh's form
dircolors -b | head -c 10; echo
#### csh's form
dircolors -c | head -c 17; echo
#### a file of its own
printf 'TERM *\nDIR 01;34\n.txt 33\n' > d; TERM=x dircolors -b d
#### a missing file
dircolors nosuch; echo $?
#### the database
dircolors -p | grep -c '^DIR '
