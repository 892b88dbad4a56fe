// What OpenSSL tells and asks in the midst of a step. What it tells is kept for the end of the step; what it asks, the program is
// asked at once.
#include "tls-callbacks.h"

#ifdef SECURE_EXEC_HAS_TLS
#include <algorithm>
#include <cstring>

namespace secure_exec {

using v8::Isolate;
using v8::Local;
using v8::Value;

namespace {

constexpr int kStoredSessionMax = 10 * 1024;

TlsSession* Of(const SSL* ssl) { return static_cast<TlsSession*>(SSL_get_app_data(ssl)); }

std::string HostOf(SSL* ssl) {
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  return name == nullptr ? "" : name;
}

}  // namespace

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

namespace {

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

}  // namespace

bool UseStoreOf(TlsSession* session, SSL_CTX* ctx) {
  if (SSL_set1_verify_cert_store(session->ssl.get(), SSL_CTX_get_cert_store(ctx)) != 1) return false;
  SSL_set_client_CA_list(session->ssl.get(), SSL_dup_CA_list(SSL_CTX_get_client_CA_list(ctx)));
  return true;
}

namespace {

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

}  // namespace

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

namespace {

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

}  // namespace

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

namespace {

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

}  // namespace

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

int OnVerify(int, X509_STORE_CTX*) { return 1; }

int OnStrictVerify(int is_good, X509_STORE_CTX*) { return is_good; }

void SetSessionCallbacks(SSL_CTX* ctx) {
  SSL_CTX_sess_set_get_cb(ctx, OnGetSession);
  SSL_CTX_sess_set_new_cb(ctx, OnNewSession);
  SSL_CTX_set_tlsext_servername_callback(ctx, OnServerName);
  SSL_CTX_set_tlsext_status_cb(ctx, OnStatus);
  SSL_CTX_set_tlsext_status_arg(ctx, nullptr);
}

}  // namespace secure_exec
#endif
