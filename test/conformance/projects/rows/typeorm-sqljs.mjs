import "reflect-metadata";
import { DataSource, EntitySchema, MoreThan } from "typeorm";

const User = new EntitySchema({
  name: "User",
  columns: {
    id: { type: Number, primary: true, generated: true },
    name: { type: String },
    age: { type: Number },
  },
});
const source = new DataSource({
  type: "sqljs",
  entities: [User],
  synchronize: true,
  logging: false,
});
await source.initialize();
const users = source.getRepository("User");
await users.save([
  { name: "Ann", age: 30 },
  { name: "Bob", age: 20 },
]);
console.log(await users.find({ where: { age: MoreThan(25) } }), await users.count());
await source.transaction(async (manager) => {
  await manager.update("User", { name: "Bob" }, { age: 21 });
});
console.log(await users.findOneBy({ name: "Bob" }));
await source.destroy();
