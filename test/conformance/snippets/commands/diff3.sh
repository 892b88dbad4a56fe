Scripts recorded with GNU diff3 3.8.

#### the plain form
printf 'a\nb\nc\nd\ne\nf\n' > old; printf 'a\nB\nc\nd\nmine\nf\n' > mine; printf 'a\nb\nc\nd\nyours\nf\ng\n' > yours; diff3 mine old yours; echo $?
#### the plain form: each file the odd one
printf '1\n2\n3\n' > a; printf '1\nx\n3\n' > b; diff3 a b b; echo; diff3 b a b; echo; diff3 b b a; echo; diff3 a a a; echo $?
#### the plain form: insertions, deletions, a tab before lines
seq 10 > old; seq 10 | sed '3d;7i new' > mine; seq 10 | sed '$a end;1,2d' > yours; diff3 mine old yours; echo; diff3 -T mine old yours; diff3 --initial-tab old mine mine
#### no newline at the end
printf 'a\nb' > x; printf 'a\nb\n' > y; diff3 x y y 2>&-; echo $?; diff3 -m x y y 2>&-; echo $?; diff3 -m y y x 2>&-; diff3 -A y x x 2>&-; diff3 -e y y x 2>&-
#### merging without a conflict
seq 10 > old; seq 10 | sed '2s/$/ mine/' > mine; seq 10 | sed '8s/$/ yours/;10d' > yours; diff3 -m mine old yours; echo $?
#### merging with a conflict
seq 6 > old; seq 6 | sed '3s/$/ mine/' > mine; seq 6 | sed '3s/$/ yours/;6a 7' > yours; diff3 -m mine old yours; echo $?; diff3 -m -L A -L B -L C mine old yours; diff3 --merge --label A mine old yours | head -n 4
#### merging: both changed alike
seq 5 > old; seq 5 | sed '3s/$/ both/' > mine; cp mine yours; diff3 -m mine old yours; echo $?; diff3 -m -e mine old yours; echo $?; diff3 -A mine old yours; echo $?
#### merging in the forms of the scripts
seq 9 > old; seq 9 | sed '3s/$/ mine/' > mine; seq 9 | sed '3s/$/ yours/;7s/$/ yours/' > yours
for form in -e -E -x -X -3 -A; do echo "$form"; diff3 -m $form mine old yours; echo $?; done
#### scripts for ed
seq 9 > old; seq 9 | sed '3s/$/ mine/;5d' > mine; seq 9 | sed '3s/$/ yours/;7s/$/ yours/;9a 10' > yours
for form in -e --ed -E --show-overlap -x --overlap-only -X -3 --easy-only -A --show-all '-e -i' '-A -i'; do echo "$form"; diff3 $form mine old yours; echo $?; done
#### scripts for ed that delete and append
seq 9 > mine; cp mine old; seq 9 | sed '1d;4,5d;7a x' > yours; diff3 -e mine old yours; echo $?; diff3 -i mine old yours | head -n 1
#### a script makes the merged file
seq 30 > old; seq 30 | sed '3s/$/ mine/;15d;28i mine' > mine; seq 30 | sed '5s/$/ yours/;20,22d;30a .\n..\nend' > yours
diff3 -e mine old yours > script; cat script; cp mine by-ed; (cat script; echo w) | ed -s by-ed; diff3 -m mine old yours | cmp - by-ed && echo same
#### lines that begin with dots
printf 'a\nb\n' > old; printf 'a\n.mine\nb\n' > mine; printf 'a\n.yours\n..\nb\n' > yours; diff3 -A mine old yours; diff3 -e mine old yours; diff3 -E mine old yours
#### changes beside each other are one
printf '1\n2\n3\n4\n' > old; printf '1\nmine\n3\n4\n' > mine; printf '1\n2\nyours\n4\n' > yours; diff3 mine old yours; diff3 -m mine old yours; echo $?
#### standard input
seq 5 > old; seq 5 | sed 2d > mine; seq 5 | sed 4d > yours; diff3 - old yours < mine; diff3 mine - yours < old; diff3 mine old - < yours; diff3 -m mine - yours < old; diff3 -m mine old - < yours
#### empty files
seq 2 > a; : > e; diff3 a e e; diff3 e a e; diff3 e e a; diff3 -m a e e; diff3 -m e a e; echo $?; diff3 -e e e a
#### carriage returns
printf 'a\r\nb\r\n' > x; printf 'a\nb\n' > y; printf 'a\nc\n' > z; diff3 --strip-trailing-cr x y z; diff3 -m --strip-trailing-cr y x z; echo $?
#### binary files as text
printf 'a\0b\n' > x; printf 'a\0c\n' > y; diff3 -a x x y | tr '\0' '@'; diff3 x x y > /dev/null 2>&1; echo $?
#### errors
diff3 2>&1; echo $?; diff3 a 2>&1; diff3 a b 2>&1 | head -n 1; touch a b c; diff3 a b c d 2>&1 | head -n 1; diff3 a b missing 2>&1; echo $?; mkdir d; diff3 a b d 2>&1; echo $?
diff3 -e -A a b c 2>&1; echo $?; diff3 -m -i a b c 2>&1 | head -n 1; diff3 -L x a b c 2>&1 | head -n 1; diff3 -m -L 1 -L 2 -L 3 -L 4 a b c 2>&1 | head -n 1; diff3 - - - 2>&1; echo $?; diff3 -Q a b c 2>&1; echo $?; diff3 --foo a b c 2>&1 | head -n 1
#### larger files
seq 3000 > old; awk 'NR % 50 { print } NR % 90 == 0 { print "mine" NR }' old > mine; awk 'NR % 70 { print } NR % 110 == 0 { print "yours" NR }' old > yours
diff3 mine old yours | cksum; diff3 -m mine old yours | cksum; diff3 -A mine old yours | cksum; diff3 -e mine old yours | cksum
