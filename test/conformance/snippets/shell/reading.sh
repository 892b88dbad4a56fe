# Who else reads an input that `read` reads line after line finds what comes after the last line that was read.

#### a command in the loop takes the rest
printf '%s\n' 1 2 3 4 5 6 7 8 > f
while read -r line; do echo "got $line"; [ "$line" = 4 ] && cat; done < f

#### a command in the loop takes a line of a file
printf '%s\n' 1 2 3 4 5 6 7 8 9 10 > f
while read -r line; do echo "got $line"; case $line in 4|6) sed -n '1{p;q}';; esac; done < f

#### a command in the loop reads a pipe
printf '%s\n' 1 2 3 4 5 6 7 8 | while read -r line; do echo "got $line"; [ "$line" = 5 ] && cat; done

#### after the loop
printf '%s\n' 1 2 3 4 5 6 7 8 > f
{ while read -r line; do [ "$line" = 5 ] && break; done; echo "broke at $line"; cat; } < f

#### after the loop, from a pipe
printf '%s\n' 1 2 3 4 5 6 7 8 | { while read -r line; do [ "$line" = 5 ] && break; done; echo "broke at $line"; cat; }

#### a subshell reads on
printf '%s\n' 1 2 3 4 5 6 7 8 9 > f
{ for i in 1 2 3 4 5; do read -r x; done; echo "$x"; (read -r y; echo "sub $y"; read -r y; echo "sub $y"); read -r x; echo "$x"; } < f

#### a command substitution reads on
printf '%s\n' 1 2 3 4 5 6 7 8 9 > f
{ for i in 1 2 3 4; do read -r x; done; y=$(read -r z; echo "$z"); echo "$x $y"; read -r x; echo "$x"; y=$(cat); echo "$y"; } < f

#### a stage of a pipeline reads on
printf '%s\n' 1 2 3 4 5 6 7 8 9 > f
{ for i in 1 2 3 4; do read -r x; done; head -n 1 | tr 5 X; for i in 1 2; do read -r x; done; echo "$x"; } < f

#### a job in the background reads on
printf '%s\n' 1 2 3 4 5 6 > f
{ for i in 1 2 3 4; do read -r x; done; cat <&0 & wait; echo "$x"; } < f

#### another number for the same input
printf '%s\n' 1 2 3 4 5 6 7 8 > f
exec 3< f
for i in 1 2 3 4; do read -r x <&3; done
echo "$x"
exec 4<&3
read -r -u 4 y; read -r -u 3 x; read -r -u 4 z
echo "$y $x $z"
cat <&4

#### two inputs in turn
printf '%s\n' a b c d e f > f
printf '%s\n' 1 2 3 4 5 6 > g
while read -r -u 3 x && read -r -u 4 y; do echo "$x$y"; done 3< f 4< g

#### an input within an input
printf '%s\n' a b c d e > f
printf '%s\n' 1 2 3 4 > g
while read -r x; do echo "$x"; [ $x = c ] && while read -r y; do echo "  $y"; done < g; done < f

#### -n and -d between lines
printf '%s\n' 1 2 3 4 abcdef 5:6 7 8 > f
{ for i in 1 2 3 4; do read -r x; done; read -r -n 2 x; echo "$x"; read -r y; echo "$y"; read -r -d : z; echo "$z"; read -r z; echo "$z"; cat; } < f

#### -N between lines
printf '%s\n' 1 2 3 4 5 6 7 8 > f
{ for i in 1 2 3 4; do read -r x; done; read -r -N 3 x; echo "[$x]"; read -r y; echo "[$y]"; cat; } < f

#### a timeout between lines
printf '%s\n' 1 2 3 4 5 6 7 8 > f
{ for i in 1 2 3 4; do read -r x; done; read -r -t 5 x; echo "$x"; read -r -t 0 && echo more; read -r x; echo "$x"; cat; } < f

#### mapfile takes the rest
printf '%s\n' 1 2 3 4 5 6 7 8 > f
{ for i in 1 2 3 4; do read -r x; done; mapfile -t -n 2 rest; echo "${rest[*]}"; read -r x; echo "$x"; } < f

#### the shell reads its script there too
cat > script <<'END'
read -r a
one
read -r b
two
read -r c
three
read -r d
four
echo "$a $b $c $d"
END
bash < script

#### a script that reads the rest of itself
cat > script <<'END'
while read -r line; do echo "line $line"; [ "$line" = 4 ] && break; done
1
2
3
4
echo goes on
END
bash < script

#### source reads on
printf '%s\n' 1 2 3 4 'echo sourced' 'echo again' > f
{ for i in 1 2 3 4; do read -r x; done; . /dev/stdin; } < f

#### a trap in between
trap 'echo trapped' USR1
printf '%s\n' 1 2 3 4 5 6 > f
while read -r x; do echo "$x"; [ "$x" = 4 ] && kill -USR1 $$; done < f

#### the input is written while it is read
printf '%s\n' 1 2 3 4 5 > f
n=0
while read -r x; do echo "$x"; n=$((n + 1)); [ $n -lt 8 ] && echo "more $n" >> f; done < f

#### the input is cut off while it is read
seq 1 10 > f
exec 3< f
for i in 1 2 3 4; do read -r x <&3; done
: > f
read -r x <&3 || echo "end, [$x]"

#### the input is replaced by exec
printf '%s\n' 1 2 3 4 5 6 > f
printf '%s\n' a b c > g
{ for i in 1 2 3 4; do read -r x; done; exec 5<&0 < g; read -r y; read -r z <&5; echo "$x $y $z"; } < f

#### lines without an end, backslashes, nulls
printf '1\n2\n3\n4\n5\\\n6\n7\0x\nlast' > f
while read x; do echo "[$x]"; done < f 2> /dev/null
echo "[$x]"

#### long lines
for i in 1 2 3 4; do printf '%05000d\n' $i; done > f
printf '%050000d\nend\n' 7 >> f
while read -r x; do echo "${#x} ${x: -3}"; done < f

#### a function that reads
next() { read -r "$1"; }
seq 1 8 > f
{ while next a && next b; do echo "$a-$b"; done; } < f

#### a coprocess
coproc { while read -r x; do echo "<$x>"; done; }
for i in 1 2 3 4 5; do echo "$i" >&"${COPROC[1]}"; read -r y <&"${COPROC[0]}"; echo "$y"; done

#### extended patterns in a test
shopt -s extglob
x= y=x
[[ !($x) ]] && echo one
[[ !($y) ]] && echo two
[[ ab == !(a) ]] && echo three
[[ ! ($y == z) ]] && echo four

#### here-documents and a substitution on one line
prefix() { sed "s/^/$1:/"; }
prefix A <<X && echo "$(prefix B <<X
1
X
echo 2)" && prefix C <<Y
3
X
4)"
5
Y
