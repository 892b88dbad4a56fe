const semver = require("semver");

console.log(semver.satisfies("1.2.3", "^1.0.0 || >=3"), semver.inc("1.2.3-beta.1", "prerelease"));
console.log(
  ["1.10.0", "1.9.0", "1.9.0-rc.1"].sort(semver.compare),
  semver.coerce("v3.4 is here").version,
);
console.log(
  semver.maxSatisfying(["1.0.0", "1.5.2", "2.0.0"], "~1.5"),
  semver.validRange("nonsense x"),
);
