#### a pipe
mknod p p; stat -c %F p
#### a mode
mknod -m 640 p p; stat -c %a p
#### numbers of a pipe
mknod p p 1 2; echo $?
#### no numbers for a device
mknod p b 1; echo $?
#### an unknown type
mknod p z 1 2; echo $?
#### no operands
mknod; echo $?; mknod p; echo $?
