// What is used of nghttp2's interface (MIT licence; the library is inside Node, its header is not among Node's). These
// declarations are its stable ABI. They are weak: a Node that hides its nghttp2 has none of them, and guests no http2.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>

extern "C" {

struct nghttp2_session;
struct nghttp2_session_callbacks;
struct nghttp2_option;
struct nghttp2_stream;
struct nghttp2_rcbuf;

struct nghttp2_vec {
  uint8_t* base;
  size_t len;
};
struct nghttp2_nv {
  uint8_t* name;
  uint8_t* value;
  size_t namelen;
  size_t valuelen;
  uint8_t flags;
};
struct nghttp2_frame_hd {
  size_t length;
  int32_t stream_id;
  uint8_t type;
  uint8_t flags;
  uint8_t reserved;
};
struct nghttp2_priority_spec {
  int32_t stream_id;
  int32_t weight;
  uint8_t exclusive;
};
struct nghttp2_settings_entry {
  int32_t settings_id;
  uint32_t value;
};
struct nghttp2_origin_entry {
  uint8_t* origin;
  size_t origin_len;
};
struct nghttp2_ext_altsvc {
  uint8_t* origin;
  size_t origin_len;
  uint8_t* field_value;
  size_t field_value_len;
};
struct nghttp2_ext_origin {
  size_t nov;
  nghttp2_origin_entry* ov;
};
union nghttp2_frame {
  nghttp2_frame_hd hd;
  struct {
    nghttp2_frame_hd hd;
    size_t padlen;
    nghttp2_priority_spec pri_spec;
    nghttp2_nv* nva;
    size_t nvlen;
    int cat;
  } headers;
  struct {
    nghttp2_frame_hd hd;
    nghttp2_priority_spec pri_spec;
  } priority;
  struct {
    nghttp2_frame_hd hd;
    size_t niv;
    nghttp2_settings_entry* iv;
  } settings;
  struct {
    nghttp2_frame_hd hd;
    size_t padlen;
    nghttp2_nv* nva;
    size_t nvlen;
    int32_t promised_stream_id;
    uint8_t reserved;
  } push_promise;
  struct {
    nghttp2_frame_hd hd;
    uint8_t opaque_data[8];
  } ping;
  struct {
    nghttp2_frame_hd hd;
    int32_t last_stream_id;
    uint32_t error_code;
    uint8_t* opaque_data;
    size_t opaque_data_len;
    uint8_t reserved;
  } goaway;
  struct {
    nghttp2_frame_hd hd;
    void* payload;
  } ext;
};

union nghttp2_data_source {
  int fd;
  void* ptr;
};
using nghttp2_read_callback = ssize_t (*)(nghttp2_session*, int32_t, uint8_t*, size_t, uint32_t*, nghttp2_data_source*,
                                          void*);
struct nghttp2_data_provider {
  nghttp2_data_source source;
  nghttp2_read_callback read_callback;
};
struct nghttp2_mem {
  void* mem_user_data;
  void* (*malloc)(size_t, void*);
  void (*free)(void*, void*);
  void* (*calloc)(size_t, size_t, void*);
  void* (*realloc)(void*, size_t, void*);
};

using nghttp2_on_frame = int (*)(nghttp2_session*, const nghttp2_frame*, void*);
using nghttp2_on_header = int (*)(nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf*, nghttp2_rcbuf*, uint8_t, void*);
using nghttp2_on_frame_error = int (*)(nghttp2_session*, const nghttp2_frame*, int, void*);
using nghttp2_on_stream_close = int (*)(nghttp2_session*, int32_t, uint32_t, void*);
using nghttp2_on_chunk = int (*)(nghttp2_session*, uint8_t, int32_t, const uint8_t*, size_t, void*);
using nghttp2_on_error = int (*)(nghttp2_session*, int, const char*, size_t, void*);
using nghttp2_select_padding = ssize_t (*)(nghttp2_session*, const nghttp2_frame*, size_t, void*);

#define WEAK __attribute__((weak))

WEAK int nghttp2_option_new(nghttp2_option**);
WEAK void nghttp2_option_del(nghttp2_option*);
WEAK void nghttp2_option_set_no_closed_streams(nghttp2_option*, int);
WEAK void nghttp2_option_set_no_auto_window_update(nghttp2_option*, int);
WEAK void nghttp2_option_set_builtin_recv_extension_type(nghttp2_option*, uint8_t);
WEAK void nghttp2_option_set_max_deflate_dynamic_table_size(nghttp2_option*, size_t);
WEAK void nghttp2_option_set_max_reserved_remote_streams(nghttp2_option*, uint32_t);
WEAK void nghttp2_option_set_max_send_header_block_length(nghttp2_option*, size_t);
WEAK void nghttp2_option_set_peer_max_concurrent_streams(nghttp2_option*, uint32_t);
WEAK void nghttp2_option_set_max_settings(nghttp2_option*, size_t);
WEAK void nghttp2_option_set_stream_reset_rate_limit(nghttp2_option*, uint64_t, uint64_t);

WEAK int nghttp2_session_callbacks_new(nghttp2_session_callbacks**);
WEAK void nghttp2_session_callbacks_del(nghttp2_session_callbacks*);
WEAK void nghttp2_session_callbacks_set_on_begin_headers_callback(nghttp2_session_callbacks*, nghttp2_on_frame);
WEAK void nghttp2_session_callbacks_set_on_header_callback2(nghttp2_session_callbacks*, nghttp2_on_header);
WEAK void nghttp2_session_callbacks_set_on_invalid_header_callback2(nghttp2_session_callbacks*, nghttp2_on_header);
WEAK void nghttp2_session_callbacks_set_on_frame_recv_callback(nghttp2_session_callbacks*, nghttp2_on_frame);
WEAK void nghttp2_session_callbacks_set_on_frame_send_callback(nghttp2_session_callbacks*, nghttp2_on_frame);
WEAK void nghttp2_session_callbacks_set_on_frame_not_send_callback(nghttp2_session_callbacks*, nghttp2_on_frame_error);
WEAK void nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(nghttp2_session_callbacks*, nghttp2_on_frame_error);
WEAK void nghttp2_session_callbacks_set_on_stream_close_callback(nghttp2_session_callbacks*, nghttp2_on_stream_close);
WEAK void nghttp2_session_callbacks_set_on_data_chunk_recv_callback(nghttp2_session_callbacks*, nghttp2_on_chunk);
WEAK void nghttp2_session_callbacks_set_error_callback2(nghttp2_session_callbacks*, nghttp2_on_error);
WEAK void nghttp2_session_callbacks_set_select_padding_callback(nghttp2_session_callbacks*, nghttp2_select_padding);

WEAK int nghttp2_session_server_new3(nghttp2_session**, const nghttp2_session_callbacks*, void*, const nghttp2_option*,
                                     nghttp2_mem*);
WEAK int nghttp2_session_client_new3(nghttp2_session**, const nghttp2_session_callbacks*, void*, const nghttp2_option*,
                                     nghttp2_mem*);
WEAK void nghttp2_session_del(nghttp2_session*);
WEAK ssize_t nghttp2_session_mem_recv(nghttp2_session*, const uint8_t*, size_t);
WEAK ssize_t nghttp2_session_mem_send(nghttp2_session*, const uint8_t**);
WEAK int nghttp2_session_want_read(nghttp2_session*);
WEAK int nghttp2_session_want_write(nghttp2_session*);
WEAK int nghttp2_session_terminate_session(nghttp2_session*, uint32_t);
WEAK int nghttp2_session_consume_connection(nghttp2_session*, size_t);
WEAK int nghttp2_session_consume_stream(nghttp2_session*, int32_t, size_t);
WEAK int nghttp2_session_resume_data(nghttp2_session*, int32_t);
WEAK int nghttp2_session_set_next_stream_id(nghttp2_session*, int32_t);
WEAK int nghttp2_session_set_local_window_size(nghttp2_session*, uint8_t, int32_t, int32_t);
WEAK int nghttp2_session_change_stream_priority(nghttp2_session*, int32_t, const nghttp2_priority_spec*);
WEAK uint32_t nghttp2_session_get_local_settings(nghttp2_session*, int);
WEAK uint32_t nghttp2_session_get_remote_settings(nghttp2_session*, int);
WEAK int32_t nghttp2_session_get_effective_local_window_size(nghttp2_session*);
WEAK int32_t nghttp2_session_get_effective_recv_data_length(nghttp2_session*);
WEAK uint32_t nghttp2_session_get_next_stream_id(nghttp2_session*);
WEAK int32_t nghttp2_session_get_local_window_size(nghttp2_session*);
WEAK int32_t nghttp2_session_get_last_proc_stream_id(nghttp2_session*);
WEAK int32_t nghttp2_session_get_remote_window_size(nghttp2_session*);
WEAK size_t nghttp2_session_get_outbound_queue_size(nghttp2_session*);
WEAK size_t nghttp2_session_get_hd_deflate_dynamic_table_size(nghttp2_session*);
WEAK size_t nghttp2_session_get_hd_inflate_dynamic_table_size(nghttp2_session*);
WEAK nghttp2_stream* nghttp2_session_find_stream(nghttp2_session*, int32_t);
WEAK int nghttp2_session_get_stream_local_close(nghttp2_session*, int32_t);
WEAK int nghttp2_session_get_stream_remote_close(nghttp2_session*, int32_t);
WEAK int32_t nghttp2_session_get_stream_local_window_size(nghttp2_session*, int32_t);
WEAK int nghttp2_stream_get_state(nghttp2_stream*);
WEAK int32_t nghttp2_stream_get_weight(nghttp2_stream*);
WEAK int32_t nghttp2_stream_get_sum_dependency_weight(nghttp2_stream*);

WEAK int32_t nghttp2_submit_request(nghttp2_session*, const nghttp2_priority_spec*, const nghttp2_nv*, size_t,
                                    const nghttp2_data_provider*, void*);
WEAK int nghttp2_submit_response(nghttp2_session*, int32_t, const nghttp2_nv*, size_t, const nghttp2_data_provider*);
WEAK int32_t nghttp2_submit_headers(nghttp2_session*, uint8_t, int32_t, const nghttp2_priority_spec*, const nghttp2_nv*,
                                    size_t, void*);
WEAK int nghttp2_submit_trailer(nghttp2_session*, int32_t, const nghttp2_nv*, size_t);
WEAK int nghttp2_submit_data(nghttp2_session*, uint8_t, int32_t, const nghttp2_data_provider*);
WEAK int nghttp2_submit_priority(nghttp2_session*, uint8_t, int32_t, const nghttp2_priority_spec*);
WEAK int nghttp2_submit_rst_stream(nghttp2_session*, uint8_t, int32_t, uint32_t);
WEAK int nghttp2_submit_settings(nghttp2_session*, uint8_t, const nghttp2_settings_entry*, size_t);
WEAK int32_t nghttp2_submit_push_promise(nghttp2_session*, uint8_t, int32_t, const nghttp2_nv*, size_t, void*);
WEAK int nghttp2_submit_ping(nghttp2_session*, uint8_t, const uint8_t*);
WEAK int nghttp2_submit_goaway(nghttp2_session*, uint8_t, int32_t, uint32_t, const uint8_t*, size_t);
WEAK int nghttp2_submit_altsvc(nghttp2_session*, uint8_t, int32_t, const uint8_t*, size_t, const uint8_t*, size_t);
WEAK int nghttp2_submit_origin(nghttp2_session*, uint8_t, const nghttp2_origin_entry*, size_t);

WEAK void nghttp2_priority_spec_init(nghttp2_priority_spec*, int32_t, int32_t, int);
WEAK ssize_t nghttp2_pack_settings_payload(uint8_t*, size_t, const nghttp2_settings_entry*, size_t);
WEAK const char* nghttp2_strerror(int);
WEAK int nghttp2_is_fatal(int);
WEAK nghttp2_vec nghttp2_rcbuf_get_buf(nghttp2_rcbuf*);

#undef WEAK
}

constexpr int kHttp2Proto = -505;
constexpr int kHttp2Deferred = -508;
constexpr int kHttp2StreamClosed = -510;
constexpr int kHttp2TemporalFailure = -521;
constexpr int kHttp2Pause = -526;
constexpr int kHttp2SettingsExpected = -536;
constexpr int kHttp2CallbackFailure = -902;
constexpr uint8_t kHttp2NoIndex = 1;

enum Http2Frame : uint8_t {
  kHttp2Data = 0,
  kHttp2Headers = 1,
  kHttp2Priority = 2,
  kHttp2Settings = 4,
  kHttp2PushPromise = 5,
  kHttp2Ping = 6,
  kHttp2Goaway = 7,
  kHttp2AltSvc = 10,
  kHttp2Origin = 12,
};
