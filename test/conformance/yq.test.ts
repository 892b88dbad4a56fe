// yq has no oracle on the recording host (Debian's yq is another program), so that these answers are those of the manual of
// mikefarah's yq 4, and of what it promises: what an expression leaves alone stays as it was written.

import { createInMemoryFileSystem, createKernel } from "secure-exec/kernel";
import { createWasmVmRuntime } from "secure-exec/wasmvm";
import { expect, test } from "vitest";

const FILE = `# the top
a: 1 # one
b:
  # inner
  c: "x"
  d: [1, 2]
n: plain
list:
  - name: p
    v: 0x1F
  # second
  - name: q
# the end
`;

const CSV = 'name,n,ok\nGary,1,true\nSam,,"a ""q"", b"\n';
const TOML = `title = "T"
n = 1
f = 1.5
a = [1, 2]

[owner]
name = "x"

[[p]]
k = 1

[[p]]
k = 2
`;
const XML = `<?xml version="1.0" encoding="UTF-8"?>
<root id="1">x&lt;y
  <cat legs="4">meow &amp; purr</cat>
  <cat></cat>
  <d>
    <e>1</e>
  </d>
</root>
`;

const cases: readonly (readonly [script: string, stdout: string, exitCode?: number])[] = [
  ["yq .a f.yaml; yq .b.c f.yaml; yq '.list[].name' f.yaml", "1\nx\np\nq\n"],
  ["yq . f.yaml", FILE],
  ["yq '.a = 5' f.yaml", FILE.replace("a: 1", "a: 5")],
  ["yq -i '.b.c = \"y\"' f.yaml; cat f.yaml", FILE.replace('"x"', '"y"')],
  ['yq \'.list += [{"name": "r"}]\' f.yaml | tail -3', "  - name: q\n  - name: r\n# the end\n"],
  ["yq -o json .b f.yaml", '{\n  "c": "x",\n  "d": [\n    1,\n    2\n  ]\n}\n'],
  ["yq -o=json -I=0 .list f.yaml", '[{"name":"p","v":31},{"name":"q"}]\n'],
  ['echo \'{"a":[1,{"b":null}]}\' | yq -P .', "a:\n  - 1\n  - b: null\n"],
  ["printf 'a: 1\\n---\\na: 2\\n' | yq .", "a: 1\n---\na: 2\n"],
  ["printf 'x: &k {k: 1}\\nz:\\n  <<: *k\\n  m: 2\\n' | yq -o json -I0 .z", '{"m":2,"k":1}\n'],
  ["FOO=bar yq -n '.x.z = strenv(FOO)'", "x:\n  z: bar\n"],
  [
    "printf 'a: 1\\nb: 2\\n' > 1.yml; printf 'b: 3\\n' > 2.yml; yq ea '. as $item ireduce ({}; . * $item)' 1.yml 2.yml; yq ea 'select(fi == 0) * select(fi == 1)' 1.yml 2.yml",
    "a: 1\nb: 3\na: 1\nb: 3\n",
  ],
  ["yq '.list[] | select(.name == \"q\") | .name' f.yaml; yq '.list | length' f.yaml", "q\n2\n"],
  ["yq .nope f.yaml; yq -e .nope f.yaml", "null\nnull\n", 1],
  ["yq '.a[' f.yaml", "", 1],
  ["yq . nope.yaml", "", 1],
  ["printf 'a: [\\n' | yq .", "", 1],
  ["printf 'a: b: c\\n' | yq .", "", 1],
  ["head -c 100000 /dev/zero | tr '\\0' '[' | yq .", "", 1],
  ["printf '\\001' | yq .", "", 1],
  [
    "yq -oy . a.csv; yq a.csv; yq -ojson -I0 '.[1]' a.csv; yq '.[0].n = 5' a.csv; yq -o tsv a.csv",
    `- name: Gary\n  "n": 1\n  ok: true\n- name: Sam\n  "n": ""\n  ok: a "q", b\n${CSV}{"name":"Sam","n":"","ok":"a \\"q\\", b"}\n${CSV.replace("1,", "5,")}${CSV.replace(/^([^,]*),([^,]*),/gm, "$1\t$2\t")}`,
  ],
  [
    "printf -- '- [1, 2]\\n- [a, \"b,c\"]\\n' | yq -o csv .; printf '[a, 1, null]' | yq -o csv .; echo 'a: 1' | yq -o csv .",
    '1,2\na,"b,c"\na,1,\n',
    1,
  ],
  [
    "yq -oy . c.toml; yq .owner.name c.toml; yq -i '.n = 2' c.toml; cat c.toml; echo 'a: null' | yq -o toml .",
    `title: T\n"n": 1\nf: 1.5\na:\n  - 1\n  - 2\nowner:\n  name: x\np:\n  - k: 1\n  - k: 2\nx\n${TOML.replace("n = 1", "n = 2")}`,
    1,
  ],
  ["echo 'a = ' | yq -p toml .", "", 1],
  [
    "yq -oy . x.xml; yq x.xml; yq '.root.d.e = 5 | .root.d' x.xml",
    `+p_xml: version="1.0" encoding="UTF-8"\nroot:\n  +content: x<y\n  +@id: "1"\n  cat:\n    - +content: meow & purr\n      +@legs: "4"\n    - null\n  d:\n    e: "1"\n${XML}<e>5</e>\n`,
  ],
  ["echo '<a><b></a>' | yq -p xml .", "", 1],
  ["echo '<a>' | yq -p xml .", "", 1],
  ["for i in {1..10000}; do printf '<a>'; done | yq -p xml .", "", 1],
];

test.each(cases)("%s", async (script, stdout, exitCode = 0) => {
  const kernel = createKernel({ filesystem: createInMemoryFileSystem() });
  try {
    await kernel.mount(createWasmVmRuntime());
    await kernel.mkdir("/w");
    await kernel.writeFile("/w/f.yaml", FILE);
    await kernel.writeFile("/w/a.csv", CSV);
    await kernel.writeFile("/w/c.toml", TOML);
    await kernel.writeFile("/w/x.xml", XML);
    const result = await kernel.exec(`cd /w; ${script}`, { timeout: 20_000 });
    expect({ stdout: result.stdout, exitCode: result.exitCode }).toEqual({ stdout, exitCode });
  } finally {
    await kernel.dispose();
  }
});
