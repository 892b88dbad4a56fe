// What a program sets of a connection, and wants to be told or asked of it.
#include "tls-callbacks.h"

#ifdef SECURE_EXEC_HAS_TLS
#include <openssl/x509v3.h>

#include <algorithm>

namespace secure_exec {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Value;

namespace {

using Info = const FunctionCallbackInfo<Value>&;

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

}  // namespace

void DefineTlsSettings(Local<v8::Context> context, Local<v8::Object> target) {
  Define(context, target, "setVerifyMode", WithoutTrace<SetVerifyMode>);
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
