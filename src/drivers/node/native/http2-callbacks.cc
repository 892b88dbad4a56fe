// What nghttp2 tells while it takes bytes and makes some: frames, headers, data, the ends of streams.
#include "http2.h"

#include <algorithm>
#include <cstring>

namespace secure_exec {

using v8::Isolate;
using v8::Local;
using v8::Value;

namespace {

// The longest list of headers, whatever the settings say.
constexpr size_t kHeaderBytesMax = 16u << 20;
constexpr uint8_t kAck = 1;
// What the guest half answers for a stream's bytes.
constexpr int kEnds = 1;
constexpr int kHasTrailers = 2;

Http2Session* Of(void* user) { return static_cast<Http2Session*>(user); }

Local<Value> Number(Http2Session* session, double value) { return v8::Number::New(session->isolate, value); }

Local<Value> Latin1(Isolate* isolate, const void* data, size_t size) {
  Local<v8::String> text;
  bool is_made = v8::String::NewFromOneByte(isolate, static_cast<const uint8_t*>(data), v8::NewStringType::kNormal,
                                            static_cast<int>(size))
                     .ToLocal(&text);
  return is_made ? Local<Value>(text) : Local<Value>(v8::String::Empty(isolate));
}

int32_t StreamOf(const nghttp2_frame* frame) {
  return frame->hd.type == kHttp2PushPromise ? frame->push_promise.promised_stream_id : frame->hd.stream_id;
}

int OnBeginHeaders(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Session* session = Of(user);
  v8::HandleScope scope(session->isolate);
  session->headers.clear();
  session->sensitive.clear();
  session->header_bytes = 0;
  session->has_refused_headers = false;
  // A promise's stream is new, as a request's.
  int category = frame->hd.type == kHttp2Headers ? frame->headers.cat : 0;
  int room = TellHttp2(session, "beginHeaders", {Number(session, StreamOf(frame)), Number(session, category)},
                       kHttp2CallbackFailure);
  session->header_bytes_max = std::min<size_t>(static_cast<size_t>(std::max(0, room)), kHeaderBytesMax);
  return std::min(0, room);
}

int OnHeader(nghttp2_session*, const nghttp2_frame* frame, nghttp2_rcbuf* name, nghttp2_rcbuf* value, uint8_t flags,
             void* user) {
  Http2Session* session = Of(user);
  nghttp2_vec name_bytes = nghttp2_rcbuf_get_buf(name);
  nghttp2_vec value_bytes = nghttp2_rcbuf_get_buf(value);
  if (name_bytes.len == 0) return 0;
  size_t size = name_bytes.len + value_bytes.len + 32;
  bool has_room = session->headers.size() / 2 < session->pairs_max &&
                  session->header_bytes + size <= session->header_bytes_max;
  if (has_room && !session->has_refused_headers) {
    session->headers.emplace_back(reinterpret_cast<char*>(name_bytes.base), name_bytes.len);
    session->headers.emplace_back(reinterpret_cast<char*>(value_bytes.base), value_bytes.len);
    session->sensitive.push_back((flags & kHttp2NoIndex) != 0);
    session->header_bytes += size;
    return 0;
  }
  if (!session->has_refused_headers) {
    session->has_refused_headers = true;
    v8::HandleScope scope(session->isolate);
    TellHttp2(session, "tooManyHeaders", {Number(session, StreamOf(frame))});
  }
  return kHttp2TemporalFailure;
}

int OnInvalidHeader(nghttp2_session*, const nghttp2_frame*, nghttp2_rcbuf*, nghttp2_rcbuf*, uint8_t, void*) { return 0; }

void TellHeaders(Http2Session* session, const nghttp2_frame* frame) {
  Isolate* isolate = session->isolate;
  std::vector<Local<Value>> headers;
  std::vector<Local<Value>> sensitive;
  std::vector<std::string> given;
  given.swap(session->headers);
  for (size_t index = 0; index < given.size(); index++) {
    headers.push_back(Latin1(isolate, given[index].data(), given[index].size()));
    if (index % 2 == 0 && session->sensitive[index / 2]) sensitive.push_back(headers.back());
  }
  TellHttp2(session, "headers",
            {Number(session, StreamOf(frame)), Number(session, frame->hd.flags),
             v8::Array::New(isolate, headers.data(), headers.size()),
             v8::Array::New(isolate, sensitive.data(), sensitive.size())});
}

void TellSettings(Http2Session* session, const nghttp2_frame* frame) {
  std::vector<Local<Value>> args = {Number(session, frame->hd.flags & kAck)};
  for (size_t index = 0; index < frame->settings.niv; index++) {
    args.push_back(Number(session, frame->settings.iv[index].settings_id));
    args.push_back(Number(session, frame->settings.iv[index].value));
  }
  TellHttp2(session, "settings", args);
}

void TellOrigins(Http2Session* session, const nghttp2_ext_origin* given) {
  std::vector<Local<Value>> origins;
  for (size_t index = 0; index < given->nov; index++) {
    origins.push_back(Latin1(session->isolate, given->ov[index].origin, given->ov[index].origin_len));
  }
  TellHttp2(session, "origin", {v8::Array::New(session->isolate, origins.data(), origins.size())});
}

int OnFrame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
  Http2Session* session = Of(user);
  Isolate* isolate = session->isolate;
  session->frames_received++;
  v8::HandleScope scope(isolate);
  Local<Value> stream = Number(session, StreamOf(frame));
  switch (frame->hd.type) {
    case kHttp2Data:
      return TellHttp2(session, "dataEnd",
                       {stream, Number(session, frame->hd.flags), Number(session, static_cast<double>(frame->hd.length))});
    case kHttp2Headers:
    case kHttp2PushPromise:
      TellHeaders(session, frame);
      return 0;
    case kHttp2Settings:
      TellSettings(session, frame);
      return 0;
    case kHttp2Priority:
      TellHttp2(session, "priority",
                {stream, Number(session, frame->priority.pri_spec.stream_id),
                 Number(session, frame->priority.pri_spec.weight),
                 v8::Boolean::New(isolate, frame->priority.pri_spec.exclusive != 0)});
      return 0;
    case kHttp2Goaway:
      TellHttp2(session, "goaway",
                {Number(session, frame->goaway.error_code), Number(session, frame->goaway.last_stream_id),
                 Http2Bytes(isolate, frame->goaway.opaque_data, frame->goaway.opaque_data_len)});
      return 0;
    case kHttp2Ping:
      TellHttp2(session, "ping",
                {Number(session, frame->hd.flags & kAck), Http2Bytes(isolate, frame->ping.opaque_data, 8)});
      return 0;
    case kHttp2AltSvc: {
      auto* given = static_cast<nghttp2_ext_altsvc*>(frame->ext.payload);
      TellHttp2(session, "altsvc",
                {stream, Latin1(isolate, given->origin, given->origin_len),
                 Latin1(isolate, given->field_value, given->field_value_len)});
      return 0;
    }
    case kHttp2Origin:
      TellOrigins(session, static_cast<nghttp2_ext_origin*>(frame->ext.payload));
      return 0;
  }
  return 0;
}

int OnFrameSent(nghttp2_session*, const nghttp2_frame*, void* user) {
  Of(user)->frames_sent++;
  return 0;
}

int OnFrameNotSent(nghttp2_session*, const nghttp2_frame* frame, int error, void* user) {
  Http2Session* session = Of(user);
  v8::HandleScope scope(session->isolate);
  TellHttp2(session, "frameNotSent",
            {Number(session, frame->hd.stream_id), Number(session, frame->hd.type), Number(session, error)});
  return 0;
}

int OnInvalidFrame(nghttp2_session*, const nghttp2_frame*, int error, void* user) {
  Http2Session* session = Of(user);
  v8::HandleScope scope(session->isolate);
  return TellHttp2(session, "invalidFrame",
                   {Number(session, error), v8::Boolean::New(session->isolate, nghttp2_is_fatal(error) != 0)});
}

int OnError(nghttp2_session*, int error, const char*, size_t, void* user) {
  Http2Session* session = Of(user);
  if (error != kHttp2SettingsExpected) return 0;
  v8::HandleScope scope(session->isolate);
  TellHttp2(session, "error", {Number(session, kHttp2Proto)});
  return 0;
}

int OnStreamClose(nghttp2_session*, int32_t stream, uint32_t code, void* user) {
  Http2Session* session = Of(user);
  v8::HandleScope scope(session->isolate);
  TellHttp2(session, "streamClose", {Number(session, stream), Number(session, code)});
  return 0;
}

int OnChunk(nghttp2_session* ng, uint8_t, int32_t stream, const uint8_t* data, size_t size, void* user) {
  Http2Session* session = Of(user);
  if (size == 0) return 0;
  v8::HandleScope scope(session->isolate);
  nghttp2_session_consume_connection(ng, size);
  return TellHttp2(session, "chunk", {Number(session, stream), Http2Bytes(session->isolate, data, size)}) == 0
             ? 0
             : kHttp2Pause;
}

ssize_t OnPadding(nghttp2_session*, const nghttp2_frame* frame, size_t payload_max, void* user) {
  constexpr int kMost = 2;
  if (Of(user)->padding == kMost) return static_cast<ssize_t>(payload_max);
  size_t over = (frame->hd.length + 9) % 8;
  size_t padded = over == 0 ? frame->hd.length : frame->hd.length + (8 - over);
  return static_cast<ssize_t>(std::min(payload_max, padded));
}

}  // namespace

// The guest half answers [bytes or undefined, flags]; less than that: the stream waits for its program.
ssize_t OnHttp2Read(nghttp2_session*, int32_t stream, uint8_t* buffer, size_t room, uint32_t* flags,
                    nghttp2_data_source*, void* user) {
  Http2Session* session = Of(user);
  Isolate* isolate = session->isolate;
  v8::HandleScope scope(isolate);
  Local<Value> answer;
  Local<Value> parts[2];
  bool is_answered =
      AskHttp2(session, "read", {Number(session, stream), Number(session, static_cast<double>(room))}).ToLocal(&answer);
  if (!is_answered || !answer->IsArray()) return kHttp2Deferred;
  for (uint32_t index = 0; index < 2; index++) {
    if (!answer.As<v8::Array>()->Get(isolate->GetCurrentContext(), index).ToLocal(&parts[index])) return kHttp2Deferred;
  }
  constexpr uint32_t kEof = 1;
  constexpr uint32_t kNoEndStream = 2;
  int told = IntegerOr(parts[1], 0);
  if (told & kEnds) *flags |= kEof;
  if (told & kHasTrailers) *flags |= kNoEndStream;
  if (!parts[0]->IsArrayBufferView()) return 0;
  return static_cast<ssize_t>(parts[0].As<v8::ArrayBufferView>()->CopyContents(buffer, room));
}

v8::MaybeLocal<Value> AskHttp2(Http2Session* session, const char* kind, std::vector<Local<Value>> more) {
  Isolate* isolate = session->isolate;
  Http2* http2 = Http2Of(isolate);
  if (http2 == nullptr || http2->on_event.IsEmpty() || isolate->IsExecutionTerminating()) return {};
  std::vector<Local<Value>> args = {v8::Integer::NewFromUnsigned(isolate, session->id), Text(isolate, kind)};
  args.insert(args.end(), more.begin(), more.end());
  v8::TryCatch caught(isolate);
  v8::MaybeLocal<Value> answer = http2->on_event.Get(isolate)->Call(
      isolate->GetCurrentContext(), v8::Undefined(isolate), static_cast<int>(args.size()), args.data());
  if (caught.HasTerminated()) caught.ReThrow();
  return answer;
}

int TellHttp2(Http2Session* session, const char* kind, std::vector<Local<Value>> args, int otherwise) {
  Local<Value> answer;
  if (!AskHttp2(session, kind, std::move(args)).ToLocal(&answer)) return otherwise;
  return IntegerOr(answer, 0);
}

nghttp2_session_callbacks* MakeHttp2Callbacks(bool has_padding) {
  nghttp2_session_callbacks* made = nullptr;
  if (nghttp2_session_callbacks_new(&made) != 0) return nullptr;
  nghttp2_session_callbacks_set_on_begin_headers_callback(made, OnBeginHeaders);
  nghttp2_session_callbacks_set_on_header_callback2(made, OnHeader);
  nghttp2_session_callbacks_set_on_invalid_header_callback2(made, OnInvalidHeader);
  nghttp2_session_callbacks_set_on_frame_recv_callback(made, OnFrame);
  nghttp2_session_callbacks_set_on_frame_send_callback(made, OnFrameSent);
  nghttp2_session_callbacks_set_on_frame_not_send_callback(made, OnFrameNotSent);
  nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(made, OnInvalidFrame);
  nghttp2_session_callbacks_set_on_stream_close_callback(made, OnStreamClose);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(made, OnChunk);
  nghttp2_session_callbacks_set_error_callback2(made, OnError);
  if (has_padding) nghttp2_session_callbacks_set_select_padding_callback(made, OnPadding);
  return made;
}

}  // namespace secure_exec
