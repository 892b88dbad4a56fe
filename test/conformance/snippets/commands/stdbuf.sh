#### line buffered
stdbuf -oL echo hi
#### unbuffered
printf 'a\nb\n' | stdbuf -i0 -o0 -e0 cat
#### sizes
stdbuf -o 1K echo hi; stdbuf --output=4096 echo hi
#### no mode
stdbuf echo hi; echo $?
#### line buffered input
stdbuf -iL cat; echo $?
#### an invalid mode
stdbuf -oX cat; echo $?
#### no program
stdbuf -oL; echo $?
#### a missing program
stdbuf -oL nosuch; echo $?
