#### ignored words
printf 'a cat\n' > f; printf 'a\n' > i; ptx -i i f
#### folded case
printf 'Beta alpha\n' | ptx -f
#### a missing file
ptx nosuch; echo $?
