#### ignored words
printf 'a cat\n' > f; printf 'a\n' > i; ptx -i i f
#### folded case
printf 'Beta alpha\n' | ptx -f
#### a missing file
ptx nosuch; echo $?
#### sentences over lines
printf 'One two three. Four\nfive six!  Seven\neight.\n' | ptx
#### references, right and left
printf 'r1 a cat\nr20 the dog\n' > f; ptx -r f; ptx -r -R f; ptx -A f; ptx -A -R f
#### directives of roff and TeX
printf 'a "b" {c} 5%% d\\e\n' > f; ptx -O f; ptx -T -A f; ptx -M zz --format=tex f
#### the traditional program
printf 'one two\nthree 4\n' > f; ptx -G f; ptx -G f out; cat out; ptx -G -A -w 40 f
#### widths, gaps and marks
printf 'the quick brown fox jumps over the lazy dog and runs away again\n' | ptx -w 40 -g 2 -F '...'
#### what separates sentences and makes words
printf 'a1 b2. c3 d4\n' > f; ptx -S '[.]' f; ptx -W '[a-z][0-9]' f; printf '. ' > b; ptx -b b f; printf 'a\nC\n' > o; ptx -f -o o f
