// The 120 modules of CPython's own tests that are run: of those that Pyodide's list has without a remark, and
// those that are about what the kernel does. A fixed list: none is left out because it fails.

export const modules = `
test_abc test_argparse test_array test_ast test_asyncgen test_atexit test_augassign test_base64 test_binascii
test_bisect test_bool test_bufio test_builtin test_bytes test_bz2 test_calendar test_cmath test_cmd test_cmd_line
test_cmd_line_script test_codecs test_codeop test_collections test_colorsys test_compare test_complex test_configparser
test_contextlib test_copy test_coroutines test_csv test_datetime test_decimal test_decorators test_defaultdict
test_deque test_dict test_difflib test_enum test_errno test_exceptions test_fcntl test_file test_filecmp test_fileinput
test_fileio test_float test_fnmatch test_format test_fractions test_functools test_generators test_genericpath test_getopt
test_glob test_graphlib test_grp test_gzip test_hashlib test_heapq test_hmac test_html test_htmlparser
test_http_cookies test_httplib test_int test_io test_ipaddress test_itertools test_json test_keyword test_linecache
test_list test_lzma test_math test_memoryio test_mmap test_operator test_optparse test_ordered_dict test_os test_pathlib
test_pickle test_platform test_poll test_posix test_posixpath test_pprint test_pwd test_queue test_random test_re
test_resource test_select test_selectors test_set test_shelve test_shlex test_shutil test_signal test_socket test_sqlite3
test_stat test_statistics test_string test_struct test_subprocess test_tarfile test_tempfile test_textwrap test_time
test_tokenize test_traceback test_types test_urllib test_uuid test_zipfile test_zlib test_asyncio.test_streams
test_asyncio.test_subprocess
`
  .trim()
  .split(/\s+/);

/** What CI runs: modules that take a second or less, and those about files, descriptors and names before others. */
export const sample = `
test_bisect test_bool test_colorsys test_errno test_fcntl test_file test_filecmp test_fnmatch test_genericpath test_getopt
test_graphlib test_grp test_html test_keyword test_linecache test_pwd test_select test_shlex test_stat test_struct
`
  .trim()
  .split(/\s+/);
