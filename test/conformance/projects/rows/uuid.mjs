import { NIL, parse, stringify, v1, v3, v4, v5, v7, validate, version } from "uuid";

console.log(v5("example.org", v5.DNS), v3("example.org", v3.DNS), NIL);
for (const make of [v1, v4, v7]) {
  const id = make();
  console.log(validate(id), version(id), stringify(parse(id)) === id);
}
console.log(new Set(Array.from({ length: 1000 }, () => v4())).size);
