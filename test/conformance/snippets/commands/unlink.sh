#### removes a file
echo a > a; unlink a; ls
#### a missing file
unlink nosuch; echo $?
#### a directory
mkdir d; unlink d; echo $?; ls
#### operands
unlink; echo $?; unlink a b; echo $?
#### a link to a file
echo a > a; ln -s a l; unlink l; ls
