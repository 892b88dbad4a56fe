import { customAlphabet, nanoid } from "nanoid";

console.log(
  nanoid().length,
  /^[\w-]{21}$/.test(nanoid()),
  /^[ab]{8}$/.test(customAlphabet("ab", 8)()),
);
