#### parents
mkdir -p a/b/c; mkdir -pv p/q; mkdir -p a; echo $?
#### modes
mkdir -m 700 m; stat -c %a m; mkdir -m u=rwx,go= -p k/l; stat -c %a k k/l
#### errors
mkdir a; mkdir a; echo $?; mkdir nosuch/b; echo $?; mkdir ''; echo $?; touch f; mkdir f; echo $?; mkdir -p f/g; echo $?; mkdir; echo $?; mkdir -m zz q; echo $?
