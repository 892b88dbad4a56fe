import { eq, sql } from "drizzle-orm";
import { drizzle } from "drizzle-orm/sql-js";
import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
import initSqlJs from "sql.js";

const SQL = await initSqlJs();
const db = drizzle(new SQL.Database());
const users = sqliteTable("users", {
  id: integer("id").primaryKey(),
  name: text("name").notNull(),
});
db.run(sql`create table users (id integer primary key, name text not null)`);
db.insert(users)
  .values([{ name: "Ann" }, { name: "Bob" }])
  .run();
db.update(users).set({ name: "Bea" }).where(eq(users.name, "Bob")).run();
console.log(db.select().from(users).all(), db.select().from(users).where(eq(users.id, 2)).toSQL());
try {
  db.run(sql`insert into users (name) values (null)`);
} catch (error) {
  console.log((error.cause ?? error).message);
}
