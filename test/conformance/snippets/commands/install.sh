#### default mode
echo a > a; install a b; stat -c '%a' b; cat b
#### a mode
echo a > a; install -m 640 a b; stat -c %a b; install -m u=rwx,go=r a b; stat -c %a b
#### directories
install -d x/y z; ls -d x/y z; install -d -m 700 p/q; stat -c '%n %a' p p/q
#### makes the directories above
echo a > a; install -D a p/q/b; cat p/q/b; install -D -t r/s a; ls r/s
#### into a directory
mkdir d; echo a > a; echo b > b; install a b d; ls d; install -t d a
#### verbose
echo a > a; mkdir d; install -v a b; install -v a d; install -v -d m/n
#### owners
echo a > a; install -o 5 -g 6 a b; stat -c %u:%g b
#### keeps times
echo a > a; touch -d @1000000 a; install -p a b; stat -c %Y b
#### backups
echo a > a; echo b > b; install -b a b; ls; cat b~; install --backup=numbered a b; ls
#### another suffix
echo a > a; echo b > b; install -b -S .old a b; ls
#### only if it differs
echo a > a; install -m 600 a b; touch -d @5 b; install -C -m 600 a b; stat -c %Y b
#### replaces what is there
echo a > a; echo b > b; ln b c; install a b; cat c
#### not directories
mkdir d; install d e; echo $?; echo a > a; install a nosuch/b; echo $?
#### a target that must be a directory
touch a b c; install a b c; echo $?; install -t nosuch a; echo $?
#### operands
install; echo $?; install a; echo $?; install -m zz a b; echo $?; install nosuch b; echo $?
