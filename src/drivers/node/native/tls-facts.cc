// What a connection tells of itself: certificates, ciphers, keys, sessions. Changes nothing, so it may be asked in the midst of a
// handshake too.
#include <dlfcn.h>

#include "tls.h"

#ifdef SECURE_EXEC_HAS_TLS
#include <openssl/x509v3.h>

namespace secure_exec {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Value;

namespace {

using Info = const FunctionCallbackInfo<Value>&;

constexpr int kExportedBytesMax = 16 << 20;

Local<Value> TextOrUndefined(Isolate* isolate, const char* text) {
  if (text == nullptr) return v8::Undefined(isolate);
  return Text(isolate, text);
}

// A client's chain begins with the peer's own certificate, a server's does not.
OwnedStack PeerChain(TlsSession* session) {
  OwnedStack chain(sk_X509_new_null());
  X509* own = session->is_server ? SSL_get1_peer_certificate(session->ssl.get()) : nullptr;
  if (own != nullptr) sk_X509_push(chain.get(), own);
  STACK_OF(X509)* given = SSL_get_peer_cert_chain(session->ssl.get());
  for (int index = 0; index < sk_X509_num(given); index++) {
    X509* one = sk_X509_value(given, index);
    if (X509_up_ref(one)) sk_X509_push(chain.get(), one);
  }
  return chain;
}

// peerCertificates(session, with its issuers): [whether the last one has signed itself, DER …]; undefined: none.
void PeerCertificates(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info, true);
  if (!session) return;
  ERR_clear_error();
  OwnedStack rest = PeerChain(session.get());
  if (sk_X509_num(rest.get()) == 0) return;
  OwnedCertificate last(sk_X509_shift(rest.get()));
  std::vector<Local<Value>> told = {v8::Boolean::New(isolate, false), DerOf(isolate, last.get())};
  if (info[1]->IsTrue()) {
    for (int index = 0; index < sk_X509_num(rest.get());) {
      if (X509_check_issued(sk_X509_value(rest.get(), index), last.get()) != X509_V_OK) {
        index++;
        continue;
      }
      last.reset(sk_X509_delete(rest.get(), index));
      told.push_back(DerOf(isolate, last.get()));
      index = 0;
    }
    while (X509_check_issued(last.get(), last.get()) != X509_V_OK) {
      OwnedCertificate issuer = IssuerOf(SSL_get_SSL_CTX(session->ssl.get()), last.get());
      if (!issuer) break;
      told.push_back(DerOf(isolate, issuer.get()));
      // One whose usage does not allow it to sign is found as its own issuer again and again.
      if (issuer.get() == last.get()) break;
      last = std::move(issuer);
    }
    told[0] = v8::Boolean::New(isolate, X509_check_issued(last.get(), last.get()) == X509_V_OK);
  }
  ERR_clear_error();
  info.GetReturnValue().Set(v8::Array::New(isolate, told.data(), told.size()));
}

void Certificate(Info info) {
  if (auto session = SessionArgument(info, true)) {
    info.GetReturnValue().Set(DerOf(info.GetIsolate(), SSL_get_certificate(session->ssl.get())));
  }
}

template <size_t (*get)(const SSL*, void*, size_t)>
void Finished(Info info) {
  auto session = SessionArgument(info, true);
  char bytes[EVP_MAX_MD_SIZE];
  if (!session) return;
  size_t size = get(session->ssl.get(), bytes, sizeof(bytes));
  if (size > 0 && size <= sizeof(bytes)) info.GetReturnValue().Set(BytesOf(info.GetIsolate(), bytes, size));
}

SSL_SESSION* CurrentSession(const std::shared_ptr<TlsSession>& session) {
  if (!session) return nullptr;
  return session->told_session ? session->told_session.get() : SSL_get_session(session->ssl.get());
}

void Session(Info info) {
  auto session = SessionArgument(info, true);
  SSL_SESSION* current = CurrentSession(session);
  int size = current == nullptr ? 0 : i2d_SSL_SESSION(current, nullptr);
  if (size <= 0) return;
  std::string bytes(static_cast<size_t>(size), 0);
  auto* at = reinterpret_cast<unsigned char*>(bytes.data());
  i2d_SSL_SESSION(current, &at);
  info.GetReturnValue().Set(BytesOf(info.GetIsolate(), bytes.data(), bytes.size()));
}

void Ticket(Info info) {
  auto session = SessionArgument(info, true);
  SSL_SESSION* current = CurrentSession(session);
  const unsigned char* ticket = nullptr;
  size_t size = 0;
  if (current == nullptr) return;
  SSL_SESSION_get0_ticket(current, &ticket, &size);
  if (ticket != nullptr) info.GetReturnValue().Set(BytesOf(info.GetIsolate(), ticket, size));
}

void IsReused(Info info) {
  if (auto session = SessionArgument(info, true)) info.GetReturnValue().Set(SSL_session_reused(session->ssl.get()) != 0);
}

const char* CodeOfVerification(long error) {
  switch (error) {
#define CODE(name) \
  case X509_V_ERR_##name: \
    return #name;
    CODE(UNABLE_TO_GET_ISSUER_CERT) CODE(UNABLE_TO_GET_CRL) CODE(UNABLE_TO_DECRYPT_CERT_SIGNATURE)
    CODE(UNABLE_TO_DECRYPT_CRL_SIGNATURE) CODE(UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY) CODE(CERT_SIGNATURE_FAILURE)
    CODE(CRL_SIGNATURE_FAILURE) CODE(CERT_NOT_YET_VALID) CODE(CERT_HAS_EXPIRED) CODE(CRL_NOT_YET_VALID)
    CODE(CRL_HAS_EXPIRED) CODE(ERROR_IN_CERT_NOT_BEFORE_FIELD) CODE(ERROR_IN_CERT_NOT_AFTER_FIELD)
    CODE(ERROR_IN_CRL_LAST_UPDATE_FIELD) CODE(ERROR_IN_CRL_NEXT_UPDATE_FIELD) CODE(OUT_OF_MEM)
    CODE(DEPTH_ZERO_SELF_SIGNED_CERT) CODE(SELF_SIGNED_CERT_IN_CHAIN) CODE(UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
    CODE(UNABLE_TO_VERIFY_LEAF_SIGNATURE) CODE(CERT_CHAIN_TOO_LONG) CODE(CERT_REVOKED) CODE(INVALID_CA)
    CODE(PATH_LENGTH_EXCEEDED) CODE(INVALID_PURPOSE) CODE(CERT_UNTRUSTED) CODE(CERT_REJECTED) CODE(HOSTNAME_MISMATCH)
#undef CODE
  }
  return "UNSPECIFIED";
}

// Without a certificate OpenSSL has nothing to say; that is an error but for keys that both sides had before.
long VerificationOf(SSL* ssl) {
  OwnedCertificate peer(SSL_get1_peer_certificate(ssl));
  if (peer) return SSL_get_verify_result(ssl);
  const SSL_CIPHER* cipher = SSL_get_current_cipher(ssl);
  const SSL_SESSION* current = SSL_get_session(ssl);
  bool had_key = cipher != nullptr && SSL_CIPHER_get_auth_nid(cipher) == NID_auth_psk;
  bool is_resumed =
      current != nullptr && SSL_SESSION_get_protocol_version(current) == TLS1_3_VERSION && SSL_session_reused(ssl);
  return had_key || is_resumed ? X509_V_OK : X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT;
}

// verifyError(session): an Error with its code, or null.
void VerifyError(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info, true);
  if (!session) return;
  long error = VerificationOf(session->ssl.get());
  if (error == X509_V_OK) return info.GetReturnValue().SetNull();
  Local<Value> made = v8::Exception::Error(Text(isolate, X509_verify_cert_error_string(error)));
  SetProperty(isolate, made, "code", CodeOfVerification(error));
  info.GetReturnValue().Set(made);
}

// verifyResult(session): [X509_V_*, what it means]
void VerifyResult(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info, true);
  if (!session) return;
  long result = SSL_get_verify_result(session->ssl.get());
  Local<Value> told[] = {v8::Integer::New(isolate, static_cast<int>(result)),
                         Text(isolate, X509_verify_cert_error_string(result))};
  info.GetReturnValue().Set(v8::Array::New(isolate, told, 2));
}

// cipher(session): [name, standard name, version]
void Cipher(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info, true);
  const SSL_CIPHER* cipher = session ? SSL_get_current_cipher(session->ssl.get()) : nullptr;
  if (cipher == nullptr) return;
  Local<Value> told[] = {TextOrUndefined(isolate, SSL_CIPHER_get_name(cipher)),
                         TextOrUndefined(isolate, SSL_CIPHER_standard_name(cipher)),
                         TextOrUndefined(isolate, SSL_CIPHER_get_version(cipher))};
  info.GetReturnValue().Set(v8::Array::New(isolate, told, 3));
}

#if V8_MAJOR_VERSION >= 13
// Of a group that has no key of a kind: those of key encapsulation. The headers of npm's packages of Node do not have the function.
Local<Value> NamedGroup(Isolate* isolate, SSL* ssl) {
  using GetName = const char* (*)(SSL*);
  static auto get_name = reinterpret_cast<GetName>(dlsym(RTLD_DEFAULT, "SSL_get0_group_name"));
  // It looks into the session, which is not there before the handshake.
  const char* name = get_name == nullptr || SSL_get_session(ssl) == nullptr ? nullptr : get_name(ssl);
  if (name == nullptr) return v8::Array::New(isolate, 0);
  Local<Value> told[] = {Text(isolate, "TLSGroup"), Text(isolate, name), v8::Undefined(isolate)};
  return v8::Array::New(isolate, told, 3);
}
#else
Local<Value> NamedGroup(Isolate* isolate, SSL*) { return v8::Array::New(isolate, 0); }
#endif

// ephemeralKey(session): [kind, name of a curve, bits]; null on a server.
void EphemeralKey(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info, true);
  if (!session) return;
  if (session->is_server) return info.GetReturnValue().SetNull();
  EVP_PKEY* given = nullptr;
  SSL* ssl = session->ssl.get();
  if (!SSL_get_peer_tmp_key(ssl, &given)) return info.GetReturnValue().Set(NamedGroup(isolate, ssl));
  OwnedKey key(given);
  int kind = EVP_PKEY_get_base_id(key.get());
  Local<Value> bits = v8::Integer::New(isolate, EVP_PKEY_bits(key.get()));
  Local<Value> none = v8::Undefined(isolate);
  if (kind == EVP_PKEY_DH) {
    Local<Value> told[] = {Text(isolate, "DH"), none, bits};
    return info.GetReturnValue().Set(v8::Array::New(isolate, told, 3));
  }
  char name[80] = {0};
  size_t size = 0;
  bool has_name = kind == EVP_PKEY_EC && EVP_PKEY_get_group_name(key.get(), name, sizeof(name), &size) == 1;
  if (!has_name && kind != EVP_PKEY_X25519 && kind != EVP_PKEY_X448) {
    return info.GetReturnValue().Set(NamedGroup(isolate, ssl));
  }
  Local<Value> told[] = {Text(isolate, "ECDH"), Text(isolate, has_name ? name : OBJ_nid2sn(kind)), bits};
  info.GetReturnValue().Set(v8::Array::New(isolate, told, 3));
}

std::string NameOfSignature(int nid) {
  switch (nid) {
    case EVP_PKEY_RSA:
      return "RSA+";
    case EVP_PKEY_RSA_PSS:
      return "RSA-PSS+";
    case EVP_PKEY_DSA:
      return "DSA+";
    case EVP_PKEY_EC:
      return "ECDSA+";
    case NID_ED25519:
      return "Ed25519+";
    case NID_ED448:
      return "Ed448+";
  }
  const char* name = OBJ_nid2sn(nid);
  return std::string(name == nullptr ? "UNDEF" : name) + "+";
}

void SharedSignatureAlgorithms(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info, true);
  if (!session) return;
  SSL* ssl = session->ssl.get();
  std::vector<Local<Value>> names;
  int count = SSL_get_shared_sigalgs(ssl, 0, nullptr, nullptr, nullptr, nullptr, nullptr);
  for (int index = 0; index < count; index++) {
    int signature = 0;
    int hash = 0;
    SSL_get_shared_sigalgs(ssl, index, &signature, &hash, nullptr, nullptr, nullptr);
    const char* of_hash = OBJ_nid2sn(hash);
    names.push_back(Text(isolate, (NameOfSignature(signature) + (of_hash == nullptr ? "UNDEF" : of_hash)).c_str()));
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, names.data(), names.size()));
}

// exportKey(session, bytes, label, context's bytes or undefined)
void ExportKey(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto session = SessionArgument(info, true);
  std::string label;
  std::string context;
  int size = IntegerOr(info[1], -1);
  if (!session || size < 0 || size > kExportedBytesMax || !TextArgument(isolate, info[2], &label)) return;
  bool has_context = BytesArgument(info[3], &context);
  std::string bytes(static_cast<size_t>(size), 0);
  ERR_clear_error();
  int done = SSL_export_keying_material(
      session->ssl.get(), reinterpret_cast<unsigned char*>(bytes.data()), bytes.size(), label.data(), label.size(),
      reinterpret_cast<const unsigned char*>(context.data()), context.size(), has_context ? 1 : 0);
  if (done != 1) return ThrowOpenSsl(isolate, ERR_get_error(), "SSL_export_keying_material");
  info.GetReturnValue().Set(BytesOf(isolate, bytes.data(), bytes.size()));
}

void Protocol(Info info) {
  if (auto session = SessionArgument(info, true)) {
    info.GetReturnValue().Set(TextOrUndefined(info.GetIsolate(), SSL_get_version(session->ssl.get())));
  }
}

void ServerName(Info info) {
  auto session = SessionArgument(info, true);
  if (!session) return;
  const char* name = SSL_get_servername(session->ssl.get(), TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return info.GetReturnValue().Set(false);
  info.GetReturnValue().Set(Text(info.GetIsolate(), name));
}

void ChosenProtocol(Info info) {
  auto session = SessionArgument(info, true);
  if (!session) return;
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(session->ssl.get(), &name, &size);
  if (size == 0) return info.GetReturnValue().Set(false);
  Local<v8::String> text;
  if (v8::String::NewFromOneByte(info.GetIsolate(), name, v8::NewStringType::kNormal, static_cast<int>(size)).ToLocal(&text)) {
    info.GetReturnValue().Set(text);
  }
}

}  // namespace

void DefineTlsFacts(Local<v8::Context> context, Local<v8::Object> target) {
  Define(context, target, "peerCertificates", WithoutTrace<PeerCertificates>);
  Define(context, target, "certificate", WithoutTrace<Certificate>);
  Define(context, target, "finished", WithoutTrace<Finished<SSL_get_finished>>);
  Define(context, target, "peerFinished", WithoutTrace<Finished<SSL_get_peer_finished>>);
  Define(context, target, "session", WithoutTrace<Session>);
  Define(context, target, "ticket", WithoutTrace<Ticket>);
  Define(context, target, "isReused", WithoutTrace<IsReused>);
  Define(context, target, "verifyError", WithoutTrace<VerifyError>);
  Define(context, target, "verifyResult", WithoutTrace<VerifyResult>);
  Define(context, target, "cipher", WithoutTrace<Cipher>);
  Define(context, target, "ephemeralKey", WithoutTrace<EphemeralKey>);
  Define(context, target, "sharedSignatureAlgorithms", WithoutTrace<SharedSignatureAlgorithms>);
  Define(context, target, "exportKey", WithoutTrace<ExportKey>);
  Define(context, target, "protocol", WithoutTrace<Protocol>);
  Define(context, target, "serverName", WithoutTrace<ServerName>);
  Define(context, target, "chosenProtocol", WithoutTrace<ChosenProtocol>);
}

}  // namespace secure_exec
#endif
