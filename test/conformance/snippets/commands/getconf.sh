#### names
getconf PAGESIZE; getconf PATH_MAX /; getconf CLK_TCK; getconf NOPE; echo $?; [ "$(getconf _NPROCESSORS_ONLN)" = "$(nproc --all)" ] && echo same
