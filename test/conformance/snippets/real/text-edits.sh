#### extract urls and emails
echo 'see http://a.example/x?y=1, or mail bob@example.com and al.b@x.org.' > t; grep -oE 'https?://[^ ,]+' t; grep -oE '[[:alnum:]._]+@[[:alnum:].]+[[:alnum:]]' t
#### ip addresses sorted
printf '10.0.0.10\n10.0.0.9\n9.1.1.1\n' | sort -t. -k1,1n -k2,2n -k3,3n -k4,4n; printf '10.0.0.10\n10.0.0.9\n' | sort -V
#### tr squeezes and complements
echo 'a   b    c' | tr -s ' '; echo 'a1b2c3' | tr -cd '0-9'; echo; echo 'hello' | tr 'a-y' 'b-z'; echo 'Hello 123' | tr -dc '[:alpha:]'; echo
