// What a guest has nghttp2 send: requests, answers, settings, resets. Each answers 0 or a stream's number, or nghttp2's error.
#include "http2.h"

#include <cstring>

namespace secure_exec {

using v8::FunctionCallbackInfo;
using v8::Local;
using v8::Value;

namespace {

using Info = const FunctionCallbackInfo<Value>&;

// Node's own bounds are lower.
constexpr size_t kSettingsMax = 64;
constexpr size_t kGoawayBytesMax = 16u << 20;

int32_t StreamArgument(Info info) { return IntegerOr(info[1], 0); }

uint32_t CodeOf(Local<Value> value) { return value->IsUint32() ? value.As<v8::Uint32>()->Value() : 0; }

// Headers as Node packs them: name, 0, value, 0, flags, for each. They point into `bytes`.
std::vector<nghttp2_nv> HeadersOf(std::string* bytes) {
  std::vector<nghttp2_nv> headers;
  auto* at = reinterpret_cast<uint8_t*>(bytes->data());
  auto* end = at + bytes->size();
  while (at < end) {
    auto* name_end = static_cast<uint8_t*>(std::memchr(at, 0, static_cast<size_t>(end - at)));
    if (name_end == nullptr) break;
    uint8_t* value = name_end + 1;
    auto* value_end = static_cast<uint8_t*>(std::memchr(value, 0, static_cast<size_t>(end - value)));
    if (value_end == nullptr || value_end + 1 >= end) break;
    headers.push_back(
        {at, value, static_cast<size_t>(name_end - at), static_cast<size_t>(value_end - value), value_end[1]});
    at = value_end + 2;
  }
  return headers;
}

nghttp2_priority_spec PriorityOf(Info info, int first) {
  nghttp2_priority_spec spec;
  nghttp2_priority_spec_init(&spec, IntegerOr(info[first], 0), IntegerOr(info[first + 1], 16), info[first + 2]->IsTrue());
  return spec;
}

const nghttp2_data_provider kProvider = {{}, OnHttp2Read};

std::vector<nghttp2_settings_entry> SettingsOf(Local<Value> value) {
  std::string bytes;
  std::vector<nghttp2_settings_entry> entries;
  if (!Http2BytesArgument(value, &bytes)) return entries;
  for (size_t at = 0; at + 8 <= bytes.size() && entries.size() < kSettingsMax; at += 8) {
    nghttp2_settings_entry entry;
    std::memcpy(&entry.settings_id, bytes.data() + at, 4);
    std::memcpy(&entry.value, bytes.data() + at + 4, 4);
    entries.push_back(entry);
  }
  return entries;
}

// request(session, has it a body, headers, parent, weight, exclusive)
void Request(Info info) {
  auto session = Http2Argument(info);
  std::string bytes;
  if (!session || !Http2BytesArgument(info[2], &bytes)) return;
  std::vector<nghttp2_nv> headers = HeadersOf(&bytes);
  nghttp2_priority_spec priority = PriorityOf(info, 3);
  info.GetReturnValue().Set(nghttp2_submit_request(session->session, &priority, headers.data(), headers.size(),
                                                   info[1]->IsTrue() ? &kProvider : nullptr, nullptr));
}

// respond(session, stream, headers, has it a body)
void Respond(Info info) {
  auto session = Http2Argument(info);
  std::string bytes;
  if (!session || !Http2BytesArgument(info[2], &bytes)) return;
  std::vector<nghttp2_nv> headers = HeadersOf(&bytes);
  info.GetReturnValue().Set(nghttp2_submit_response(session->session, StreamArgument(info), headers.data(),
                                                    headers.size(), info[3]->IsTrue() ? &kProvider : nullptr));
}

void Inform(Info info) {
  auto session = Http2Argument(info);
  std::string bytes;
  if (!session || !Http2BytesArgument(info[2], &bytes)) return;
  std::vector<nghttp2_nv> headers = HeadersOf(&bytes);
  info.GetReturnValue().Set(nghttp2_submit_headers(session->session, 0, StreamArgument(info), nullptr, headers.data(),
                                                   headers.size(), nullptr));
}

// trailers(session, stream, headers): without any an empty frame of data ends the stream.
void Trailers(Info info) {
  auto session = Http2Argument(info);
  std::string bytes;
  constexpr uint8_t kEndStream = 1;
  if (!session || !Http2BytesArgument(info[2], &bytes)) return;
  std::vector<nghttp2_nv> headers = HeadersOf(&bytes);
  int32_t stream = StreamArgument(info);
  info.GetReturnValue().Set(headers.empty()
                                ? nghttp2_submit_data(session->session, kEndStream, stream, &kProvider)
                                : nghttp2_submit_trailer(session->session, stream, headers.data(), headers.size()));
}

void Promise(Info info) {
  auto session = Http2Argument(info);
  std::string bytes;
  if (!session || !Http2BytesArgument(info[2], &bytes)) return;
  std::vector<nghttp2_nv> headers = HeadersOf(&bytes);
  info.GetReturnValue().Set(nghttp2_submit_push_promise(session->session, 0, StreamArgument(info), headers.data(),
                                                        headers.size(), nullptr));
}

void Reset(Info info) {
  auto session = Http2Argument(info);
  if (!session) return;
  info.GetReturnValue().Set(nghttp2_submit_rst_stream(session->session, 0, StreamArgument(info), CodeOf(info[2])));
}

// setPriority(session, stream, parent, weight, exclusive, without telling the peer)
void SetPriority(Info info) {
  auto session = Http2Argument(info);
  if (!session) return;
  nghttp2_priority_spec spec = PriorityOf(info, 2);
  int32_t stream = StreamArgument(info);
  info.GetReturnValue().Set(info[5]->IsTrue()
                                ? nghttp2_session_change_stream_priority(session->session, stream, &spec)
                                : nghttp2_submit_priority(session->session, 0, stream, &spec));
}

void Resume(Info info) {
  auto session = Http2Argument(info);
  if (session) info.GetReturnValue().Set(nghttp2_session_resume_data(session->session, StreamArgument(info)));
}

void Consume(Info info) {
  auto session = Http2Argument(info);
  if (!session || !info[2]->IsUint32()) return;
  info.GetReturnValue().Set(nghttp2_session_consume_stream(session->session, StreamArgument(info), CodeOf(info[2])));
}

void Terminate(Info info) {
  auto session = Http2Argument(info);
  if (session) info.GetReturnValue().Set(nghttp2_session_terminate_session(session->session, CodeOf(info[1])));
}

// goaway(session, last stream or 0, code, bytes)
void Goaway(Info info) {
  auto session = Http2Argument(info);
  std::string bytes;
  if (!session) return;
  if (Http2BytesArgument(info[3], &bytes) && bytes.size() > kGoawayBytesMax) return;
  int32_t last = IntegerOr(info[1], 0);
  if (last <= 0) last = nghttp2_session_get_last_proc_stream_id(session->session);
  info.GetReturnValue().Set(nghttp2_submit_goaway(session->session, 0, last, CodeOf(info[2]),
                                                  reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
}

void Ping(Info info) {
  auto session = Http2Argument(info);
  std::string bytes;
  if (!session || !Http2BytesArgument(info[1], &bytes) || bytes.size() != 8) return;
  info.GetReturnValue().Set(
      nghttp2_submit_ping(session->session, 0, reinterpret_cast<const uint8_t*>(bytes.data())));
}

void Settings(Info info) {
  auto session = Http2Argument(info);
  if (!session) return;
  std::vector<nghttp2_settings_entry> entries = SettingsOf(info[1]);
  info.GetReturnValue().Set(nghttp2_submit_settings(session->session, 0, entries.data(), entries.size()));
}

void PackSettings(Info info) {
  std::vector<nghttp2_settings_entry> entries = SettingsOf(info[0]);
  std::vector<uint8_t> bytes(entries.size() * 6);
  ssize_t size = nghttp2_pack_settings_payload(bytes.data(), bytes.size(), entries.data(), entries.size());
  if (size >= 0) info.GetReturnValue().Set(Http2Bytes(info.GetIsolate(), bytes.data(), static_cast<size_t>(size)));
}

// altsvc(session, stream, origin, value)
void AltSvc(Info info) {
  auto session = Http2Argument(info);
  std::string origin;
  std::string value;
  if (!session || !Http2BytesArgument(info[2], &origin) || !Http2BytesArgument(info[3], &value)) return;
  info.GetReturnValue().Set(nghttp2_submit_altsvc(
      session->session, 0, StreamArgument(info), reinterpret_cast<const uint8_t*>(origin.data()), origin.size(),
      reinterpret_cast<const uint8_t*>(value.data()), value.size()));
}

// origins(session, the names, with a 0 behind each)
void Origins(Info info) {
  auto session = Http2Argument(info);
  std::string bytes;
  if (!session || !Http2BytesArgument(info[1], &bytes)) return;
  std::vector<nghttp2_origin_entry> entries;
  for (size_t at = 0; at < bytes.size();) {
    size_t end = std::min(bytes.find('\0', at), bytes.size());
    entries.push_back({reinterpret_cast<uint8_t*>(bytes.data() + at), end - at});
    at = end + 1;
  }
  info.GetReturnValue().Set(nghttp2_submit_origin(session->session, 0, entries.data(), entries.size()));
}

void SetNextStream(Info info) {
  auto session = Http2Argument(info);
  if (session) info.GetReturnValue().Set(nghttp2_session_set_next_stream_id(session->session, StreamArgument(info)));
}

void SetWindow(Info info) {
  auto session = Http2Argument(info);
  if (session) {
    info.GetReturnValue().Set(nghttp2_session_set_local_window_size(session->session, 0, 0, IntegerOr(info[1], 0)));
  }
}

}  // namespace

void DefineHttp2Submissions(Local<v8::Context> context, Local<v8::Object> target) {
  Define(context, target, "request", Request);
  Define(context, target, "respond", Respond);
  Define(context, target, "inform", Inform);
  Define(context, target, "trailers", Trailers);
  Define(context, target, "promise", Promise);
  Define(context, target, "reset", Reset);
  Define(context, target, "setPriority", SetPriority);
  Define(context, target, "resume", Resume);
  Define(context, target, "consume", Consume);
  Define(context, target, "terminate", Terminate);
  Define(context, target, "goaway", Goaway);
  Define(context, target, "ping", Ping);
  Define(context, target, "settings", Settings);
  Define(context, target, "packSettings", PackSettings);
  Define(context, target, "altsvc", AltSvc);
  Define(context, target, "origins", Origins);
  Define(context, target, "setNextStream", SetNextStream);
  Define(context, target, "setWindow", SetWindow);
}

}  // namespace secure_exec
