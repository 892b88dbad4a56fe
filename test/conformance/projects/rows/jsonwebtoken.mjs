import { generateKeyPairSync } from "node:crypto";
import jwt from "jsonwebtoken";

const token = jwt.sign({ sub: "ann", iat: 1_700_000_000 }, "secret", { algorithm: "HS256" });
console.log(token, jwt.verify(token, "secret"));
try {
  jwt.verify(token, "wrong");
} catch (error) {
  console.log(error.name, error.message);
}
const expired = jwt.sign({ exp: 1 }, "secret");
try {
  jwt.verify(expired, "secret");
} catch (error) {
  console.log(error.name, error.expiredAt);
}
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const signed = jwt.sign({ a: 1 }, privateKey, { algorithm: "RS256", noTimestamp: true });
console.log(jwt.verify(signed, publicKey), jwt.decode(signed, { complete: true }).header);
