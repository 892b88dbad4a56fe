import { writeFileSync } from "node:fs";
import dotenv from "dotenv";

writeFileSync(
  ".env",
  'A=1\nB="two words"\nC=\'single $A\'\n# comment\nEMPTY=\nMULTI="l1\nl2"\nexport D=4 # end\n',
);
process.env.A = "kept";
const { parsed } = dotenv.config({ quiet: true });
console.log(parsed, process.env.A, process.env.B, process.env.MULTI);
console.log(dotenv.config({ path: "missing.env", quiet: true }).error.code);
