import less from "less";

const { css } = await less.render(
  "@c: #f80; .a { color: darken(@c, 10%); .b & { width: (10px * 2); } &:hover { .mixin(); } } .mixin() { x: y; }",
);
console.log(css);
await less
  .render(".a { color: @nope; }")
  .catch(({ type, message, line }) => console.log(type, message, line));
