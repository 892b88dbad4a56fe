import { readFileSync, writeFileSync } from "node:fs";
import initSqlJs from "sql.js";

const SQL = await initSqlJs();
const db = new SQL.Database();
db.run("create table t (a integer, b text); insert into t values (1, 'x'), (2, 'y')");
writeFileSync("t.sqlite", db.export());
const again = new SQL.Database(readFileSync("t.sqlite"));
console.log(
  JSON.stringify(again.exec("select sum(a), group_concat(b) from t")),
  SQL.Database.name.length > 0,
);
const statement = again.prepare("select * from t where a = ?");
console.log(statement.getAsObject([2]));
statement.free();
