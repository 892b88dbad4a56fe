// Connections: bytes from the peer in, bytes to the peer out, clear bytes at the other side, one step a call.
#include "tls.h"

#ifdef SECURE_EXEC_HAS_TLS
#include <openssl/x509v3.h>

#include <algorithm>
#include <cctype>
#include <cstring>

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
constexpr int kStoredSessionMax = 10 * 1024;

TlsSession* Of(const SSL* ssl) { return static_cast<TlsSession*>(SSL_get_app_data(ssl)); }

std::string HostOf(SSL* ssl) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

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

void OnInfo(const SSL* ssl, int where, int) {
  TlsSession* session = Of(ssl);
  if (where & SSL_CB_HANDSHAKE_START) session->events.push_back({"handshakeStart", "", ""});
  // Both come when a request to negotiate anew is sent, too.
  if ((where & SSL_CB_HANDSHAKE_DONE) && !SSL_renegotiate_pending(const_cast<SSL*>(ssl))) {
    session->events.push_back({"handshakeDone", "", ""});
  }
}

void OnKeylog(const SSL* ssl, const char* line) {
  if (Of(ssl)->wants_keylog) Of(ssl)->events.push_back({"keylog", std::string(line) + "\n", ""});
}

int OnNewSession(SSL* ssl, SSL_SESSION* made) {
  TlsSession* session = Of(ssl);
  int size = i2d_SSL_SESSION(made, nullptr);
  if (!session->wants_sessions || size <= 0 || size > kStoredSessionMax) return 0;
  std::string bytes(static_cast<size_t>(size), 0);
  auto* at = reinterpret_cast<unsigned char*>(bytes.data());
  i2d_SSL_SESSION(made, &at);
  unsigned int id_size = 0;
  const unsigned char* id = SSL_SESSION_get_id(made, &id_size);
  SSL_SESSION_up_ref(made);
  session->events.push_back(
      {"newSession", std::string(reinterpret_cast<const char*>(id), id_size), bytes, OwnedSession(made)});
  return 0;
}

SSL_SESSION* OnGetSession(SSL* ssl, const unsigned char*, int, int* copy) {
  *copy = 0;
  return Of(ssl)->next_session.release();
}

bool UseStoreOf(TlsSession* session, SSL_CTX* ctx) {
  if (SSL_set1_verify_cert_store(session->ssl.get(), SSL_CTX_get_cert_store(ctx)) != 1) return false;
  SSL_set_client_CA_list(session->ssl.get(), SSL_dup_CA_list(SSL_CTX_get_client_CA_list(ctx)));
  return true;
}

int OnServerName(SSL* ssl, int*, void*) {
  TlsSession* session = Of(ssl);
  if (!session->is_server) return SSL_TLSEXT_ERR_OK;
  std::string name = HostOf(ssl);
  if (!name.empty()) session->events.push_back({"serverName", name, ""});
  if (!session->sni_context) return SSL_TLSEXT_ERR_NOACK;
  SSL_set_SSL_CTX(ssl, session->sni_context->ctx.get());
  UseStoreOf(session, session->sni_context->ctx.get());
  return SSL_TLSEXT_ERR_OK;
}

int OnCertificate(SSL* ssl, void*) {
  TlsSession* session = Of(ssl);
  if (!session->is_server || session->certificate_question == TlsSession::Ask::kNo) return 1;
  if (session->certificate_question == TlsSession::Ask::kYes) {
    session->certificate_question = TlsSession::Ask::kWaits;
    bool wants_ocsp = SSL_get_tlsext_status_type(ssl) == TLSEXT_STATUSTYPE_ocsp;
    session->events.push_back({"certificate", HostOf(ssl), wants_ocsp ? "ocsp" : ""});
  }
  return -1;
}

int OnStatus(SSL* ssl, void*) {
  TlsSession* session = Of(ssl);
  if (!session->is_server) {
    const unsigned char* response = nullptr;
    long size = SSL_get_tlsext_status_ocsp_resp(ssl, &response);
    bool has_one = response != nullptr && size >= 0;
    session->events.push_back({"ocsp",
                               has_one ? std::string(reinterpret_cast<const char*>(response), static_cast<size_t>(size)) : "",
                               has_one ? "given" : ""});
    return 1;
  }
  if (session->ocsp_response.empty()) return SSL_TLSEXT_ERR_NOACK;
  size_t size = session->ocsp_response.size();
  auto* copy = static_cast<unsigned char*>(OPENSSL_malloc(size));
  if (copy == nullptr) return SSL_TLSEXT_ERR_NOACK;
  std::memcpy(copy, session->ocsp_response.data(), size);
  if (!SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(size))) OPENSSL_free(copy);
  session->ocsp_response.clear();
  return SSL_TLSEXT_ERR_OK;
}

int OnAlpn(SSL* ssl, const unsigned char** out, unsigned char* out_size, const unsigned char* in, unsigned int in_size,
           void*) {
  TlsSession* session = Of(ssl);
  if (!session->has_alpn_callback) {
    if (session->alpn_protocols.empty()) return SSL_TLSEXT_ERR_NOACK;
    int chosen = SSL_select_next_proto(const_cast<unsigned char**>(out), out_size, session->alpn_protocols.data(),
                                       static_cast<unsigned int>(session->alpn_protocols.size()), in, in_size);
    return chosen == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  v8::HandleScope scope(session->isolate);
  Local<Value> offered[] = {BytesOf(session->isolate, in, in_size)};
  Local<Value> answer;
  if (!TellTls(session->isolate, session->id, "alpn", 1, offered).ToLocal(&answer) || !answer->IsUint32()) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  // Where in `in` the one that was chosen begins.
  uint32_t at = answer.As<v8::Uint32>()->Value();
  if (at >= in_size || at + 1 + in[at] > in_size) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *out_size = in[at];
  *out = in + at + 1;
  return SSL_TLSEXT_ERR_OK;
}

// Asks the program for a pre-shared key: its bytes, and as a client who it is.
unsigned int AskForKey(SSL* ssl, const char* hint, char* identity, unsigned int identity_max, unsigned char* key,
                       unsigned int key_max) {
  TlsSession* session = Of(ssl);
  Isolate* isolate = session->isolate;
  v8::HandleScope scope(isolate);
  Local<Value> args[] = {v8::Null(isolate), v8::Integer::NewFromUnsigned(isolate, key_max),
                         v8::Integer::NewFromUnsigned(isolate, identity_max)};
  if (hint != nullptr) {
    Local<v8::String> text;
    if (!v8::String::NewFromUtf8(isolate, hint).ToLocal(&text)) return 0;
    // A name that is not UTF-8 is nobody's.
    std::string back;
    if (!TextArgument(isolate, text, &back) || back != hint) return 0;
    args[0] = text;
  }
  Local<Value> answer;
  if (!TellTls(isolate, session->id, "psk", 3, args).ToLocal(&answer) || !answer->IsArray()) return 0;
  Local<Value> parts[2];
  for (uint32_t index = 0; index < 2; index++) {
    if (!answer.As<v8::Array>()->Get(isolate->GetCurrentContext(), index).ToLocal(&parts[index])) return 0;
  }
  std::string bytes;
  std::string name;
  if (!BytesArgument(parts[0], &bytes) || bytes.size() > key_max) return 0;
  if (identity != nullptr) {
    if (!TextArgument(isolate, parts[1], &name) || name.size() > identity_max) return 0;
    std::memcpy(identity, name.c_str(), std::min<size_t>(name.size() + 1, identity_max));
  }
  std::memcpy(key, bytes.data(), bytes.size());
  return static_cast<unsigned int>(bytes.size());
}

unsigned int OnServerPsk(SSL* ssl, const char* identity, unsigned char* key, unsigned int key_max) {
  return identity == nullptr ? 0 : AskForKey(ssl, identity, nullptr, 0, key, key_max);
}

unsigned int OnClientPsk(SSL* ssl, const char* hint, char* identity, unsigned int identity_max, unsigned char* key,
                         unsigned int key_max) {
  return AskForKey(ssl, hint, identity, identity_max, key, key_max);
}

void OnTrace(int is_written, int version, int type, const void* data, size_t size, SSL* ssl, void*) {
  TlsSession* session = Of(ssl);
  ERR_set_mark();
  SSL_trace(is_written, version, type, data, size, ssl, session->trace.get());
  ERR_pop_to_mark();
  char* text = nullptr;
  long length = BIO_get_mem_data(session->trace.get(), &text);
  if (length > 0) session->events.push_back({"trace", std::string(text, static_cast<size_t>(length)), ""});
  std::ignore = BIO_reset(session->trace.get());
}

// Programs verify peers by themselves, after the handshake.
int OnVerify(int, X509_STORE_CTX*) { return 1; }

// What OpenSSL has found counts. No callback at all would leave the one that is there.
int OnStrictVerify(int is_good, X509_STORE_CTX*) { return is_good; }

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

std::string FirstErrorLine() {
  std::string first;
  ERR_print_errors_cb(
      [](const char* line, size_t length, void* into) {
        static_cast<std::string*>(into)->assign(line, length);
        return 0;
      },
      &first);
  return first;
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

void SetVerifyMode(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  int mode = SSL_VERIFY_NONE;
  if (session->is_server && info[1]->IsTrue()) {
    mode = SSL_VERIFY_PEER;
    if (info[2]->IsTrue()) mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  SSL_set_verify(session->ssl.get(), mode, OnVerify);
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

// checkPeer(session, SSL_VERIFY_*, X509_V_FLAG_*, X509_CHECK_FLAG_*, name or address, if any): a peer whose certificate is
// not good is refused in the midst of the handshake, as programs other than Node's expect it. False: no such name.
void CheckPeer(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  SSL* ssl = session->ssl.get();
  X509_VERIFY_PARAM* param = SSL_get0_param(ssl);
  SSL_set_verify(ssl, IntegerOr(info[1], 0) & (SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT), OnStrictVerify);
  X509_VERIFY_PARAM_set_flags(param, static_cast<unsigned long>(static_cast<uint32_t>(IntegerOr(info[2], 0))));
  X509_VERIFY_PARAM_set_hostflags(param, static_cast<unsigned int>(IntegerOr(info[3], 0)));
  std::string name;
  if (!TextArgument(info.GetIsolate(), info[4], &name)) return info.GetReturnValue().Set(true);
  bool is_set = X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) == 1 ||
                X509_VERIFY_PARAM_set1_host(param, name.data(), name.size()) == 1;
  info.GetReturnValue().Set(is_set);
}

void WantSessions(Info info) {
  if (auto session = SessionArgument(info)) session->wants_sessions = true;
}

void WantKeylog(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  session->wants_keylog = true;
  SSL_CTX_set_keylog_callback(SSL_get_SSL_CTX(session->ssl.get()), OnKeylog);
}

void WantTrace(Info info) {
  auto session = SessionArgument(info);
  if (!session || session->trace) return;
  session->trace.reset(BIO_new(BIO_s_mem()));
  if (session->trace) SSL_set_msg_callback(session->ssl.get(), OnTrace);
}

void WantCertificateQuestion(Info info) {
  if (auto session = SessionArgument(info)) session->certificate_question = TlsSession::Ask::kYes;
}

void WantPsk(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  SSL_set_psk_server_callback(session->ssl.get(), OnServerPsk);
  SSL_set_psk_client_callback(session->ssl.get(), OnClientPsk);
}

void SetPskHint(Info info) {
  auto session = SessionArgument(info);
  std::string hint;
  if (!session || !TextArgument(info.GetIsolate(), info[1], &hint)) return;
  ERR_set_mark();
  info.GetReturnValue().Set(SSL_use_psk_identity_hint(session->ssl.get(), hint.c_str()) == 1);
  ERR_pop_to_mark();
}

bool UseCertificateOf(TlsSession* session, TlsContext* context) {
  SSL_CTX* ctx = context->ctx.get();
  SSL* ssl = session->ssl.get();
  STACK_OF(X509)* chain = nullptr;
  return SSL_CTX_get0_chain_certs(ctx, &chain) == 1 && SSL_use_certificate(ssl, SSL_CTX_get0_certificate(ctx)) == 1 &&
         SSL_use_PrivateKey(ssl, SSL_CTX_get0_privatekey(ctx)) == 1 &&
         (chain == nullptr || SSL_set1_chain(ssl, chain) == 1);
}

// useContext(session, context, does it throw when it can't be used): its certificate and key are the server's from now on.
// Else the handshake goes on without, and tells why it fails. Programs call it while they are asked for a protocol, too.
void UseContext(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info, true);
  if (!session) return;
  auto context = ContextArgument(info, 1);
  if (!context) return;
  session->sni_context = context;
  bool is_known = std::find(session->contexts.begin(), session->contexts.end(), context) != session->contexts.end();
  if (!is_known) session->contexts.push_back(context);
  ERR_set_mark();
  bool is_used = UseCertificateOf(session.get(), context.get());
  bool has_failed = is_used ? !UseStoreOf(session.get(), context->ctx.get()) : info[2]->IsTrue();
  unsigned long error = ERR_peek_last_error();
  if (!is_used && !has_failed) {
    session->held_error = error;
    session->held_line = FirstErrorLine();
  }
  ERR_pop_to_mark();
  if (has_failed) ThrowOpenSsl(isolate, error, "SetKeyCert");
}

void AnswerCertificate(Info info) {
  if (auto session = SessionArgument(info)) session->certificate_question = TlsSession::Ask::kNo;
}

void SetAlpn(Info info) {
  auto session = SessionArgument(info);
  std::string protocols;
  if (!session || !BytesArgument(info[1], &protocols)) return;
  const auto* bytes = reinterpret_cast<const unsigned char*>(protocols.data());
  if (session->is_server) session->alpn_protocols.assign(bytes, bytes + protocols.size());
  else SSL_set_alpn_protos(session->ssl.get(), bytes, static_cast<unsigned int>(protocols.size()));
  if (session->is_server) SSL_CTX_set_alpn_select_cb(SSL_get_SSL_CTX(session->ssl.get()), OnAlpn, nullptr);
}

void WantAlpn(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  session->has_alpn_callback = true;
  SSL_CTX_set_alpn_select_cb(SSL_get_SSL_CTX(session->ssl.get()), OnAlpn, nullptr);
}

void SetServerName(Info info) {
  auto session = SessionArgument(info);
  std::string name;
  if (session && TextArgument(info.GetIsolate(), info[1], &name)) {
    SSL_set_tlsext_host_name(session->ssl.get(), name.c_str());
    ERR_clear_error();
  }
}

OwnedSession SessionOf(Local<Value> value) {
  std::string bytes;
  if (!BytesArgument(value, &bytes)) return {};
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  ERR_set_mark();
  OwnedSession session(d2i_SSL_SESSION(nullptr, &at, static_cast<long>(bytes.size())));
  ERR_pop_to_mark();
  return session;
}

// setSession(session, an earlier one's bytes): false when OpenSSL refuses it.
void SetSession(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  OwnedSession earlier = SessionOf(info[1]);
  info.GetReturnValue().Set(!earlier || SSL_set_session(session->ssl.get(), earlier.get()) == 1);
}

void LoadSession(Info info) {
  if (auto session = SessionArgument(info)) session->next_session = SessionOf(info[1]);
}

void SetOcspResponse(Info info) {
  if (auto session = SessionArgument(info)) BytesArgument(info[1], &session->ocsp_response);
}

void RequestOcsp(Info info) {
  if (auto session = SessionArgument(info)) SSL_set_tlsext_status_type(session->ssl.get(), TLSEXT_STATUSTYPE_ocsp);
}

void Renegotiate(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  ERR_clear_error();
  if (SSL_renegotiate(session->ssl.get()) != 1) ThrowOpenSsl(info.GetIsolate(), ERR_get_error(), nullptr);
  ERR_clear_error();
}

void SetMaxSendFragment(Info info) {
  auto session = SessionArgument(info);
  if (!session) return;
  long done = SSL_set_max_send_fragment(session->ssl.get(), IntegerOr(info[1], 0));
  info.GetReturnValue().Set(static_cast<int32_t>(done));
}

void SetHandler(Info info) {
  Tls* tls = TlsOf(info.GetIsolate());
  if (tls != nullptr && info[0]->IsFunction() && tls->on_event.IsEmpty()) {
    tls->on_event.Set(info.GetIsolate(), info[0].As<v8::Function>());
  }
}

}  // namespace

void SetSessionCallbacks(SSL_CTX* ctx) {
  SSL_CTX_sess_set_get_cb(ctx, OnGetSession);
  SSL_CTX_sess_set_new_cb(ctx, OnNewSession);
  SSL_CTX_set_tlsext_servername_callback(ctx, OnServerName);
  SSL_CTX_set_tlsext_status_cb(ctx, OnStatus);
  SSL_CTX_set_tlsext_status_arg(ctx, nullptr);
}

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
  Define(context, target, "setVerifyMode", WithoutTrace<SetVerifyMode>);
  Define(context, target, "handshake", WithoutTrace<Handshake>);
  Define(context, target, "checkPeer", WithoutTrace<CheckPeer>);
  Define(context, target, "wantSessions", WithoutTrace<WantSessions>);
  Define(context, target, "wantKeylog", WithoutTrace<WantKeylog>);
  Define(context, target, "wantTrace", WithoutTrace<WantTrace>);
  Define(context, target, "wantCertificateQuestion", WithoutTrace<WantCertificateQuestion>);
  Define(context, target, "wantPsk", WithoutTrace<WantPsk>);
  Define(context, target, "setPskHint", WithoutTrace<SetPskHint>);
  Define(context, target, "useContext", WithoutTrace<UseContext>);
  Define(context, target, "answerCertificate", WithoutTrace<AnswerCertificate>);
  Define(context, target, "setAlpn", WithoutTrace<SetAlpn>);
  Define(context, target, "wantAlpn", WithoutTrace<WantAlpn>);
  Define(context, target, "setServerName", WithoutTrace<SetServerName>);
  Define(context, target, "setSession", WithoutTrace<SetSession>);
  Define(context, target, "loadSession", WithoutTrace<LoadSession>);
  Define(context, target, "setOcspResponse", WithoutTrace<SetOcspResponse>);
  Define(context, target, "requestOcsp", WithoutTrace<RequestOcsp>);
  Define(context, target, "renegotiate", WithoutTrace<Renegotiate>);
  Define(context, target, "setMaxSendFragment", WithoutTrace<SetMaxSendFragment>);
}

}  // namespace secure_exec
#endif
