import { writeFileSync } from "node:fs";
import * as sass from "sass";

writeFileSync("_part.scss", "$c: #abc !default; @mixin box { border: 1px solid $c; }");
writeFileSync(
  "main.scss",
  '@use "part"; @use "sass:math"; .a { .b { @include part.box; width: math.div(10px, 4); } }',
);
console.log(sass.compile("main.scss").css);
try {
  sass.compileString("a { color: $nope }");
} catch (error) {
  console.log(error.sassMessage);
}
