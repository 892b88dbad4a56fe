# Packs the standard library: run by CPython itself over Pyodide's archive of sources, once for a machine.
# What is in /overlay replaces modules or adds them; _patches.py changes single lines. Sources are kept for
# tracebacks and `inspect`; bytecode is beside them, so that nothing is compiled when a program starts. pip's wheel,
# /pip.whl, becomes a part of it when it is there.

import importlib._bootstrap_external as external
import io
import os
import zipfile

rules = {}
with open("/overlay/_patches.py") as file:
    exec(file.read(), rules)
DROPPED, PATCHES = rules["DROPPED"], rules["PATCHES"]
HOME = "/usr/lib/python314.zip/"
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


def wheel():
    """What pip's wheel holds, but for the list of its files' hashes: they are changed here."""
    if not os.path.exists("/pip.whl"):
        return {}
    with zipfile.ZipFile("/pip.whl") as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith(("/", "/RECORD"))}


def main():
    with zipfile.ZipFile("/usr/lib/python314.zip") as stock:
        sources = {name: stock.read(name) for name in stock.namelist() if packed(name)}
    pip = wheel()
    data = {name: content for name, content in pip.items() if not name.endswith(".py")}
    sources.update((name, source) for name, source in pip.items() if name.endswith(".py"))
    missing = {name for name in PATCHES if pip or not name.startswith("pip/")} - set(sources)
    if missing:
        raise SystemExit(f"not in the library: {missing}")
    sources = {name: patched(name, source) for name, source in sources.items()}
    sources.update(overlay())
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as target:
        for name, source in sorted(sources.items()):
            code = compile(source, HOME + name, "exec", dont_inherit=True, optimize=0)
            bytecode = external._code_to_hash_pyc(code, b"\0" * 8, False)
            target.writestr(zipfile.ZipInfo(name + "c"), bytes(bytecode))
            target.writestr(zipfile.ZipInfo(name), source)
        for name, content in sorted(data.items()):
            target.writestr(zipfile.ZipInfo(name), content)
    with open("/packed.zip", "wb") as file:
        file.write(archive.getvalue())


main()
