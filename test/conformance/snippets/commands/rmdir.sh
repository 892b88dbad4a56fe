#### parents
mkdir -p a/b/c; rmdir -p a/b/c; ls
#### not empty
mkdir -p a/b; rmdir a; echo $?; rmdir --ignore-fail-on-non-empty a; echo $?
#### errors
rmdir; echo $?; rmdir nosuch; echo $?; touch f; rmdir f; echo $?
