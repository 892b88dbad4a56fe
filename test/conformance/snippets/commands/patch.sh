Scripts recorded with GNU patch 2.7.6.

#### a unified patch
seq 10 > f; seq 10 | sed 's/5/five/;9d' > g; diff -u f g > p; patch f < p; echo $?; cmp f g && echo same
#### names from the patch, with and without directories
mkdir -p d; echo a > d/f; printf -- '--- a/d/f\n+++ b/d/f\n@@ -1 +1 @@\n-a\n+b\n' > p; patch -p1 < p; cat d/f; patch -R -p1 -i p; cat d/f; cd d; patch -p2 < ../p; cat f
#### offsets
seq 20 > f; seq 20 | sed 's/15/fifteen/' > g; diff -u f g > p; (echo 0; echo 00; cat f) > h; patch h p; echo $?; grep -n fifteen h
#### fuzz
seq 9 > f; seq 9 | sed 's/5/five/' > g; diff -u f g > p; sed 's/2/two/' f > h; patch h p; echo $?; cat h | tr '\n' ' '; ls
#### a hunk that fails
seq 9 > f; seq 9 | sed 's/5/five/' > g; diff -u --label f --label g f g > p; seq 20 30 > h; patch h p; echo $?; cat h.rej; ls
#### reversed patches
echo a > f; echo b > g; diff -u f g > p; patch -R g p; cat g; patch -N f p; patch -N f p; echo $?; cat f
#### a dry run
echo a > f; echo b > g; diff -u f g > p; patch --dry-run f p; echo $?; cat f
#### output to another file and backups
echo a > f; echo b > g; diff -u f g > p; patch -o out f p; cat f out; patch -b f p; cat f f.orig; patch -R -b -z .bak f p; cat f.bak
#### context and normal form
seq 10 > f; seq 10 | sed 's/5/five/;9d;2a new' > g; diff -c f g > p; cp f h; patch h p; cmp h g && echo same; diff f g > p; cp f i; patch i p; cmp i g && echo same
#### new and removed files
printf -- '--- /dev/null\n+++ b/new/file\n@@ -0,0 +1,2 @@\n+one\n+two\n' > p; patch -p1 < p; cat new/file; printf -- '--- a/new/file\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-one\n-two\n' > q; patch -p1 < q; ls
#### several files in a patch
echo 1 > a; echo 2 > b; printf -- '--- a\n+++ a\n@@ -1 +1 @@\n-1\n+one\n--- b\n+++ b\n@@ -1 +1 @@\n-2\n+two\n' | patch; cat a b
#### no newline at the end
printf 'a\nb' > f; printf 'a\nc' > g; diff -u f g > p; patch -s f p; cmp f g && echo same
#### git's patches
mkdir s; printf 'x\ny\n' > s/f; printf 'diff --git a/s/f b/s/f\nindex 1..2 100644\n--- a/s/f\n+++ b/s/f\n@@ -1,2 +1,2 @@ title\n x\n-y\n+z\n' | patch -p1; cat s/f
#### garbage and missing patches
echo hello | patch f; echo $?; echo a > f; patch f missing 2>/dev/null; echo $?; printf -- '--- f\n+++ f\n@@ -1,3 +1 @@\n-a\n' | patch 2>/dev/null; echo $?
