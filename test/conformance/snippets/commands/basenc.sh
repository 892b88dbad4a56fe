#### base64url
printf '\377\376>?' | basenc --base64url; printf '\377\376>?' | basenc --base64
#### base16
printf 'hello' | basenc --base16; printf 68656C6C6F | basenc --base16 -d; echo
#### base2
printf 'AB' | basenc --base2msbf; printf 'AB' | basenc --base2lsbf
#### base32hex
printf 'hello' | basenc --base32hex
#### z85
printf '\206O\322o\265Y\367[' | basenc --z85; echo
#### wraps
seq 50 | basenc --base16 -w 30 | head -2
#### no encoding
basenc < /dev/null; echo $?
#### a missing file
basenc --base16 nosuch; echo $?
