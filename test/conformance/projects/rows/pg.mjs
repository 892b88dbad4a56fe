// needs: postgres
import pg from "pg";

const { PGHOST, PGPORT, PGUSER } = process.env;
const pool = new pg.Pool({
  host: PGHOST,
  port: Number(PGPORT),
  user: PGUSER,
  database: "postgres",
  max: 3,
});
await pool.query("drop table if exists matrix");
await pool.query(
  "create table matrix (id serial primary key, name text, at timestamptz, data jsonb, bytes bytea)",
);
await pool.query("insert into matrix (name, at, data, bytes) values ($1, $2, $3, $4)", [
  "ann",
  new Date(0),
  { a: [1, 2] },
  Buffer.from([1, 2, 255]),
]);
console.log((await pool.query("select * from matrix")).rows);
console.log(
  await Promise.all(
    [1, 2, 3, 4].map(async (n) => (await pool.query("select $1::int * 2 as n", [n])).rows[0].n),
  ),
);
await pool.query("select nope").catch(({ code, message }) => console.log(code, message));
const client = await pool.connect();
await client.query("begin");
await client.query("insert into matrix (name) values ('gone')");
await client.query("rollback");
console.log((await client.query("select count(*)::int as count from matrix")).rows);
const heard = new Promise((resolve) => client.on("notification", resolve));
await client.query("listen news");
await pool.query("notify news, 'hello'");
console.log((await heard).payload);
client.release();
await pool.query("drop table matrix");
await pool.end();
