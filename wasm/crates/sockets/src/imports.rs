//! The raw imports, as `docs/wasm-abi.md` has them.

#[cfg(not(target_os = "wasi"))]
compile_error!("this crate is for wasm32-wasip1");

#[link(wasm_import_module = "secure_exec")]
unsafe extern "C" {
    pub fn socket(family: i32, kind: i32, protocol: i32, out_fd: *mut i32) -> i32;
    pub fn connect(fd: i32, address: *const u8, address_len: usize) -> i32;
    pub fn get_socket_option(fd: i32, level: i32, name: i32, buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    pub fn resolve(name: *const u8, name_len: usize, family: i32, buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
    pub fn start_tls(fd: i32, options: *const u8, options_len: usize, buffer: *mut u8, buffer_len: usize, out_len: *mut usize) -> i32;
}

#[link(wasm_import_module = "wasi_snapshot_preview1")]
unsafe extern "C" {
    pub fn poll_oneoff(subscriptions: *const u8, events: *mut u8, count: usize, out_count: *mut usize) -> i32;
}
