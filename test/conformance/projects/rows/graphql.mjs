import { buildSchema, graphql } from "graphql";

const schema = buildSchema("type Query { hello(name: String!): String, list: [Int!]! }");
const rootValue = { hello: ({ name }) => `hello ${name}`, list: async () => [1, 2, 3] };
for (const source of ['{ hello(name: "x") list }', "{ nope }", "{ hello }"]) {
  console.log(JSON.stringify(await graphql({ schema, source, rootValue })));
}
