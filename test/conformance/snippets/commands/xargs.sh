#### echo by default
mkdir w; cd w
printf 'a b\nc\n\n d\te\n' | xargs; echo one two | xargs echo x; xargs < /dev/null; printf '' | xargs -r echo never; printf '' | xargs echo once
#### n
mkdir w; cd w
seq 7 | xargs -n 3; seq 3 | xargs -n1 echo x; echo a b c | xargs -n 2 echo; seq 4 | xargs --max-args=2
#### L and l
mkdir w; cd w
printf 'a b\nc d\ne\n' | xargs -L 1 echo x; printf 'a b \nc\nd\n' | xargs -L 1 echo; printf 'a\n\nb\nc\n' | xargs -L 2 echo; printf 'a\nb\n' | xargs -l echo q
#### I
mkdir w; cd w
printf 'a b\n  c\n\nd\n' | xargs -I{} echo '<{}>' '{}{}'; printf '1\n2\n' | xargs -I % sh -c 'echo %x%'; printf 'x\n' | xargs -i echo '{}!'; printf 'a\n' | xargs -I X echo aXbX; printf '' | xargs -I{} echo none
#### null items
mkdir w; cd w
printf 'a b\0c\nd\0' | xargs -0 -n1 echo; printf 'a\0\0b\0' | xargs -0 -n1 printf '[%s]\n'; printf 'x\0y' | xargs -0
#### d
mkdir w; cd w
printf 'a,b,,c' | xargs -d, -n1 printf '[%s]\n'; printf 'a b\nc d\n' | xargs -d '\n' -n1 echo; printf 'a:b' | xargs -d : echo; printf 'a\tb' | xargs -d '\t' -n1; printf 'axb' | xargs -d '\x78' -n1; printf 'a,b\n' | xargs -d ,
#### quotes
mkdir w; cd w
printf '"a b" '"'c  d'"' e\\ f\n' | xargs -n1 echo; echo 'x"y z"w' | xargs -n1; echo '\"q\"' | xargs; printf '"open\n' | xargs; echo $?; printf "it's\n" | xargs; echo $?
#### end mark
mkdir w; cd w
printf 'a\nEND\nb\n' | xargs -E END echo; printf 'a\n_\nb\n' | xargs echo; printf 'a STOP b' | xargs -eSTOP echo
#### t
mkdir w; cd w
echo 'a b' | xargs -t echo 2>&1; echo "x" | xargs -t -I{} echo 'q {}' 2>&1
#### exit codes
mkdir w; cd w
echo a | xargs false; echo $?; echo a | xargs sh -c 'exit 255'; echo $?; echo a | xargs sh -c 'kill -9 $$'; echo $?; echo a | xargs nonesuch; echo $?; touch plain; echo a | xargs ./plain; echo $?; seq 3 | xargs -n1 sh -c 'test $0 != 2'; echo $?; echo a | xargs true; echo $?; echo a | xargs sh -c 'exit 126'; echo $?
#### stops at 255
mkdir w; cd w
seq 3 | xargs -n1 sh -c 'echo $0; test $0 != 2 || exit 255' 2>/dev/null; echo $?
#### several at a time
mkdir w; cd w
seq 6 | xargs -P 3 -n1 sh -c 'echo $0' | sort; seq 4 | xargs -P 0 -n1 echo | sort; seq 4 | xargs -P2 -n1 sh -c 'exit $(($0 == 3))'; echo $?
#### parallel runs overlap
mkdir w; cd w
printf 'until test -e p; do sleep 0.01; done; echo second\necho first; : > p\n' | xargs -P 2 -d '\n' -n1 sh -c
#### size limits
mkdir w; cd w
seq 20 | xargs -s 20 echo; seq 3000 | xargs | wc -l; seq 100000 | xargs | wc -w; seq 100000 | xargs echo | wc -l; echo aaaaaaaaaaaaaaaaaaaaaaaaaa | xargs -s 20 echo; echo $?
#### items from a file
mkdir w; cd w
printf 'a\nb\n' > list; echo input | xargs -a list echo; echo input | xargs -a list cat -; xargs -a nope echo; echo $?
#### standard input of commands
mkdir w; cd w
printf 'a\nb\n' | xargs -n1 sh -c 'cat; echo $0'; echo x | xargs -I{} sh -c 'read y; echo "[$y] {}"'
#### usage errors
mkdir w; cd w
echo a | xargs -n 0; echo $?; echo a | xargs -n x; echo $?; echo a | xargs -Z; echo $?; echo a | xargs -d ab; echo $?; echo a | xargs -n; echo $?
#### options end at the command
mkdir w; cd w
echo a | xargs echo -n; echo; echo a | xargs -- echo -x; echo b | xargs -n1 echo -n 5
