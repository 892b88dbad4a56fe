"""What sysconfig asks for on a platform that is called linux: how CPython was built."""

from importlib import import_module

build_time_vars = import_module("_sysconfigdata__emscripten_wasm32-emscripten").build_time_vars
