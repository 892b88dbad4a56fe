#### backups
echo a > a; echo b > b; cp -b a b; ls; cat b~; cp --backup=numbered a b; cp --backup=numbered a b; ls; cp -S .old -b a c; cp -S .old -b b c; ls
#### verbose backups
echo a > a; echo b > b; cp -vb a b
#### owners
echo a > a; chown 5:6 a; chmod 640 a; cp -p a b; stat -c '%u:%g %a' b; cp a c; stat -c %u:%g c; mkdir d; chown 7 d; cp -a d e; stat -c %u e
#### attributes only
echo a > a; cp --attributes-only a z; wc -c < z
#### trees
mkdir -p d/e; echo x > d/e/f; cp -r d g; cat g/e/f; cp -rT d h; ls h; cp -rv d i
#### links
echo a > a; ln -s a l; cp l m; cp -P l n; cp -s $PWD/a o; cp -l a p; stat -c '%F %h' m n o p
#### into itself
mkdir d; cp -r d d/e; echo $?; echo a > a; cp a a; echo $?
#### not overwritten
echo a > a; echo b > b; cp -n a b; cat b; cp -u a b; cat b > /dev/null; cp -i a b < /dev/null; cat b
#### errors
cp; echo $?; cp a; echo $?; cp nosuch b; echo $?; mkdir d; cp d e; echo $?; touch x; cp x nosuch/y; echo $?
