#### backups
echo a > a; echo b > b; mv -b a b; ls; cat b b~; echo c > c; mv --backup=t c b; ls; echo d > d; mv -S .o -b d b; ls
#### verbose
echo a > a; mkdir d; mv -v a b; mv -v b d; echo c > c; echo b > d/c; mv -vb c d
#### not overwritten
echo a > a; echo b > b; mv -n a b; cat b; ls
#### directories
mkdir -p a/x b; mv a b; ls b; mv -T b c; ls; mv c c/d; echo $?
#### errors
mv; echo $?; mv a; echo $?; mv nosuch b; echo $?; touch a; mkdir d; mv -T a d; echo $?
#### not empty
mkdir -p x y/x; touch x/a y/x/b; mv x y; echo $?
