import { PGlite } from "@electric-sql/pglite";

const db = new PGlite();
await db.exec("create table t (id serial primary key, name text, data jsonb)");
await db.query("insert into t (name, data) values ($1, $2), ($3, $4)", [
  "a",
  { x: 1 },
  "b",
  { x: 2 },
]);
console.log((await db.query("select name, data->>'x' as x from t order by id desc")).rows);
await db.query("select nope from t").catch((error) => console.log(error.code, error.message));
await db.close();
