#### a missing command
which nosuchcommand; echo $?
#### nothing asked
which; echo $?
#### in PATH
mkdir bin; printf '#!/bin/sh\n' > bin/tool; chmod +x bin/tool; PATH=$PWD/bin:$PATH which tool | grep -c bin/tool
#### not executable
mkdir bin; touch bin/tool; PATH=$PWD/bin:$PATH which tool; echo $?
#### all of them
mkdir a b; for d in a b; do printf '#!/bin/sh\n' > $d/t; chmod +x $d/t; done; PATH=a:b:$PATH which -a t
#### a path
printf '#!/bin/sh\n' > t; chmod +x t; which ./t; which ./nosuch; echo $?
#### a directory is no command
mkdir -p bin/tool; PATH=$PWD/bin:$PATH which tool; echo $?
#### some found
mkdir bin; printf '#!/bin/sh\n' > bin/tool; chmod +x bin/tool; PATH=bin:$PATH which tool nosuch; echo $?
