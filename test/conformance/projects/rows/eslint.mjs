import { ESLint } from "eslint";

const eslint = new ESLint({
  overrideConfigFile: true,
  fix: true,
  overrideConfig: [
    {
      files: ["**/*.js"],
      rules: { "no-unused-vars": "error", "prefer-const": "error", semi: "error", eqeqeq: "warn" },
    },
  ],
});
const [result] = await eslint.lintText("let a = 1\nlet unused = 2;\nif (a == 1) console.log(a)\n", {
  filePath: "example.js",
});
console.log(result.output);
for (const { ruleId, line, column, message, severity } of result.messages) {
  console.log(ruleId, line, column, severity, message);
}
console.log(
  (await eslint.loadFormatter("stylish")).format([{ ...result, filePath: "example.js" }]),
);
