import Joi from "joi";

const schema = Joi.object({
  name: Joi.string().min(3).required(),
  email: Joi.string().email(),
  born: Joi.date().iso(),
});
console.log(schema.validate({ name: "ann", email: "ann@example.org", born: "2000-01-01" }));
console.log(
  schema
    .validate({ name: "a", email: "x" }, { abortEarly: false })
    .error.details.map(({ message }) => message),
);
