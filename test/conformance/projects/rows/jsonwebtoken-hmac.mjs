import jwt from "jsonwebtoken";

for (const algorithm of ["HS256", "HS384", "HS512"]) {
  const token = jwt.sign({ sub: "ann", iat: 1_700_000_000 }, "secret", {
    algorithm,
    audience: "me",
  });
  console.log(token, jwt.verify(token, "secret", { audience: "me" }));
}
for (const [token, key] of [
  ["a.b.c", "x"],
  [jwt.sign({ nbf: 4_000_000_000 }, "s"), "s"],
]) {
  try {
    jwt.verify(token, key);
  } catch (error) {
    console.log(error.name, error.message);
  }
}
