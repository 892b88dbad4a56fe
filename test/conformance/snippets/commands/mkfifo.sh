#### a pipe
mkfifo p; stat -c '%F %a' p
#### a mode
mkfifo -m 600 p; stat -c %a p; mkfifo -m u=rw,go= q; stat -c %a q
#### the umask
umask 077; mkfifo p; stat -c %a p
#### data goes through
mkfifo p; echo hello > p & cat p; wait
#### a name that is taken
touch p; mkfifo p; echo $?
#### several of which one fails
mkfifo a nosuch/b c; echo $?; ls
#### no operand
mkfifo; echo $?
#### an invalid mode
mkfifo -m zz p; echo $?
