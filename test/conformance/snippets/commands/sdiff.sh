#### side by side
printf 'a\nb\nc\nd\te\n' >a; printf 'a\nB\nc\nx\nd\te\ny' >b; printf '\tq\n' >x; printf '        q\n' >y; printf '#!/bin/sh\nsed -i s/^/E/ "$1"\n' >e.sh; chmod +x e.sh
sdiff a b; echo $?; sdiff -w 30 a b; sdiff -l -w 30 a b; sdiff -s -w 30 a b; sdiff -t -w 30 a b
#### as diff -y
printf 'a\nb\nc\nd\te\n' >a; printf 'a\nB\nc\nx\nd\te\ny' >b; printf '\tq\n' >x; printf '        q\n' >y; printf '#!/bin/sh\nsed -i s/^/E/ "$1"\n' >e.sh; chmod +x e.sh
diff -y -w 30 a b; diff -y -W 40 --left-column a b; diff -y -t -W 30 a b; for w in 5 9 12 20 31; do diff -y -W $w a b; diff -t -y -W $w a b; diff -y -W $w --tabsize=4 a b; done; diff -y a a; sdiff -s a a; echo $?
#### a merge that asks
printf 'a\nb\nc\nd\te\n' >a; printf 'a\nB\nc\nx\nd\te\ny' >b; printf '\tq\n' >x; printf '        q\n' >y; printf '#!/bin/sh\nsed -i s/^/E/ "$1"\n' >e.sh; chmod +x e.sh
printf 'l\nr\nr\n' | sdiff -o out -w 30 a b; echo $?; cat out; printf 's\nl\nv\nr\n1\n' | sdiff -o out -w 30 a b; echo $?; cat out; sdiff -o out a a; echo $?; cat out
#### a merge that is left
printf 'a\nb\nc\nd\te\n' >a; printf 'a\nB\nc\nx\nd\te\ny' >b; printf '\tq\n' >x; printf '        q\n' >y; printf '#!/bin/sh\nsed -i s/^/E/ "$1"\n' >e.sh; chmod +x e.sh
printf 'l\nq\n' | sdiff -o out a b; echo $?; cat out; sdiff -o out a b </dev/null; echo $?; printf 'h\nq\n' | sdiff -w 30 -o out a b; echo $?
#### a merge with an editor
printf 'a\nb\nc\nd\te\n' >a; printf 'a\nB\nc\nx\nd\te\ny' >b; printf '\tq\n' >x; printf '        q\n' >y; printf '#!/bin/sh\nsed -i s/^/E/ "$1"\n' >e.sh; chmod +x e.sh
printf 'eb\nel\ned\n' | EDITOR=./e.sh sdiff -o out -w 30 a b; echo $?; cat out; printf 'eb\nq\n' | EDITOR='no such' sdiff -o out -w 30 a b; echo $?
#### what is left out of account
printf 'a\nb\nc\nd\te\n' >a; printf 'a\nB\nc\nx\nd\te\ny' >b; printf '\tq\n' >x; printf '        q\n' >y; printf '#!/bin/sh\nsed -i s/^/E/ "$1"\n' >e.sh; chmod +x e.sh
sdiff -E x y; echo $?; diff -E x y; echo $?; diff x y; echo $?; sdiff -i a b -w 40; sdiff -W a b -w 40; sdiff -B a b -w 40
#### wrong command lines
printf 'a\nb\nc\nd\te\n' >a; printf 'a\nB\nc\nx\nd\te\ny' >b; printf '\tq\n' >x; printf '        q\n' >y; printf '#!/bin/sh\nsed -i s/^/E/ "$1"\n' >e.sh; chmod +x e.sh
sdiff a nosuch; echo $?; sdiff a; echo $?; sdiff; echo $?; sdiff a b x; echo $?; sdiff -w 0 a b; echo $?; sdiff -z a b; echo $?
