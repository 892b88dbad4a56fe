# What is changed in Pyodide's standard library when it is packed: by file, (what stands there once, what shall).

# Pyodide's own packages: there is no JavaScript for them to talk to.
DROPPED = ("pyodide/", "_pyodide/", "pyodide_js/", "pyodide-")

PATCHES = {
    # The first module that is imported, whatever the command line says.
    "encodings/__init__.py": (
        ("import codecs\n", "import _secure_exec_boot\nimport codecs\n"),
    ),
}
