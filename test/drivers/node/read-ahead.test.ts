// A module's loader reads files ahead that the text seems to load: nothing of it may be seen.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { bootNode, nodeInGuest, nodeOnHost } from "./node-kernel.js";

const files: Record<string, string> = {
  "changes.js":
    "require('./writes.js');\nrequire('./written.js');\nrequire('./removed.js');\nrequire('./by-another.js');\n",
  "writes.js": `
    const fs = require('fs'); const { join } = require('path');
    fs.writeFileSync(join(__dirname, 'written.js'), 'console.log("new")');
    fs.unlinkSync(join(__dirname, 'removed.js'));
    require('child_process').execFileSync('sh', ['-c', 'echo "console.log(4)" > by-another.js'], { cwd: __dirname });
    process.on('exit', () => console.log(fs.existsSync(join(__dirname, 'removed.js'))));
    process.on('uncaughtException', ({ code }) => { console.log(code); require('./by-another.js'); });`,
  "written.js": 'console.log("old")',
  "removed.js": "console.log('still there')",
  "by-another.js": "console.log('old')",
  "names.js": `
require('./plain'); require('./folder'); require("./both"); require('../app/plain.js'); require('./data.json');
console.log(require('./text').length, require('./data'));
try { require('./none'); } catch ({ code }) { console.log(code); }
try { require('./none.js'); } catch ({ code }) { console.log(code); }
try { require('./folder.js'); } catch ({ code }) { console.log(code); }
// require('./never.js')
/*
require('./never.js')
*/
console.log(Object.keys(require.cache).map((file) => require('path').basename(file)));`,
  "plain.js": "console.log('plain', __filename.endsWith('plain.js'))",
  "folder/index.js": "require('./inner.js'); require('../plain.js'); console.log('folder')",
  "folder/inner.js": "console.log('inner')",
  "both.js": "console.log('the file')",
  "both/index.js": "console.log('the folder')",
  "data.json": '{ "x": 41 }',
  text: `module.exports = "${"x".repeat(70_000)}"`,
  "never.js": "console.log('never')",
  "statuses.js": `
require('./looks.js'); require('./looked-at.js');`,
  "looks.js": `
    const fs = require('fs'); const file = require('path').join(__dirname, 'looked-at.js');
    console.log(fs.lstatSync(file).size, fs.readFileSync(file, 'utf8'), fs.statSync(file).isFile());`,
  "looked-at.js": "console.log('looked at')",
};

test.each(["changes.js", "names.js", "statuses.js"])("%s", async (name) => {
  const directory = join(mkdtempSync(join(tmpdir(), "node-ahead-")), "app");
  onTestFinished(() => rmSync(dirname(directory), { recursive: true }));
  const kernel = await bootNode();
  for (const [file, source] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, file)), { recursive: true });
    writeFileSync(join(directory, file), source);
    await kernel.mkdir(dirname(`/app/${file}`), { recursive: true });
    await kernel.writeFile(`/app/${file}`, source);
  }
  const guest = await nodeInGuest(kernel, [`/app/${name}`]);
  expect(guest).toEqual(nodeOnHost([join(directory, name)], "/"));
});
