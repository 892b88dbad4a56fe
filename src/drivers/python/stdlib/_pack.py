# Packs the standard library: run by CPython itself over Pyodide's archive of sources, once for a machine.
# What is in /overlay replaces modules or adds them; _patches.py changes single lines. Bytecode is beside the sources as on
# any installation, but never compared with them, so that nothing is compiled when a program starts. pip's wheel, /pip.whl,
# is installed when it is there. What is written to /packed is what guests see in /usr/lib/python3.14.

import base64
import hashlib
import importlib._bootstrap_external as external
import os
import sys
import zipfile

rules = {}
with open("/overlay/_patches.py") as file:
    exec(file.read(), rules)
DROPPED, PATCHES = rules["DROPPED"], rules["PATCHES"]
HOME = "/usr/lib/python3.14/"
PACKAGES = "site-packages/"
OWN = ("_pack.py", "_patches.py")


def packed(name):
    return name.endswith(".py") and not name.startswith(DROPPED)


def overlay():
    with open("/overlay/index") as index:
        names = index.read().split()
    for name in names:
        if name not in OWN:
            with open("/overlay/" + name, "rb") as file:
                yield name, file.read()


def patched(name, source):
    for old, new in PATCHES.get(name, ()):
        old, new = old.encode(), new.encode()
        if source.count(old) != 1:
            raise SystemExit(f"{name} does not have {old!r} once")
        source = source.replace(old, new)
    return source


def bytecode(name, source):
    code = compile(source, HOME + name, "exec", dont_inherit=True, optimize=0)
    folder, _, file = name.rpartition("/")
    place = f"{folder}/__pycache__/" if folder else "__pycache__/"
    tag = sys.implementation.cache_tag
    return f"{place}{file[:-3]}.{tag}.pyc", bytes(external._code_to_hash_pyc(code, b"\0" * 8, False))


def with_bytecode(sources):
    files = {}
    for name, source in sorted(sources.items()):
        files[name] = source
        compiled, content = bytecode(name, source)
        files[compiled] = content
    return files


def wheel():
    """What installing pip's wheel makes of it, but for the commands, which the kernel has."""
    if not os.path.exists("/pip.whl"):
        return {}
    with zipfile.ZipFile("/pip.whl") as archive:
        files = {PACKAGES + name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}
    return {name: patched(name.removeprefix(PACKAGES), content) for name, content in files.items()}


def recorded(files):
    """With a list of their hashes, by which pip takes itself away: some are changed here, and there is bytecode."""
    record = next(name for name in files if name.endswith(".dist-info/RECORD"))
    rows = []
    for name, content in files.items():
        if name == record:
            rows.append(f"{name.removeprefix(PACKAGES)},,")
            continue
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        rows.append(f"{name.removeprefix(PACKAGES)},sha256={digest},{len(content)}")
    return {**files, record: "".join(row + "\n" for row in rows).encode()}


def pip():
    files = wheel()
    if not files:
        return {}
    sources = {name: content for name, content in files.items() if name.endswith(".py")}
    return recorded({**files, **with_bytecode(sources)})


def main():
    with zipfile.ZipFile("/usr/lib/python314.zip") as stock:
        sources = {name: stock.read(name) for name in stock.namelist() if packed(name)}
    missing = {name for name in PATCHES if not name.startswith("pip/")} - set(sources)
    if missing:
        raise SystemExit(f"not in the library: {missing}")
    sources = {name: patched(name, source) for name, source in sources.items()}
    sources.update(overlay())
    for name, content in {**with_bytecode(sources), **pip()}.items():
        with open("/packed/" + name, "wb") as file:
            file.write(content)


main()
