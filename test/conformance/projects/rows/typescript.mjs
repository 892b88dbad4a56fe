import ts from "typescript";

const source =
  "export class A<T> { constructor(private readonly value: T) {} get(): T | undefined { return this?.value; } }";
console.log(
  ts.transpileModule(source, { compilerOptions: { target: "ES2017", module: "CommonJS" } })
    .outputText,
);
const file = ts.createSourceFile("a.ts", source, ts.ScriptTarget.Latest, true);
const kinds = [];
const walk = (node) => {
  kinds.push(ts.SyntaxKind[node.kind]);
  ts.forEachChild(node, walk);
};
walk(file);
console.log(kinds.join(" "));
