Scripts recorded with GNU cmp 3.8.

#### equal, different and shorter
printf 'a\nb\n' > x; printf 'a\nc\n' > y; printf 'a\n' > z; cmp x x; echo $?; cmp x y; echo $?; cmp x z 2>&1; echo $?; cmp z x 2>&1
#### all bytes
printf 'abc' > x; printf 'xbz' > y; cmp -l x y; echo $?; cmp -lb x y; cmp -b x y; cmp -bl x y | wc -l
#### silent
printf 'a' > x; printf 'b' > y; cmp -s x y; echo $?; cmp --quiet x x; echo $?; cmp -s x missing; echo $?
#### a limit and skipped bytes
printf '12345' > x; printf '12x45' > y; cmp -n 2 x y; echo $?; cmp -i 3 x y; echo $?; cmp x y 3 3; echo $?; cmp -i 0:1 x y; echo $?
#### standard input
printf 'a\n' > x; printf 'a\n' | cmp x; echo $?; printf 'b\n' | cmp x -; echo $?
#### an empty file
printf '' > e; printf 'a' > x; cmp e x 2>&1; echo $?; printf 'ab' > y; cmp x y 2>&1
#### control characters
printf 'a\001\377' > x; printf 'b\002\200' > y; cmp -lb x y
#### errors
cmp 2>/dev/null; echo $?; cmp missing missing2 2>&1; echo $?; cmp --foo a b 2>/dev/null; echo $?
