import postcss from "postcss";

const plugin = {
  postcssPlugin: "upper",
  Declaration(node) {
    if (node.prop === "color") node.value = node.value.toUpperCase();
  },
};
const result = await postcss([plugin]).process("a { color: red; b: c }", {
  from: "a.css",
  map: { inline: false },
});
console.log(result.css, result.map.toJSON().sources);
try {
  postcss.parse("a {");
} catch (error) {
  console.log(error.name, error.reason);
}
