#### pages
seq 3 > f; pr -t f
#### numbered
printf 'a\nb\n' | pr -t -n; printf 'a\n' | pr -t -n:3
#### double spaced
seq 2 | pr -t -d
#### an offset
seq 2 | pr -t -o 4
#### a header
seq 2 > f; touch -d '2020-01-02 03:04' f; pr -l 12 f
#### a missing file
pr nosuch; echo $?
#### columns down and across
seq 7 > s; pr -3 -t s; pr -2 -a -t s; pr -2 -t -n s; pr -12 -t s; pr --columns=2 --length=14 --across -t s
#### separators and widths
printf 'one\ntwo\tx\nthree three three three three three\n' > w; seq 4 > s
pr -t -2 -s: s; pr -t -2 -S' | ' -w 40 s; pr -t -2 -S s; pr -t -2 -s -w 30 w; pr -t -2 -J -W 20 w; pr -t -W 12 w; pr -t -2 -w 20 w; pr -m -t -s, s w
#### files beside each other
seq 4 > s; printf 'a\nlonger text here\nc\n' > w; : > empty
pr -m -t s w; pr -m -t -n s w; pr -m -t s empty w; pr -m -t empty s; pr -m -t -i s w; pr -m -t -o 3 s w
#### numbers
seq 4 > s; pr -t -n:3 s; pr -t -n2 -N 99 s; pr -t -n -N 5 -2 s; pr -t -n.1 -N 8 s
#### tabs and bytes that do not print
printf 'x\by\001z\377\n\tq\ta\n' > odd; pr -t -e odd; pr -t -e3 odd; pr -t -c odd; pr -t -v odd; pr -t -i odd | od -c | head; printf 'a        b\n' | pr -t -i; printf 'a:b\n' | pr -t -e:4; printf 'a        b\n' | pr -t -i_4
#### pages, headers and ranges of pages
seq 30 > n; touch -d '2020-01-02 03:04' n
pr -l 16 n; pr -l 16 +2:3 n; pr -l 16 -h 'A title' +5 n; pr -l 16 -2 n; pr -l 16 -o 4 -d +2:2 n; pr -l 16 -F +4 n; pr -l 16 -D '%d.%m.%Y' +5 n; POSIXLY_CORRECT=1 pr -l 16 +5 n; pr -l 16 +9 n; echo $?
#### form feeds
printf 'a\fb\nc\n\fd\n\f\fe\n' > ff; touch -d '2020-01-02 03:04' ff
pr -l 14 ff; pr -t ff | od -c; pr -T ff | od -c; pr -2 -l 14 ff; pr -m -t ff ff | od -c
#### wrong command lines
for o in '-l x' '-l 0' '-w 0' '-o x' '-N x' '-n0' '-e:0' '--columns=x' '-m -a' '-m -2' '-w 3 -4' '-z' '--pages=0' '+x'; do pr $o /dev/null 2>/dev/null; echo "$o $?"; done; pr -r nosuch; echo $?
