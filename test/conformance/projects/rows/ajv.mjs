import { Ajv } from "ajv";

const validate = new Ajv({ allErrors: true }).compile({
  type: "object",
  properties: { a: { type: "integer", minimum: 1 }, b: { enum: ["x", "y"] } },
  required: ["a"],
  additionalProperties: false,
});
console.log(
  validate({ a: 1, b: "x" }),
  validate({ a: 0, b: "z", c: 1 }),
  validate.errors.map(({ message }) => message),
);
