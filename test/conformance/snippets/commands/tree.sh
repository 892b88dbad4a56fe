#### plain
mkdir w; cd w
mkdir -p d/e .h z; touch a.txt d/b.c d/e/f 'sp ace' .h/x; ln -s a.txt l; ln -s nope br; ln -s d ld; tree; tree -a --noreport; tree d; tree z; tree d z
#### directories and levels
mkdir w; cd w
mkdir -p a/b/c d; touch a/f a/b/g; tree -d; tree -L 1; tree -L 2; tree -dL 1; tree -L 0; echo $?
#### paths and marks
mkdir w; cd w
mkdir d; touch d/a; chmod +x d/a; ln -s d l; tree -f; tree -i; tree -fi --noreport; tree -F; tree -Q --noreport
#### sizes and permissions
mkdir w; cd w
mkdir d; printf abc > d/f; chmod 600 d/f; touch -d 2020-01-02 d/f; tree -s d | tail -3; tree -h d | tail -3; tree -p d; tree -u -g d --noreport; tree -pug d --noreport; tree -D --timefmt %Y-%m-%d d | tail -3
#### patterns
mkdir w; cd w
mkdir -p src/t node; touch src/a.c src/b.h src/t/c.c node/x; tree -I 'node|t'; tree -P '*.c'; tree -P '*.c' --prune; tree -I '*.h' -I node; tree -P 'src' --matchdirs --noreport
#### order
mkdir w; cd w
mkdir b_d a_d; touch c a b; tree --dirsfirst --noreport; tree --filesfirst --noreport; tree -r --noreport; touch -d 2020-01-01 c; tree -t --noreport; touch v1 v10 v2; tree -v --noreport; tree -U --noreport | wc -l
#### json
mkdir w; cd w
mkdir -p d/e; touch d/f 'q"x'; ln -s d l; tree -J; tree -J -d; tree -J --noreport d; tree -Jp d/e
#### errors
mkdir w; cd w
mkdir d; tree nope; echo $?; tree d nope; echo $?; touch f; tree f; echo $?; tree -Z; echo $?; tree --foo; echo $?; tree -L; echo $?
#### colour and charset
mkdir w; cd w
mkdir d; touch d/f; tree -C | od -c | head -5; tree -n; tree --charset=ascii; tree -o out d; cat out; tree -x --noreport
#### links followed
mkdir w; cd w
mkdir d; touch d/f; ln -s d l; ln -s . d/loop; tree -l --noreport; tree --du -s d | wc -l
