#### removes
printf 'secret' > f; shred -u f; ls
#### zeros at the end
printf 'secret' > f; shred -z -n 1 -s 6 f; od -An -tx1 -N6 f
#### a missing file
shred nosuch; echo $?
#### no operand
shred; echo $?
#### bad options
shred -n x f; echo $?
