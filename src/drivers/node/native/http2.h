// HTTP/2 for a guest: nghttp2, which is inside Node, between buffers in memory. The guest half has streams and their
// bytes; here are frames, flow control and header compression.
#pragma once

#include "nghttp2.h"
#include "state.h"

namespace secure_exec {

struct Http2Session {
  ~Http2Session();
  nghttp2_session* session = nullptr;
  v8::Isolate* isolate = nullptr;
  uint32_t id = 0;
  // Is in nghttp2_session_mem_recv, or in nghttp2_session_mem_send: neither may be entered again.
  bool is_receiving = false;
  bool is_sending = false;
  int padding = 0;
  size_t pairs_max = 128;
  // Of the block that comes in: names and values by turns, and which names were not to be kept.
  std::vector<std::string> headers;
  std::vector<bool> sensitive;
  size_t header_bytes = 0;
  size_t header_bytes_max = 0;
  bool has_refused_headers = false;
  size_t memory = 0;
  uint32_t frames_received = 0;
  uint32_t frames_sent = 0;
};

struct Http2 {
  std::unordered_map<uint32_t, std::shared_ptr<Http2Session>> sessions;
  uint32_t last_id = 0;
  // Called with (session, kind, …).
  v8::Eternal<v8::Function> on_event;
};

Http2* Http2Of(v8::Isolate* isolate);
// Empty for what is no open session; a TypeError is thrown then.
std::shared_ptr<Http2Session> Http2Argument(const v8::FunctionCallbackInfo<v8::Value>& info);
// What the guest half answers; `otherwise` for what is no integer.
int TellHttp2(Http2Session* session, const char* kind, std::vector<v8::Local<v8::Value>> args, int otherwise = 0);
v8::MaybeLocal<v8::Value> AskHttp2(Http2Session* session, const char* kind, std::vector<v8::Local<v8::Value>> args);
v8::Local<v8::Value> Http2Bytes(v8::Isolate* isolate, const void* data, size_t size);
bool Http2BytesArgument(v8::Local<v8::Value> value, std::string* bytes);
// The callbacks of all sessions.
nghttp2_session_callbacks* MakeHttp2Callbacks(bool has_padding);
ssize_t OnHttp2Read(nghttp2_session*, int32_t stream, uint8_t* buffer, size_t room, uint32_t* flags,
                    nghttp2_data_source*, void* user_data);

void DefineHttp2Submissions(v8::Local<v8::Context> context, v8::Local<v8::Object> target);

}  // namespace secure_exec
