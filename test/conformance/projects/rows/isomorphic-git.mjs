import fs from "node:fs";
import git from "isomorphic-git";

const dir = "repo";
const author = {
  name: "Ann",
  email: "ann@example.org",
  timestamp: 1_700_000_000,
  timezoneOffset: 0,
};
await git.init({ fs, dir, defaultBranch: "main" });
await fs.promises.writeFile(`${dir}/a.txt`, "one\n");
await git.add({ fs, dir, filepath: "a.txt" });
console.log(await git.commit({ fs, dir, message: "first", author, committer: author }));
await git.branch({ fs, dir, ref: "topic", checkout: true });
await fs.promises.writeFile(`${dir}/b.txt`, "two\n");
console.log(await git.statusMatrix({ fs, dir }));
await git.add({ fs, dir, filepath: "b.txt" });
await git.commit({ fs, dir, message: "second", author, committer: author });
await git.checkout({ fs, dir, ref: "main" });
console.log(fs.readdirSync(dir).sort());
console.log(await git.merge({ fs, dir, ours: "main", theirs: "topic", author, committer: author }));
for (const { oid, commit } of await git.log({ fs, dir })) console.log(oid, commit.message.trim());
