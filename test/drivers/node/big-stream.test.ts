// A large file through a pipeline of both runtimes.

import { expect, test } from "vitest";
import { bootNode } from "./node-kernel.js";

test("50 MB from a file through node into the shell, correct to the byte", async () => {
  const kernel = await bootNode();
  const big = new Uint8Array(50 * 1024 * 1024);
  for (let index = 0; index < big.length; index++) big[index] = (index * 31 + (index >> 13)) & 255;
  await kernel.writeFile("/tmp/big", big);
  const result = await kernel.exec(
    `cat /tmp/big | node -e 'process.stdin.pipe(process.stdout)' | tee /tmp/copy | wc -c`,
  );
  expect(result).toMatchObject({ exitCode: 0, stdout: `${big.length}\n`, stderr: "" });
  expect(Buffer.compare(await kernel.readFile("/tmp/copy"), big)).toBe(0);
}, 60_000);
