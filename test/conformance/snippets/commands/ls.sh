#### formats
mkdir d; touch d/a d/b.txt; mkfifo d/p; mkdir d/e; ln -s a d/l; chmod 755 d/b.txt; ls -F d; ls -p d; ls --file-type d; ls -m d; ls -x -w 20 d; ls -C -w 20 d
#### modes and types
mkdir d; touch -d '2020-01-02 03:04:05' d/a d/b; chmod 4755 d/a; chmod 1777 d/b; ls -l d; ls -go d; ls -n d; ls -lG d
#### time styles
touch -d '2020-01-02 03:04:05' a; ls -l --time-style=long-iso a; ls -l --time-style=full-iso a; ls -l --time-style=iso a; ls -l --time-style='+%Y %j' a
#### author and block sizes
touch -d '2020-01-02 03:04:05' a; ls -l --author a; truncate -s 5000 b; touch -d '2020-01-02 03:04:05' b; ls -l --block-size=K b; ls -lh b; ls -l --block-size=1 b
#### zero ended
touch a b; ls --zero | od -c
#### orders
for i in 1 10 2; do echo $i > f$i; touch -d @$((i * 100000)) f$i; done; echo longer > a; touch -d @5 a; ls -t; ls -S; ls -v; ls -rt; ls -X
#### hidden
touch .h a b~; ls -a; ls -A; ls -B; ls -I 'a*'; ls --hide=a
#### quoting
touch 'a b' "it's"; ls -Q; ls -b; ls --quoting-style=shell-always; ls --quoting-style=c
#### a missing file
ls nosuch; echo $?; touch a; ls a nosuch; echo $?
#### recursively
mkdir -p d/e; touch d/a d/e/b; ls -R; ls -R d
#### directories first
touch a c; mkdir b; ls --group-directories-first
#### bogus options
ls --bogus; echo $?; ls -w x; echo $?
#### time styles that are none
touch -d @0 x; ls -l --time-style=iso x | cut -d' ' -f6-; ls -l --time-style=+%Y x | cut -d' ' -f6-; ls --time-style=bad; echo $?; ls -l --time-style=bad; echo $?
#### many names in one directory
seq -f 'file-%g' 1500 | xargs touch; mkdir d; ln -s nowhere l; ls -l | wc -l; ls -lS | tail -1 | cut -c1; ls -F | grep -c '[/@]'; ls -s | head -1; du -a | wc -l
#### time styles
touch -d '2020-01-02 03:04:05' a; for s in full-iso long-iso iso locale posix-iso posix-long-iso posix-full-iso posix-locale +%Y; do ls -l --time-style=$s a | cut -d' ' -f 6-; LC_ALL=C ls -l --time-style=$s a | cut -d' ' -f 6-; done; ls -l --time-style=$'+old %Y\nnew' a | cut -d' ' -f 6-; TIME_STYLE=long-iso ls -l a | cut -d' ' -f 6-
#### words that are none, or several
for o in --sort=foo --sort= --time-style=foo --time-style=lo --time=foo --format=foo --color=foo --indicator-style=foo '-w x' --block-size=foo --sort=wi --time=a --format=ver; do ls -l $o >/dev/null 2>&1; echo "$o $?"; done
#### sorted by width
touch a bbb cc dddd; ls --sort=width; ls -r --sort=width
