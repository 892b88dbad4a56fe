// Connections: bytes from the peer in, bytes to the peer out, clear bytes at the other side, one step a call.
#include "tls-callbacks.h"

#ifdef SECURE_EXEC_HAS_TLS
#include <algorithm>
#include <cctype>

namespace secure_exec {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Value;

namespace {

using Info = const FunctionCallbackInfo<Value>&;

// A session takes some 40 KiB, with its buffers in use.
constexpr size_t kSessionsMax = 10'000;
constexpr size_t kReadBytes = 16'384;
// What may wait inside of a session, in either direction.
constexpr size_t kBufferedMax = 256u << 20;

// OpenSSL runs; nobody else may use the session until it comes back, and what it has told is then passed on.
class Step {
 public:
  explicit Step(std::shared_ptr<TlsSession> session) : session_(std::move(session)) {
    session_->depth++;
    ERR_set_mark();
  }
  ~Step() {
    ERR_pop_to_mark();
    session_->depth--;
    Isolate* isolate = session_->isolate;
    while (session_->depth == 0 && !session_->events.empty() && !isolate->IsExecutionTerminating()) {
      TlsEvent event = std::move(session_->events.front());
      session_->events.pop_front();
      v8::HandleScope scope(isolate);
      Local<Value> args[] = {BytesOf(isolate, event.text.data(), event.text.size()),
                             BytesOf(isolate, event.more.data(), event.more.size())};
      session_->told_session = std::move(event.session);
      std::ignore = TellTls(isolate, session_->id, event.kind, 2, args);
      session_->told_session.reset();
    }
  }

 private:
  std::shared_ptr<TlsSession> session_;
};

// newSession(context, is it a server's): its number, 0 when there are too many.
void NewSession(Info info) {
  Isolate* isolate = info.GetIsolate();
  Tls* tls = TlsOf(isolate);
  auto context = ContextArgument(info, 0);
  if (!context) return;
  if (tls->sessions.size() >= kSessionsMax) return info.GetReturnValue().Set(0);
  auto session = std::make_shared<TlsSession>();
  session->ssl.reset(SSL_new(context->ctx.get()));
  SSL* ssl = session->ssl.get();
  BIO* in = BIO_new(BIO_s_mem());
  BIO* out = BIO_new(BIO_s_mem());
  if (ssl == nullptr || in == nullptr || out == nullptr) {
    BIO_free(in);
    BIO_free(out);
    return ThrowOpenSsl(isolate, ERR_get_error(), "SSL_new");
  }
  session->contexts.push_back(context);
  session->isolate = isolate;
  session->is_server = info[1]->IsTrue();
  // Empty is "later", not the end.
  BIO_set_mem_eof_return(in, -1);
  BIO_set_mem_eof_return(out, -1);
  SSL_set_bio(ssl, in, out);
  SSL_set_verify(ssl, SSL_VERIFY_NONE, OnVerify);
  SSL_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_AUTO_RETRY | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_set_app_data(ssl, session.get());
  SSL_set_info_callback(ssl, OnInfo);
  SSL_set_cert_cb(ssl, OnCertificate, nullptr);
  if (session->is_server) SSL_set_accept_state(ssl);
  else SSL_set_connect_state(ssl);
  session->id = ++tls->last_id;
  tls->sessions[session->id] = session;
  info.GetReturnValue().Set(session->id);
}

// In the midst of a step it is the step's until that ends.
void CloseSession(Info info) {
  Tls* tls = TlsOf(info.GetIsolate());
  if (tls != nullptr && info[0]->IsUint32()) tls->sessions.erase(info[0].As<v8::Uint32>()->Value());
}

// receive(session, bytes that came from the peer): false when too much waits already.
void Receive(Info info) {
  auto session = SessionArgument(info);
  std::string bytes;
  if (!session || !BytesArgument(info[1], &bytes)) return;
  BIO* in = SSL_get_rbio(session->ssl.get());
  bool has_room = BIO_ctrl_pending(in) + bytes.size() <= kBufferedMax;
  if (has_room) BIO_write(in, bytes.data(), static_cast<int>(bytes.size()));
  info.GetReturnValue().Set(has_room);
}

Local<Value> ErrorOfConnection(Isolate* isolate, const TlsSession& session) {
  bool is_held = session.held_error != 0;
  unsigned long error = is_held ? session.held_error : ERR_peek_error();
  Local<Value> made = v8::Exception::Error(Text(isolate, (is_held ? session.held_line : FirstErrorLine()).c_str()));
  const char* reason = ERR_reason_error_string(error);
  SetProperty(isolate, made, "library", ERR_lib_error_string(error));
  SetProperty(isolate, made, "reason", reason);
  if (reason == nullptr) return made;
  std::string code = "ERR_SSL_";
  for (const char* at = reason; *at != 0; at++) {
    code += *at == ' ' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(*at)));
  }
  SetProperty(isolate, made, "code", code.c_str());
  return made;
}

// read(session): bytes; false: none now; null: the peer has ended; an Error.
void Read(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info);
  if (!session) return;
  Step step(session);
  char bytes[kReadBytes];
  int count = SSL_read(session->ssl.get(), bytes, sizeof(bytes));
  if (count > 0) return info.GetReturnValue().Set(BytesOf(isolate, bytes, static_cast<size_t>(count)));
  switch (SSL_get_error(session->ssl.get(), count)) {
    case SSL_ERROR_ZERO_RETURN:
      return info.GetReturnValue().SetNull();
    case SSL_ERROR_SSL:
    case SSL_ERROR_SYSCALL:
      return info.GetReturnValue().Set(ErrorOfConnection(isolate, *session));
    default:
      return info.GetReturnValue().Set(false);
  }
}

// write(session, clear bytes): true; false: not now; a text: why not.
void Write(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info);
  std::string bytes;
  if (!session || !BytesArgument(info[1], &bytes) || bytes.empty()) return;
  if (BIO_ctrl_pending(SSL_get_wbio(session->ssl.get())) > kBufferedMax) return info.GetReturnValue().Set(false);
  Step step(session);
  int count = SSL_write(session->ssl.get(), bytes.data(), static_cast<int>(bytes.size()));
  if (count > 0) return info.GetReturnValue().Set(true);
  int failed = SSL_get_error(session->ssl.get(), count);
  if (failed != SSL_ERROR_SSL && failed != SSL_ERROR_SYSCALL) return info.GetReturnValue().Set(false);
  info.GetReturnValue().Set(Text(isolate, FirstErrorLine().c_str()));
}

void Pending(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  info.GetReturnValue().Set(static_cast<uint32_t>(BIO_ctrl_pending(SSL_get_wbio(session->ssl.get()))));
}

// takeOutput(session, at most so many bytes): for the peer
void TakeOutput(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info);
  if (!session) return;
  BIO* out = SSL_get_wbio(session->ssl.get());
  size_t size = std::min<size_t>(BIO_ctrl_pending(out), static_cast<size_t>(std::max(0, IntegerOr(info[1], 0))));
  Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(isolate, size);
  if (size > 0) BIO_read(out, buffer->GetBackingStore()->Data(), static_cast<int>(size));
  info.GetReturnValue().Set(v8::Uint8Array::New(buffer, 0, size));
}

void Shutdown(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  Step step(session);
  if (SSL_shutdown(session->ssl.get()) == 0) SSL_shutdown(session->ssl.get());
}

// handshake(session): true when it is over; false: the peer has to say more; an Error.
void Handshake(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  Step step(session);
  int done = SSL_do_handshake(session->ssl.get());
  if (done == 1) return info.GetReturnValue().Set(true);
  int failed = SSL_get_error(session->ssl.get(), done);
  if (failed != SSL_ERROR_SSL && failed != SSL_ERROR_SYSCALL) return info.GetReturnValue().Set(false);
  info.GetReturnValue().Set(ErrorOfConnection(info.GetIsolate(), *session));
}

void SetHandler(Info info) {
  Tls* tls = TlsOf(info.GetIsolate());
  if (tls != nullptr && info[0]->IsFunction() && tls->on_event.IsEmpty()) {
    tls->on_event.Set(info.GetIsolate(), info[0].As<v8::Function>());
  }
}

}  // namespace

void DefineTlsSessions(Local<v8::Context> context, Local<v8::Object> target) {
  Define(context, target, "setHandler", WithoutTrace<SetHandler>);
  Define(context, target, "newSession", WithoutTrace<NewSession>);
  Define(context, target, "closeSession", WithoutTrace<CloseSession>);
  Define(context, target, "receive", WithoutTrace<Receive>);
  Define(context, target, "read", WithoutTrace<Read>);
  Define(context, target, "write", WithoutTrace<Write>);
  Define(context, target, "pending", WithoutTrace<Pending>);
  Define(context, target, "takeOutput", WithoutTrace<TakeOutput>);
  Define(context, target, "shutdown", WithoutTrace<Shutdown>);
  Define(context, target, "handshake", WithoutTrace<Handshake>);
  DefineTlsSettings(context, target);
}

}  // namespace secure_exec
#endif
