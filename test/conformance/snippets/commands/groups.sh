#### of the process
groups
#### of a user
groups root
#### of several
groups root nosuch; echo $?
#### full disk
groups > /dev/full; echo $?
