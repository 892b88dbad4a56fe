import YAML from "yaml";

const text =
  "a: &x [1, 2]\nb: *x\nc: |\n  two\n  lines\nd: 2001-12-14\n# a comment\ne: {f: ~, g: 0x1f}\n";
const document = YAML.parseDocument(text);
console.log(document.toJS(), String(document));
console.log(YAML.stringify({ list: [{ a: 1 }, "two: 2"], nested: { deep: [[]] } }));
try {
  YAML.parse("a: [1,");
} catch (error) {
  console.log(error.name, error.code, error.message);
}
