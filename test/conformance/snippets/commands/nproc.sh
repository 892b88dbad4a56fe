#### at least one
[ "$(nproc)" -ge 1 ] && echo yes
#### ignoring more than there are
nproc --ignore=1000
#### limited by OMP_NUM_THREADS
OMP_NUM_THREADS=3 nproc; OMP_NUM_THREADS=5,2 nproc; OMP_NUM_THREADS=9 OMP_THREAD_LIMIT=2 nproc
#### not a number
nproc --ignore=x; echo $?
#### an operand
nproc 3; echo $?
