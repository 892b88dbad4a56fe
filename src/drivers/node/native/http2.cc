// HTTP/2 sessions: made, given bytes, asked for bytes, asked how they are.
#include "http2.h"

#include <cstdlib>
#include <cstring>

namespace secure_exec {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Value;

namespace {

using Info = const FunctionCallbackInfo<Value>&;

constexpr size_t kSessionsMax = 10'000;
// Of nghttp2's own structures, for one session.
constexpr size_t kMemoryMax = 128u << 20;
constexpr size_t kBytesMax = 64u << 20;
// The number of bytes is kept in front of them.
constexpr size_t kHead = alignof(std::max_align_t);

void* Allocate(size_t size, void* user) {
  auto* session = static_cast<Http2Session*>(user);
  if (size > kMemoryMax || session->memory + size > kMemoryMax) return nullptr;
  auto* memory = static_cast<char*>(std::malloc(size + kHead));
  if (memory == nullptr) return nullptr;
  std::memcpy(memory, &size, sizeof(size));
  session->memory += size;
  return memory + kHead;
}

size_t SizeOf(void* memory) {
  size_t size = 0;
  std::memcpy(&size, static_cast<char*>(memory) - kHead, sizeof(size));
  return size;
}

void Free(void* memory, void* user) {
  if (memory == nullptr) return;
  static_cast<Http2Session*>(user)->memory -= SizeOf(memory);
  std::free(static_cast<char*>(memory) - kHead);
}

void* AllocateZeroed(size_t count, size_t size, void* user) {
  if (size != 0 && count > kMemoryMax / size) return nullptr;
  void* memory = Allocate(count * size, user);
  if (memory != nullptr) std::memset(memory, 0, count * size);
  return memory;
}

void* Reallocate(void* memory, size_t size, void* user) {
  void* larger = Allocate(size, user);
  if (larger == nullptr || memory == nullptr) return larger;
  std::memcpy(larger, memory, std::min(size, SizeOf(memory)));
  Free(memory, user);
  return larger;
}

// In Node's order (Http2OptionsIndex); the last one says which are set.
enum Option { kDeflateTable, kReservedStreams, kHeaderBlock, kConcurrentStreams, kPadding, kHeaderPairs, kPings, kUnackedSettings,
              kMemory, kSettings, kFlags };

nghttp2_option* OptionsOf(bool is_server, const uint32_t* given, size_t count) {
  nghttp2_option* option = nullptr;
  if (nghttp2_option_new(&option) != 0) return nullptr;
  // Closed streams are not kept, and windows grow as programs read.
  nghttp2_option_set_no_closed_streams(option, 1);
  nghttp2_option_set_no_auto_window_update(option, 1);
  if (!is_server) {
    nghttp2_option_set_builtin_recv_extension_type(option, kHttp2AltSvc);
    nghttp2_option_set_builtin_recv_extension_type(option, kHttp2Origin);
  }
  uint32_t flags = count > kFlags ? given[count - 1] : 0;
  auto has = [flags](Option which) { return (flags & (1u << which)) != 0; };
  if (has(kDeflateTable)) nghttp2_option_set_max_deflate_dynamic_table_size(option, given[kDeflateTable]);
  if (has(kReservedStreams)) nghttp2_option_set_max_reserved_remote_streams(option, given[kReservedStreams]);
  if (has(kHeaderBlock)) nghttp2_option_set_max_send_header_block_length(option, given[kHeaderBlock]);
  nghttp2_option_set_peer_max_concurrent_streams(option, has(kConcurrentStreams) ? given[kConcurrentStreams] : 100);
  if (has(kSettings)) nghttp2_option_set_max_settings(option, given[kSettings]);
  // Two further ones of later Nodes.
  constexpr size_t kResetRate = 10;
  constexpr size_t kResetBurst = 11;
  if (count > kResetBurst + 1 && (flags & (1u << kResetBurst)) && (flags & (1u << kResetRate))) {
    nghttp2_option_set_stream_reset_rate_limit(option, given[kResetBurst], given[kResetRate]);
  }
  return option;
}

// newSession(is it a server's, options as Node's buffer has them, padding: 0 none, 1 aligned, 2 most; most header pairs)
void NewSession(Info info) {
  Isolate* isolate = info.GetIsolate();
  Http2* http2 = Http2Of(isolate);
  std::string given;
  if (http2 == nullptr || !Http2BytesArgument(info[1], &given)) return;
  if (http2->sessions.size() >= kSessionsMax) return info.GetReturnValue().Set(0);
  std::vector<uint32_t> options(given.size() / sizeof(uint32_t));
  std::memcpy(options.data(), given.data(), options.size() * sizeof(uint32_t));
  auto session = std::make_shared<Http2Session>();
  session->isolate = isolate;
  session->padding = IntegerOr(info[2], 0);
  session->pairs_max = static_cast<size_t>(std::max(1, IntegerOr(info[3], 128)));
  bool is_server = info[0]->IsTrue();
  nghttp2_option* option = OptionsOf(is_server, options.data(), options.size());
  nghttp2_session_callbacks* callbacks = MakeHttp2Callbacks(session->padding != 0);
  nghttp2_mem memory = {session.get(), Allocate, Free, AllocateZeroed, Reallocate};
  int failed = option == nullptr || callbacks == nullptr
                   ? -1
                   : (is_server ? nghttp2_session_server_new3 : nghttp2_session_client_new3)(
                         &session->session, callbacks, session.get(), option, &memory);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  if (failed != 0) return info.GetReturnValue().Set(0);
  session->id = ++http2->last_id;
  http2->sessions[session->id] = session;
  info.GetReturnValue().Set(session->id);
}

// In the midst of a step it is the step's until that ends.
void CloseSession(Info info) {
  Http2* http2 = Http2Of(info.GetIsolate());
  if (http2 != nullptr && info[0]->IsUint32()) http2->sessions.erase(info[0].As<v8::Uint32>()->Value());
}

// receive(session, bytes): how many were taken, or nghttp2's error.
void Receive(Info info) {
  auto session = Http2Argument(info);
  std::string bytes;
  if (!session || session->is_receiving || !Http2BytesArgument(info[1], &bytes)) return;
  session->is_receiving = true;
  ssize_t count =
      nghttp2_session_mem_recv(session->session, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  session->is_receiving = false;
  info.GetReturnValue().Set(static_cast<int32_t>(count));
}

// send(session): all that is to be sent now, or nghttp2's error.
void Send(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = Http2Argument(info);
  if (!session || session->is_sending) return;
  session->is_sending = true;
  std::string bytes;
  ssize_t count = 0;
  do {
    const uint8_t* part = nullptr;
    count = nghttp2_session_mem_send(session->session, &part);
    if (count > 0) bytes.append(reinterpret_cast<const char*>(part), static_cast<size_t>(count));
  } while (count > 0 && bytes.size() < kBytesMax && !isolate->IsExecutionTerminating());
  session->is_sending = false;
  if (count < 0 && bytes.empty()) return info.GetReturnValue().Set(static_cast<int32_t>(count));
  info.GetReturnValue().Set(Http2Bytes(isolate, bytes.data(), bytes.size()));
}

void WantsRead(Info info) {
  auto session = Http2Argument(info);
  if (session) info.GetReturnValue().Set(nghttp2_session_want_read(session->session) != 0);
}

void WantsWrite(Info info) {
  auto session = Http2Argument(info);
  if (session) info.GetReturnValue().Set(nghttp2_session_want_write(session->session) != 0);
}

void SetNumbers(Info info, const std::vector<double>& numbers) {
  std::vector<Local<Value>> values;
  for (double number : numbers) values.push_back(v8::Number::New(info.GetIsolate(), number));
  info.GetReturnValue().Set(v8::Array::New(info.GetIsolate(), values.data(), values.size()));
}

// state(session), in the order of Node's sessionState
void SessionState(Info info) {
  auto owner = Http2Argument(info);
  if (!owner) return;
  nghttp2_session* session = owner->session;
  SetNumbers(info, {static_cast<double>(nghttp2_session_get_effective_local_window_size(session)),
                    static_cast<double>(nghttp2_session_get_effective_recv_data_length(session)),
                    static_cast<double>(nghttp2_session_get_next_stream_id(session)),
                    static_cast<double>(nghttp2_session_get_local_window_size(session)),
                    static_cast<double>(nghttp2_session_get_last_proc_stream_id(session)),
                    static_cast<double>(nghttp2_session_get_remote_window_size(session)),
                    static_cast<double>(nghttp2_session_get_outbound_queue_size(session)),
                    static_cast<double>(nghttp2_session_get_hd_deflate_dynamic_table_size(session)),
                    static_cast<double>(nghttp2_session_get_hd_inflate_dynamic_table_size(session))});
}

// streamState(session, stream), in the order of Node's streamState; one that is gone is idle.
void StreamState(Info info) {
  auto owner = Http2Argument(info);
  if (!owner) return;
  int32_t id = IntegerOr(info[1], 0);
  nghttp2_session* session = owner->session;
  nghttp2_stream* stream = nghttp2_session_find_stream(session, id);
  if (stream == nullptr) return SetNumbers(info, {1, 0, 0, 0, 0, 0});
  SetNumbers(info, {static_cast<double>(nghttp2_stream_get_state(stream)),
                    static_cast<double>(nghttp2_stream_get_weight(stream)),
                    static_cast<double>(nghttp2_stream_get_sum_dependency_weight(stream)),
                    static_cast<double>(nghttp2_session_get_stream_local_close(session, id)),
                    static_cast<double>(nghttp2_session_get_stream_remote_close(session, id)),
                    static_cast<double>(nghttp2_session_get_stream_local_window_size(session, id))});
}

// setting(session, its number, whose)
void Setting(Info info) {
  auto session = Http2Argument(info);
  if (!session) return;
  int number = IntegerOr(info[1], 1);
  if (number < 1 || number > 9) return;
  auto get = info[2]->IsTrue() ? nghttp2_session_get_local_settings : nghttp2_session_get_remote_settings;
  info.GetReturnValue().Set(get(session->session, number));
}

// memory(session): [bytes of nghttp2's, frames received, frames sent]
void Memory(Info info) {
  auto session = Http2Argument(info);
  if (!session) return;
  SetNumbers(info, {static_cast<double>(session->memory), static_cast<double>(session->frames_received),
                    static_cast<double>(session->frames_sent)});
}

void ErrorText(Info info) {
  info.GetReturnValue().Set(Text(info.GetIsolate(), nghttp2_strerror(IntegerOr(info[0], 0))));
}

void SetHandler(Info info) {
  Http2* http2 = Http2Of(info.GetIsolate());
  if (http2 != nullptr && info[0]->IsFunction() && http2->on_event.IsEmpty()) {
    http2->on_event.Set(info.GetIsolate(), info[0].As<v8::Function>());
  }
}

}  // namespace

Http2Session::~Http2Session() {
  if (session != nullptr) nghttp2_session_del(session);
}

Http2* Http2Of(Isolate* isolate) {
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr) return nullptr;
  if (!state->http2) state->http2 = std::make_shared<Http2>();
  return static_cast<Http2*>(state->http2.get());
}

std::shared_ptr<Http2Session> Http2Argument(Info info) {
  Http2* http2 = Http2Of(info.GetIsolate());
  if (http2 != nullptr && info[0]->IsUint32()) {
    auto found = http2->sessions.find(info[0].As<v8::Uint32>()->Value());
    if (found != http2->sessions.end()) return found->second;
  }
  ThrowTypeError(info.GetIsolate(), "The HTTP/2 session is closed");
  return {};
}

bool Http2BytesArgument(Local<Value> value, std::string* bytes) {
  if (!value->IsArrayBufferView()) return false;
  Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
  if (view->ByteLength() > kBytesMax) return false;
  bytes->resize(view->ByteLength());
  return view->CopyContents(bytes->data(), bytes->size()) == bytes->size();
}

Local<Value> Http2Bytes(Isolate* isolate, const void* data, size_t size) {
  Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(isolate, size);
  if (size > 0) std::memcpy(buffer->GetBackingStore()->Data(), data, size);
  return v8::Uint8Array::New(buffer, 0, size);
}

void DefineHttp2(Local<v8::Context> context, Local<v8::Object> target) {
  if (nghttp2_session_server_new3 == nullptr || nghttp2_session_mem_recv == nullptr) return;
  Isolate* isolate = Isolate::GetCurrent();
  Local<v8::Object> http2 = v8::Object::New(isolate);
  Define(context, http2, "setHandler", SetHandler);
  Define(context, http2, "newSession", NewSession);
  Define(context, http2, "closeSession", CloseSession);
  Define(context, http2, "receive", Receive);
  Define(context, http2, "send", Send);
  Define(context, http2, "wantsRead", WantsRead);
  Define(context, http2, "wantsWrite", WantsWrite);
  Define(context, http2, "state", SessionState);
  Define(context, http2, "streamState", StreamState);
  Define(context, http2, "setting", Setting);
  Define(context, http2, "memory", Memory);
  Define(context, http2, "errorText", ErrorText);
  DefineHttp2Submissions(context, http2);
  target->Set(context, Text(isolate, "http2"), http2).Check();
}

}  // namespace secure_exec
