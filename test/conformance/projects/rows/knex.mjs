import knex from "knex";

const db = knex({ client: "pg" });
console.log(
  db("users").where({ id: 1 }).orWhere("age", ">", 18).orderBy("name").limit(3).toString(),
);
console.log(
  db.schema
    .createTable("t", (t) => {
      t.increments("id");
      t.string("name", 50).notNullable();
      t.timestamps(true, true);
    })
    .toString(),
);
console.log(
  db("a")
    .insert([{ x: 1 }, { x: 2 }])
    .returning("id")
    .toSQL().sql,
);
await db.destroy();
