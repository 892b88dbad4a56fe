Scripts recorded with GNU diff 3.8.

#### the normal form
printf 'a\nb\nc\nd\n' > x; printf 'a\nB\nc\ne\nf\n' > y; diff x y; echo $?; diff x x; echo $?; diff x - < y | head -n 2
#### unified
seq 20 > x; seq 20 | sed '3d;10s/$/!/;18a new' > y; touch -d '2020-01-02 03:04:05 UTC' x y; diff -u x y; diff -U1 x y | tail -n +3; diff -U0 --label a --label b x y
#### context
seq 12 > x; seq 12 | sed '3d;10s/$/!/' > y; touch -d '2020-01-02 03:04:05 UTC' x y; diff -c x y; diff -C1 x y | tail -n +3
#### insertions and deletions, slid down
printf 'a\nb\nb\nc\n' > x; printf 'a\nb\nb\nb\nc\n' > y; diff x y; diff y x; printf '' > e; diff e x; diff x e
#### no newline at the end
printf 'a\nb' > x; printf 'a\nb\n' > y; diff x y; diff -u --label x --label y x y
#### ed scripts
printf 'a\nb\nc\nd\n' > x; printf 'A\nb\nd\ne\n' > y; diff -e x y
#### blanks and case
printf 'a  b\nC\n' > x; printf 'a b \nc\n' > y; diff -b x y; echo $?; diff -bi x y; echo $?; diff -w x y; printf 'ab\nC\n' > z; diff -wi x z; echo $?
#### blank lines
printf 'a\n\nb\n' > x; printf 'a\nb\n' > y; diff -B x y; echo $?; diff -I '^#' x y; echo $?; printf '#1\na\n' > p; printf '#2\na\n' > q; diff -I '^#' p q; echo $?
#### brief and identical
printf 'a\n' > x; printf 'b\n' > y; diff -q x y; echo $?; diff -s x x; diff -qs x x
#### trees
mkdir -p a/s b/s; echo 1 > a/f; echo 2 > b/f; echo 1 > a/only; echo x > b/s/new; echo s > a/s/same; echo s > b/s/same
diff -r a b; echo $?; diff -rq a b; diff a b; diff -rN a b; diff -r -x 'o*' a b | head -n 1; diff a/f b
#### binary files
printf 'a\0b' > x; printf 'a\0c' > y; diff x y; echo $?; diff -a x y | tr '\0' '@'
#### side by side
printf 'a\nb\nc\nlong line with words\n' > x; printf 'a\nB\nc\nd\nlong line with words\n' > y; diff -y -W 40 x y; diff -y --suppress-common-lines -W 40 x y
#### carriage returns
printf 'a\r\nb\r\n' > x; printf 'a\nb\n' > y; diff --strip-trailing-cr x y; echo $?; diff x y > o; wc -l < o
#### errors
diff x 2>&1 | head -n 1; diff missing x 2>&1; echo $?; echo 1 > x; diff x missing 2>&1; echo $?; diff --foo x x 2>/dev/null; echo $?
#### larger files
seq 2000 > x; seq 2000 | awk 'NR % 7 { print } NR % 11 == 0 { print "x" NR }' > y; diff x y | sed -n '/^[<>]/p' | wc -l; diff x y > p; patch -s x p; cmp x y && echo same
