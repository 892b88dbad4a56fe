#### create, insert, select
mkdir w; cd w
sqlite3 t.db 'create table t(a integer primary key, b text); insert into t(b) values("x"),("y y"),(null); select * from t; select count(*), max(a) from t;'; sqlite3 t.db 'select b from t where a=2'; ls t.db
#### output modes
mkdir w; cd w
sqlite3 t.db 'create table t(a,b); insert into t values(1,"x"),(2,"a,b"),(3,"q""r"),(null,"it''s")'; for m in -csv -json -line -html -list -quote -column -table -box -markdown -ascii; do echo "== $m"; sqlite3 $m -header t.db 'select * from t' | tr '\036\037' '@%'; done
#### headers and separators
mkdir w; cd w
sqlite3 t.db 'create table t(a,b); insert into t values(1,2),(3,4)'; sqlite3 -header t.db 'select * from t'; sqlite3 -separator ' : ' t.db 'select * from t'; sqlite3 -noheader -csv t.db 'select * from t'; sqlite3 -nullvalue NULL t.db 'select null, 1'; sqlite3 -newline '|' t.db 'select * from t'; echo
#### dot commands
mkdir w; cd w
sqlite3 t.db 'create table t(a,b); create index i on t(a); create view v as select 1; insert into t values(1,"x")'; sqlite3 t.db .tables; sqlite3 t.db .schema; sqlite3 t.db '.schema t'; sqlite3 t.db .indexes; sqlite3 t.db .dump; printf '.mode csv\n.headers on\nselect * from t;\n' | sqlite3 t.db; sqlite3 t.db '.mode' ; sqlite3 t.db '.nope'; echo $?
#### script on standard input
mkdir w; cd w
printf 'create table x(n);\ninsert into x values(1),\n(2);\nselect sum(n) from x;\n-- comment\nselect 1; select 2;\n.print hello\n' | sqlite3 t.db; echo 'select 3' | sqlite3 :memory:; sqlite3 < /dev/null; printf '.read s.sql\n' > r; echo 'select "read";' > s.sql; sqlite3 :memory: < r; sqlite3 :memory: '.read s.sql'
#### import and export
mkdir w; cd w
printf 'id,name\n1,Ann\n2,"B, b"\n' > p.csv; sqlite3 t.db -cmd '.mode csv' '.import p.csv p'; sqlite3 t.db 'select * from p order by id'; sqlite3 t.db '.schema p' | tr -d '"' | tr '\n' ' '; echo; sqlite3 t.db -cmd '.mode csv' -cmd '.import --skip 1 p.csv p' 'select count(*) from p'; printf '.mode csv\n.output o.csv\nselect * from p;\n.output\nselect 1;\n' | sqlite3 t.db; cat o.csv; sqlite3 t.db '.once o2' 'select 5'; cat o2
#### dump and restore
mkdir w; cd w
sqlite3 a.db 'create table t(a,b blob,c real); insert into t values(1,x'"'00ff'"',1.5),("s",null,-0.0)'; sqlite3 a.db .dump | sqlite3 b.db; sqlite3 b.db 'select a,hex(b),c from t'; sqlite3 a.db '.backup c.db'; sqlite3 c.db 'select count(*) from t'; sqlite3 a.db 'vacuum into "d.db"'; sqlite3 d.db 'pragma integrity_check'
#### errors
mkdir w; cd w
sqlite3 t.db 'select * from nope'; echo $?; sqlite3 t.db 'selec 1'; echo $?; echo 'selec 1; select 2;' | sqlite3 t.db; echo $?; echo 'selec 1; select 2;' | sqlite3 -bail t.db; echo $?; sqlite3 /nope/x.db 'create table t(a)'; echo $?; printf 'not a database, really not: it has to be long enough to be read as a header of one hundred bytes, so go on' > bad.db; sqlite3 bad.db 'select * from t'; echo $?; sqlite3 -nope; echo $?; sqlite3 t.db 'create table u(a unique); insert into u values(1); insert into u values(1)'; echo $?; mkdir d; sqlite3 d 'create table t(a)'; echo $?
#### functions
mkdir w; cd w
sqlite3 :memory: "select upper('a'), length('héé'), substr('hello',2,3), round(2.567,1), abs(-3), coalesce(null,2), typeof(1.0), hex('a'), printf('%05d|%-4s|%.2f',42,'x',1.005), replace('aXa','X','-'), instr('abc','c'), trim('  x '), quote('it''s'), date('2024-01-31','+1 month'), strftime('%Y-%j','2024-03-05'), julianday('2000-01-01'), iif(1,'y','n')"; sqlite3 :memory: "select json_extract('{\"a\":[1,{\"b\":2}]}','\$.a[1].b'), json('[1, 2]'), json_array(1,'x'), json_object('k',1)"; sqlite3 :memory: "select value from json_each('[10,20]')"
#### queries
mkdir w; cd w
sqlite3 :memory: "with recursive c(n) as (select 1 union all select n+1 from c where n<5) select group_concat(n), sum(n) from c; create table s(d,p,v); insert into s values('a','x',1),('a','y',2),('b','x',3); select d,sum(v) from s group by d having sum(v)>2; select d,v,sum(v) over (partition by d order by v), row_number() over (order by v desc) from s; select * from s s1 join s s2 on s1.v<s2.v order by 1,3,6; insert into s values('c','z',9) returning v*2; select p, v from s where p like 'X' order by v desc limit 1; explain query plan select * from s where d='a'"
#### full text, rtree
mkdir w; cd w
sqlite3 :memory: "create virtual table f using fts5(t); insert into f values('the quick brown fox'),('lazy dog'); select t from f where f match 'quick'; select snippet(f,0,'[',']','..',3) from f where f match 'dog'; create virtual table r using rtree(id,a,b); insert into r values(1,0,5),(2,6,9); select id from r where b>5"
#### transactions, constraints, triggers
mkdir w; cd w
sqlite3 t.db "create table t(a check(a>0)); begin; insert into t values(1); rollback; select count(*) from t; begin; insert into t values(2); commit; select * from t; insert into t values(-1)"; echo $?; sqlite3 t.db "create table log(x); create trigger g after insert on t begin insert into log values(new.a); end; insert into t values(7); select * from log; pragma foreign_keys; pragma user_version=3; pragma user_version; savepoint s; delete from t; rollback to s; select count(*) from t"
#### two processes write one database
mkdir w; cd w
sqlite3 t.db 'create table t(a)'; for i in 1 2 3 4; do for j in 1 2 3 4 5; do sqlite3 -cmd '.timeout 20000' t.db "insert into t values($i*10+$j)"; done & done; wait; sqlite3 t.db 'select count(*), sum(a) from t; pragma integrity_check'
#### a locked database
mkdir w; cd w
sqlite3 t.db 'create table t(a)'; printf 'begin exclusive;\n.shell sqlite3 t.db "insert into t values(1)"; echo rc=$?\ncommit;\ninsert into t values(2);\nselect * from t;\n' | sqlite3 t.db
#### readonly, init, cmd, echo
mkdir w; cd w
sqlite3 t.db 'create table t(a); insert into t values(1)'; sqlite3 -readonly t.db 'insert into t values(2)'; echo $?; echo '.mode line' > init; sqlite3 -init init t.db 'select a from t' 2>/dev/null; sqlite3 -cmd 'insert into t values(5)' t.db 'select sum(a) from t'; sqlite3 -echo t.db 'select 1'; sqlite3 -batch t.db 'select 2'; sqlite3 -version | cut -c1-2
#### many rows
mkdir w; cd w
sqlite3 t.db "create table n(x); with recursive c(i) as (select 1 union all select i+1 from c where i<50000) insert into n select i from c; select count(*), sum(x), avg(x) from n; create index ix on n(x); select x from n where x=49999; delete from n where x%2; select count(*) from n; vacuum; select count(*) from n"
