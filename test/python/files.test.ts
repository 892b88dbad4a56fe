// Files that Python shares with the shell and its commands, and what it finds of the file system.

import { describe, expect, test } from "vitest";
import { machine } from "./python-kernel.js";

const vm = machine();

describe("shared files", () => {
  test("what Python writes the shell reads, and the reverse", async () => {
    const line = `python3 -c 'open("a.txt", "w").write("from python\\n")'; cat a.txt; echo from sh > b.txt; python3 -c 'print(open("b.txt").read(), end="")'`;
    expect(await vm.run(line)).toMatchObject({ stdout: "from python\nfrom sh\n", stderr: "" });
  });

  test("one offset for who inherits a descriptor", async () => {
    const line = `printf '1\\n2\\n3\\n' > lines; { python3 -c 'import os; os.read(0, 2)'; cat; } < lines`;
    expect(await vm.run(line)).toMatchObject({ stdout: "2\n3\n" });
  });

  test("appends of two programs at once are whole lines", async () => {
    const writer = `python3 -c 'import sys; f = open("log", "a")
for n in range(200): f.write(sys.argv[1] * 20 + "\\n"); f.flush()'`;
    const line = `${writer} a & ${writer} b & wait; sort log | uniq -c | tr -s ' '`;
    expect(await vm.run(line)).toMatchObject({
      stdout: ` 200 ${"a".repeat(20)}\n 200 ${"b".repeat(20)}\n`,
    });
  });

  test("an SQLite file: written in Python, read by sqlite3, and the reverse", async () => {
    await vm.kernel.writeFile(
      "/work/rows.py",
      `import sqlite3
db = sqlite3.connect("/work/rows.db")
db.execute("create table rows(name text, size real)")
with db: db.executemany("insert into rows values (?, ?)", [("é", 1.5), ("b", 2)])
db.close()`,
    );
    const lines = [
      "python3 rows.py",
      `sqlite3 rows.db 'select name, size * 2 from rows; insert into rows values ("c", 9)'`,
      `python3 -c 'import sqlite3; print(sqlite3.connect("rows.db").execute("select count(*), max(size) from rows").fetchone())'`,
      "sqlite3 rows.db 'pragma integrity_check'",
    ];
    expect(await vm.run(lines.join("; "))).toMatchObject({
      stdout: "é|3.0\nb|4.0\n(3, 9.0)\nok\n",
      stderr: "",
    });
  });

  test("archives go both ways", async () => {
    const line = `mkdir -p tree/sub; echo deep > tree/sub/file; tar -cf tree.tar tree; python3 -c '
import tarfile, zipfile, shutil
with tarfile.open("tree.tar") as tar: print(sorted(tar.getnames())); tar.extractall("out", filter="data")
shutil.make_archive("again", "gztar", "out")'; tar -xzf again.tar.gz -O ./tree/sub/file`;
    expect(await vm.run(line)).toMatchObject({
      stdout: "['tree', 'tree/sub', 'tree/sub/file']\ndeep\n",
      stderr: "",
    });
  });

  test("a FIFO between Python and the shell", async () => {
    const line = `python3 -c 'import os; os.mkfifo("pipe")'; python3 -c 'print(open("pipe").read().upper(), end="")' & echo through > pipe; wait`;
    expect(await vm.run(line)).toMatchObject({ stdout: "THROUGH\n", stderr: "" });
  });
});

test("locks: flock and lockf keep another process out", async () => {
  const found = await vm.answers(`
import fcntl, json, subprocess, sys
found = []
held = open("/work/lock", "w")
for lock in ("flock", "lockf"):
    getattr(fcntl, lock)(held, fcntl.LOCK_EX)
    program = f"import fcntl; fcntl.{lock}(open('/work/lock', 'w'), fcntl.LOCK_EX | fcntl.LOCK_NB)"
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    getattr(fcntl, lock)(held, fcntl.LOCK_UN)
    freed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    found.append([told.returncode, told.stderr.splitlines()[-1].split(":")[0], freed.returncode])
print(json.dumps(found))`);
  expect(found).toEqual([
    [1, "BlockingIOError", 0],
    [1, "BlockingIOError", 0],
  ]);
});

test("the file system's calls answer as Linux's", async () => {
  const found = await vm.answers(`
import errno, json, os, stat, tempfile
found = {}
def error(name, act):
    try: act(); found[name] = None
    except OSError as e: found[name] = [type(e).__name__, errno.errorcode[e.errno], e.strerror]
os.chdir(tempfile.mkdtemp())
open("file", "w").write("text"); os.mkdir("directory"); open("directory/inner", "w").close()
error("absent", lambda: open("absent"))
error("directory", lambda: open("directory", "w"))
error("not a directory", lambda: open("file/inner"))
error("exists", lambda: os.mkdir("directory"))
error("not empty", lambda: os.rmdir("directory"))
error("cross", lambda: os.rename("file", "/proc/x"))
error("loop", lambda: (os.symlink("loop", "loop"), open("loop")))
error("long", lambda: open("x" * 300))
error("exclusive", lambda: open("file", "x"))
error("bad", lambda: os.close(99))
error("seek", lambda: os.lseek(os.pipe()[0], 0, 0))
error("full", lambda: os.write(os.open("/dev/full", os.O_WRONLY), b"x"))
os.link("file", "second"); os.chmod("file", 0o604); os.utime("file", ns=(1_000_000_000, 2_500_000_000))
st = os.stat("second")
found["stat"] = [st.st_nlink, oct(st.st_mode), st.st_size, st.st_mtime_ns, stat.S_ISREG(st.st_mode)]
found["scan"] = sorted([e.name, e.is_dir(follow_symlinks=False), e.is_symlink()] for e in os.scandir())
os.utime("second"); found["now"] = os.stat("second").st_mtime_ns > 2_500_000_000
found["space"] = os.statvfs(".").f_bsize > 0
found["sparse"] = (os.truncate("file", 1000), os.path.getsize("file"), open("file", "rb").read()[4:8].hex())[1:]
print(json.dumps(found))`);
  expect(found).toEqual({
    absent: ["FileNotFoundError", "ENOENT", "No such file or directory"],
    directory: ["IsADirectoryError", "EISDIR", "Is a directory"],
    "not a directory": ["NotADirectoryError", "ENOTDIR", "Not a directory"],
    exists: ["FileExistsError", "EEXIST", "File exists"],
    "not empty": ["OSError", "ENOTEMPTY", "Directory not empty"],
    cross: ["OSError", "EXDEV", expect.any(String)],
    loop: ["OSError", "ELOOP", expect.any(String)],
    long: ["OSError", "ENAMETOOLONG", expect.any(String)],
    exclusive: ["FileExistsError", "EEXIST", "File exists"],
    bad: ["OSError", "EBADF", "Bad file descriptor"],
    seek: ["OSError", "ESPIPE", "Invalid seek"],
    full: ["OSError", "ENOSPC", "No space left on device"],
    stat: [2, "0o100604", 4, 2_500_000_000, true],
    scan: [
      ["directory", true, false],
      ["file", false, false],
      ["loop", false, true],
      ["second", false, false],
    ],
    now: true,
    space: true,
    sparse: [1000, "00000000"],
  });
});
