const _ = require("lodash");

console.log(_.chunk([1, 2, 3, 4, 5], 2), _.groupBy([6.1, 4.2, 6.3], Math.floor));
console.log(_.template("hello <%= user %>!")({ user: "fred" }), _.camelCase("foo bar-baz"));
console.log(
  _.merge({ a: [{ b: 2 }] }, { a: [{ c: 3 }] }),
  _.cloneDeep({ a: new Map([[1, { b: 2 }]]) }),
);
console.log(
  _.isEqual({ a: new Set([1]) }, { a: new Set([1]) }),
  _.sortBy([{ n: 3 }, { n: 1 }], "n"),
);
const debounced = _.debounce(() => console.log("debounced"), 10);
debounced();
debounced();
console.log(_.range(5).map(_.partial(_.add, 10)), require("lodash/fp").map((x) => x * 2)([1, 2]));
