import { minify } from "terser";

const { code, map } = await minify(
  {
    "a.js":
      "function add(first, second) { const unused = 1; return first + second; }\nconsole.log(add(1, 2));",
  },
  { sourceMap: true, toplevel: true },
);
console.log(code, JSON.parse(map).sources);
await minify("let = ;").catch(({ message, line, col }) => console.log(message, line, col));
