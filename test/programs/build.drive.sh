# A C-like project is built, touched, built again, broken, cleaned.
mkdir src; for n in main list util; do printf '#include "%s.h"\nint %s;\n' $n $n > src/$n.c; echo "/* $n */" > src/$n.h; done
cat > Buildfile <<'E'
# what is built from what
OBJECTS := out/main.o out/list.o out/util.o
FLAGS := -O2
ALL := $(OBJECTS) out/version

.PHONY: all clean
all: out/app out/report.txt
	@echo "all is made"
out/app: $(ALL)
	cat $^ | sort > $@
	chmod +x $@
out/main.o: src/main.c src/main.h src/list.h
	@mkdir -p out
	sed 's/int/object $(FLAGS)/' $< > $@
out/list.o: src/list.c src/list.h
	@mkdir -p out
	sed 's/int/object $(FLAGS)/' $< > $@
out/util.o: src/util.c src/util.h
	@mkdir -p out
	sed 's/int/object $(FLAGS)/' $< > $@
out/version: src/main.h
	@mkdir -p out
	cksum < $< | cut -d' ' -f1 > $@
out/report.txt: out/app
	wc -l < $< | awk '{ print "lines:", $1 }' > $@
clean:
	rm -rf out
E
build() { bash "$PROGRAMS/build.sh" "$@" 2>&1; echo "[exit $?]"; }
# The files are made old, so that what is built is newer whatever the clock's steps are.
old() { touch -d "2020-01-01 00:00:0$1" "${@:2}"; }
old 1 src/*
build -n
build -j 4
cat out/app out/report.txt; ls -l out/app | cut -c1-10
build out/app
touch -d '2030-01-01' src/list.h
build -j 1 out/app
old 1 src/*
rm out/util.o; build all
printf 'a: b\n\tfalse\nb:\n\techo b > b\nc: b\n\techo c > c\n' > Bad
build -f Bad a c; ls a b c 2>/dev/null
build -f Bad -k a c; ls a b c 2>/dev/null
printf 'x: y\ny: z\nz: x\n' > Loop; build -f Loop
printf 'x: missing\n\techo x\n' > Missing; build -f Missing
printf '\techo\n' > Wrong; build -f Wrong; build -f nowhere; build nothing-of-the-kind
{ printf 'all:'; for i in $(seq 12); do printf ' t%d' $i; done; printf '\n\t@echo ready\n'; for i in $(seq 12); do printf 't%d:\n\t@echo made %d; echo %d > t%d\n' $i $i $i $i; done; } > Wide
build -f Wide -j 4; cat t? t?? | paste -sd' '
build clean; ls
