import prettier from "prettier";

const format = (source, parser) => prettier.format(source, { parser });
console.log(await format("const a={b:1,c:[1,2,3]};function f(x){return x??1}", "babel"));
console.log(await format("interface A{b?:string;c:number|null}\nenum E{X,Y}", "typescript"));
console.log(await format("a{color:red;&:hover{color:blue}}", "css"));
console.log(await format("# Title\n* a\n* b\n\n```js\nlet  x\n```\n", "markdown"));
console.log(await format("a:   1\nb:\n    - x", "yaml"));
await format("let = ;", "babel").catch((error) =>
  console.log(error.name, error.message.split("\n")[0]),
);
