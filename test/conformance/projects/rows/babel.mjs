import { transformAsync } from "@babel/core";

const plugin = ({ types: t }) => ({
  visitor: {
    Identifier(path) {
      if (path.node.name === "foo") path.replaceWith(t.identifier("bar"));
    },
  },
});
const { code, map } = await transformAsync("const foo = () => foo + 1;", {
  configFile: false,
  babelrc: false,
  plugins: [plugin],
  sourceMaps: true,
  filename: "a.js",
});
console.log(code, map.mappings.length > 0);
