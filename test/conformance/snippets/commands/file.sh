#### texts
printf 'a\n' >ascii; printf 'no end' >nonl; printf 'h\303\251llo\n' >utf8; printf '\357\273\277bom\n' >bom; printf 'caf\351\n' >latin; printf '\377\376a\0\n\0' >u16; printf '\376\377\0a\0\n' >be; printf 'a\r\nb\r\n' >crlf; printf 'a\nb\r\n' >mixed; printf 'a\rb\r' >cr; printf 'a\033[1mb\n' >esc; printf 'x%.0s' {1..400} >long; printf '\200abc\n' >ext; printf 'a\0b\0' >nul; : >empty; printf '\0\1\2\3' >data; file *; file -i *
#### scripts
while read -r n l; do printf '#!%s\nx\n' "$l" >"$n"; done <<'L'
sh /bin/sh
she /bin/sh -e
bash /bin/bash
ebash /usr/bin/env bash
py /usr/bin/python3
epy /usr/bin/env python3
node /usr/bin/env node
ruby /usr/bin/env ruby
perl /usr/bin/perl
eperl /usr/bin/env perl
awk /usr/bin/awk -f
zsh /bin/zsh
ksh /bin/ksh
csh /bin/csh
lua /usr/bin/lua
tcl /usr/bin/tclsh
dash /bin/dash
custom /opt/custom
sed /bin/sed -f
L
printf '#!/bin/sh\r\nx\r\n' >crlf; printf '#!/bin/bash\n\303\251\n' >u8; file *; file --mime-type *
#### languages and formats of text
printf '<?xml version="1.0"?>\n<a/>\n' >a.xml; printf '<!DOCTYPE html>\n<html></html>\n' >b.html; printf '<svg xmlns="http://www.w3.org/2000/svg"></svg>\n' >c.svg; printf '{"a":[1,2,{"b":null}]}\n' >d.json; printf '[1,2]' >e.json; printf '{"a":1}\n{"b":2}\n' >f.ndjson; printf 'a,b\n1,2\n3,4\n' >g.csv; printf '#include <stdio.h>\nint main(void) { return 0; }\n' >h.c; printf '#include <iostream>\nusing namespace std;\nclass A { public: int x; };\n' >i.cc; printf 'import os\ndef f():\n  pass\n' >j.py; printf 'const a = require("x");\n' >k.js; printf 'all:\n\techo\n' >Makefile; printf '# Title\n\ntext\n' >l.md; printf 'a: 1\nb: 2\n' >m.yaml; printf '<?php echo 1;\n' >n.php; printf '@echo off\r\n' >o.bat; printf '\\documentclass{article}\n' >p.tex; file *; file -i *
#### diffs, keys, mail
printf 'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n' >a; printf -- '-----BEGIN CERTIFICATE-----\nabc\n' >b; printf -- '-----BEGIN RSA PRIVATE KEY-----\n' >c; printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\n' >d; printf 'ssh-rsa AAAA x\n' >e; printf 'ssh-ed25519 AAAA x\n' >f; printf 'From: a@b\nSubject: x\n\nhi\n' >g; printf '{\\rtf1\\ansi x}' >h; printf '%%!PS-Adobe-3.0\n' >i; printf '.TH LS 1\n.SH NAME\n' >j; printf 'BEGIN:VCALENDAR\n' >k; printf -- '-----BEGIN PGP PUBLIC KEY BLOCK-----\n' >l; file *
#### compressed files and archives
printf 'a\n' >a; gzip -nc a >b.gz; gzip -n9c a >c.gz; bzip2 -c a >d.bz2; bzip2 -1c a >e.bz2; xz -c a >f.xz; xz -C crc32 -c a >g.xz; zstd -qc a >h.zst; tar cf i.tar a; tar --format=ustar -cf j.tar a; zip -q k.zip a; seq 1000 >s; zip -q l.zip s; printf '\037\235\220abc' >m.Z; printf '7z\274\257\047\034\0\4' >n.7z; printf 'Rar!\032\7\0' >o.rar; printf '!<arch>\n' >p.a; printf '!<arch>\ndebian-binary   1410122664  0     0     100644  4         `\n2.0\n' >q.deb; printf '070701' >r.cpio; printf 'PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' >t.zip; file [b-r]* t.zip; file --mime-type [b-r]*; file -z b.gz d.bz2
#### pictures, sound and video
printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\2\200\0\0\1\340\010\6\0\0\0' >a.png; printf '\211PNG\r\n\032\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\1\0\0\0\1' >b.png; printf 'GIF89a\020\0\040\0' >c.gif; printf '\377\330\377\340\0\020JFIF\0\1\1\0\0\1\0\1\0\0' >d.jpg; printf '\377\330\377\340\0\020JFIF\0\1\1\1\0H\0H\0\0\377\300\0\021\010\0\040\0\020\3\1\021\0\2\021\1\3\021\1' >e.jpg; printf 'RIFF\044\0\0\0WAVEfmt \020\0\0\0\1\0\2\0\104\254\0\0\020\261\2\0\4\0\020\0' >f.wav; printf 'RIFF\044\0\0\0WEBPVP8 ' >g.webp; printf 'BM\106\0\0\0\0\0\0\0\066\0\0\0\050\0\0\0\2\0\0\0\2\0\0\0\1\0\030\0' >h.bmp; printf 'OggS\0' >i.ogg; printf 'ID3\3\0' >j.mp3; printf '\0\0\0\040ftypisom\0\0\2\0isomiso2avc1mp41' >k.mp4; printf 'MThd\0\0\0\6\0\1\0\2\0\140' >l.mid; printf 'fLaC\0\0\0\042\020\0\020\0\0\0\0\0\0\0\012\304\102\360\0\0\0\0' >m.flac; file *; file -i [a-h]* k* l* m*
#### programs and data bases
printf '\177ELF\1\1\1\0\0\0\0\0\0\0\0\0\2\0\3\0\1\0\0\0' >a; printf '\177ELF\2\1\1\0' >b; printf '\0asm\1\0\0\0' >c.wasm; printf '\312\376\272\276\0\0\0\064' >d.class; printf '\317\372\355\376\7\0\0\1\3\0\0\0\2\0\0\0' >e; printf 'wOF2' >f.woff2; printf '%%PDF-1.4\n' >g.pdf; printf 'PACK\0\0\0\2\0\0\0\1' >h.pack; file *; file -bi *
#### what is no regular file
mkdir d; printf x >f; ln -s f l; ln -s nope bl; mkdir t; chmod 1777 t; file d l bl t nofile /dev/null; echo $?; file -L l bl; file -i d l; file -b d
#### standard input, -F, -f, -N and -0
printf 'a\n' >a; printf '{}' >longer; file - <a; file -F ' ->' a longer; printf 'a\nlonger\n' >list; file -f list; file -N a longer; file -b a longer; file --mime-encoding a; file -E nofile; echo $?
#### errors
file; echo $?; file --nonsense; echo $?; file nofile; echo $?
