import { enablePatches, produce, produceWithPatches } from "immer";

enablePatches();
const base = { a: { b: [1, 2] }, c: 3 };
const next = produce(base, (draft) => {
  draft.a.b.push(3);
});
console.log(next, base.a.b, Object.isFrozen(next), next.c === base.c);
console.log(
  JSON.stringify(
    produceWithPatches(base, (draft) => {
      delete draft.c;
      draft.a.b[0] = 9;
    })[1],
  ),
);
