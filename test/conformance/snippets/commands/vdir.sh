#### names come last
touch a 'b c'; vdir | tail -n +2 | cut -c1-10; vdir | grep -c 'b\\ c'
#### a missing file
vdir nosuch; echo $?
