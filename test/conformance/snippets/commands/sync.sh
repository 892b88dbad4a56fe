#### everything
sync; echo $?
#### a file
echo a > a; sync a; sync -d a; sync -f a; echo $?
#### a missing file
sync nosuch; echo $?
#### data without a file
sync -d; echo $?
#### both options
sync -d -f x; echo $?
