#### backups
echo a > a; echo b > b; ln -sb a b; ls; readlink b; ln -s --backup=numbered x b; ls
#### relative
mkdir -p d/e; touch f; ln -sr f d/e/l; readlink d/e/l
#### hard and symbolic
echo a > a; ln a b; ln -s a c; stat -c '%h %F' a b c; ln -v a d; ln -sv a e
#### replaced
echo a > a; echo b > b; ln -sf a b; readlink b; ln -f a b; stat -c %h a
#### errors
ln; echo $?; ln nosuch x; echo $?; touch a; ln -s b a; echo $?; mkdir d; ln d e; echo $?
