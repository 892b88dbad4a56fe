// SecureContexts: which certificates, keys, ciphers and versions a connection is made with.
#include "tls.h"

#ifdef SECURE_EXEC_HAS_TLS
#include <openssl/core_names.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstring>

namespace secure_exec {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Value;

namespace {

using Info = const FunctionCallbackInfo<Value>&;

// A context takes some 20 KiB.
constexpr size_t kContextsMax = 20'000;

OwnedBio BioOf(const std::string& bytes) {
  return OwnedBio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
}

int NoPassword(char*, int, int, void*) { return 0; }

int GivenPassword(char* buffer, int room, int, void* given) {
  const auto* pass = static_cast<const std::string*>(given);
  if (pass->size() > static_cast<size_t>(room)) return -1;
  std::memcpy(buffer, pass->data(), pass->size());
  return static_cast<int>(pass->size());
}

// What is set is gone from OpenSSL's queue of errors at the end of each call.
struct ClearErrors {
  ~ClearErrors() { ERR_clear_error(); }
};

int SetTicketKeys(TlsContext* context, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, const unsigned char* aes,
                  const unsigned char* hmac, size_t hmac_size, unsigned char* iv, int encrypts) {
  char digest[] = "SHA256";
  OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_octet_string(OSSL_MAC_PARAM_KEY, const_cast<unsigned char*>(hmac), hmac_size),
      OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
      OSSL_PARAM_construct_end(),
  };
  if (EVP_MAC_CTX_set_params(mac, parameters) <= 0) return -1;
  int done = encrypts ? EVP_EncryptInit_ex(cipher, EVP_aes_128_cbc(), nullptr, aes, iv)
                      : EVP_DecryptInit_ex(cipher, EVP_aes_128_cbc(), nullptr, aes, iv);
  return done > 0 ? 1 : -1;
}

// Tickets with the keys of Node's size, which programs can set and share.
int OnTicket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac, int encrypts) {
  auto* context = static_cast<TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  if (encrypts) {
    std::memcpy(name, context->ticket_name, kTicketPartBytes);
    if (RAND_bytes(iv, 16) <= 0) return -1;
  } else if (std::memcmp(name, context->ticket_name, kTicketPartBytes) != 0) {
    return 0;
  }
  return SetTicketKeys(context, cipher, mac, context->ticket_aes, context->ticket_hmac, kTicketPartBytes, iv, encrypts);
}

// Asks the program for the keys of a ticket: [answer, hmac, aes, name, iv].
int OnAskedTicket(SSL* ssl, unsigned char* name, unsigned char* iv, EVP_CIPHER_CTX* cipher, EVP_MAC_CTX* mac,
                  int encrypts) {
  auto* context = static_cast<TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  Isolate* isolate = Isolate::GetCurrent();
  v8::HandleScope scope(isolate);
  Local<Value> args[] = {BytesOf(isolate, name, kTicketPartBytes), BytesOf(isolate, iv, kTicketPartBytes),
                         v8::Boolean::New(isolate, encrypts != 0)};
  Local<Value> answer;
  if (!TellTls(isolate, context->id, "ticket", 3, args).ToLocal(&answer) || !answer->IsArray()) return -1;
  auto part = [&](uint32_t index) {
    Local<Value> value;
    std::string bytes;
    if (!answer.As<v8::Array>()->Get(isolate->GetCurrentContext(), index).ToLocal(&value)) return bytes;
    BytesArgument(value, &bytes);
    return bytes;
  };
  Local<Value> first;
  if (!answer.As<v8::Array>()->Get(isolate->GetCurrentContext(), 0).ToLocal(&first) || !first->IsInt32()) return -1;
  int result = first.As<v8::Int32>()->Value();
  if (result < 0) return result;
  std::string hmac = part(1);
  std::string aes = part(2);
  if (aes.size() != kTicketPartBytes || hmac.empty()) return -1;
  if (encrypts) {
    std::string new_name = part(3);
    std::string new_iv = part(4);
    if (new_name.size() != kTicketPartBytes || new_iv.size() != kTicketPartBytes) return -1;
    std::memcpy(name, new_name.data(), kTicketPartBytes);
    std::memcpy(iv, new_iv.data(), kTicketPartBytes);
  }
  auto bytes = [](const std::string& text) { return reinterpret_cast<const unsigned char*>(text.data()); };
  return SetTicketKeys(context, cipher, mac, bytes(aes), bytes(hmac), hmac.size(), iv, encrypts) < 0 ? -1 : result;
}

// newContext(kind: 0 both, 1 server, 2 client; lowest version, highest version)
void NewContext(Info info) {
  Isolate* isolate = info.GetIsolate();
  Tls* tls = TlsOf(isolate);
  if (tls == nullptr) return;
  if (tls->contexts.size() >= kContextsMax) return info.GetReturnValue().Set(0);
  ClearErrors clear;
  int kind = IntegerOr(info[0], 0);
  auto context = std::make_shared<TlsContext>();
  context->ctx.reset(SSL_CTX_new(kind == 1 ? TLS_server_method() : kind == 2 ? TLS_client_method() : TLS_method()));
  SSL_CTX* ctx = context->ctx.get();
  if (ctx == nullptr) return ThrowOpenSsl(isolate, ERR_get_error(), "SSL_CTX_new");
  SSL_CTX_set_app_data(ctx, context.get());
  SSL_CTX_set_options(ctx, SSL_OP_NO_SSLv2 | SSL_OP_NO_SSLv3 | SSL_OP_ALLOW_CLIENT_RENEGOTIATION);
  SSL_CTX_clear_mode(ctx, SSL_MODE_NO_AUTO_CHAIN);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_SERVER | SSL_SESS_CACHE_NO_INTERNAL |
                                          SSL_SESS_CACHE_NO_AUTO_CLEAR);
  int highest = IntegerOr(info[2], 0);
  SSL_CTX_set_min_proto_version(ctx, IntegerOr(info[1], 0));
  SSL_CTX_set_max_proto_version(ctx, highest == 0 ? TLS1_3_VERSION : highest);
  if (RAND_bytes(context->ticket_name, kTicketPartBytes) <= 0 || RAND_bytes(context->ticket_hmac, kTicketPartBytes) <= 0 ||
      RAND_bytes(context->ticket_aes, kTicketPartBytes) <= 0) {
    return ThrowCoded(isolate, "ERR_CRYPTO_OPERATION_FAILED", "Error generating ticket keys");
  }
  SSL_CTX_set_tlsext_ticket_key_evp_cb(ctx, OnTicket);
  SetSessionCallbacks(ctx);
  context->id = ++tls->last_id;
  tls->contexts[context->id] = context;
  info.GetReturnValue().Set(context->id);
}

void CloseContext(Info info) {
  Tls* tls = TlsOf(info.GetIsolate());
  if (tls != nullptr && info[0]->IsUint32()) tls->contexts.erase(info[0].As<v8::Uint32>()->Value());
}

// setKey(context, PEM, passphrase or undefined)
void SetKey(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto context = ContextArgument(info, 0);
  std::string pem;
  std::string pass;
  if (!context || !BytesArgument(info[1], &pem)) return;
  TextArgument(isolate, info[2], &pass);
  ClearErrors clear;
  OwnedKey key(PEM_read_bio_PrivateKey(BioOf(pem).get(), nullptr, GivenPassword, &pass));
  OPENSSL_cleanse(pem.data(), pem.size());
  if (!key) return ThrowOpenSsl(isolate, ERR_get_error(), "PEM_read_bio_PrivateKey");
  if (!SSL_CTX_use_PrivateKey(context->ctx.get(), key.get())) {
    ThrowOpenSsl(isolate, ERR_get_error(), "SSL_CTX_use_PrivateKey");
  }
}

bool UseChain(TlsContext* context, X509* certificate, STACK_OF(X509) * chain) {
  SSL_CTX* ctx = context->ctx.get();
  if (!SSL_CTX_use_certificate(ctx, certificate)) return false;
  SSL_CTX_clear_extra_chain_certs(ctx);
  X509* issuer = nullptr;
  for (int index = 0; index < sk_X509_num(chain); index++) {
    X509* one = sk_X509_value(chain, index);
    if (!SSL_CTX_add1_chain_cert(ctx, one)) return false;
    if (issuer == nullptr && X509_check_issued(one, certificate) == X509_V_OK) issuer = one;
  }
  context->issuer = issuer == nullptr ? IssuerOf(ctx, certificate) : OwnedCertificate(X509_dup(issuer));
  context->certificate.reset(X509_dup(certificate));
  return true;
}

bool IsEndOfPem() {
  unsigned long error = ERR_peek_last_error();
  return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

// setCertificate(context, PEM of it and of those that lead to its root)
void SetCertificate(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto context = ContextArgument(info, 0);
  std::string pem;
  if (!context || !BytesArgument(info[1], &pem)) return;
  ERR_clear_error();
  ClearErrors clear;
  OwnedBio bio = BioOf(pem);
  OwnedStack chain(sk_X509_new_null());
  OwnedCertificate first(PEM_read_bio_X509_AUX(bio.get(), nullptr, NoPassword, nullptr));
  bool is_read = first != nullptr;
  while (is_read) {
    X509* next = PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr);
    if (next == nullptr) break;
    sk_X509_push(chain.get(), next);
  }
  is_read = is_read && IsEndOfPem();
  if (is_read) ERR_clear_error();
  if (!is_read || !UseChain(context.get(), first.get(), chain.get())) {
    ThrowOpenSsl(isolate, ERR_get_error(), "SSL_CTX_use_certificate_chain");
  }
}

// addCa(context, PEM): every certificate that is in it.
void AddCa(Info info) {
  auto context = ContextArgument(info, 0);
  std::string pem;
  if (!context || !BytesArgument(info[1], &pem)) return;
  ClearErrors clear;
  OwnedBio bio = BioOf(pem);
  X509_STORE* store = OwnStore(TlsOf(info.GetIsolate()), context.get());
  while (true) {
    OwnedCertificate one(PEM_read_bio_X509_AUX(bio.get(), nullptr, NoPassword, nullptr));
    if (!one) return;
    X509_STORE_add_cert(store, one.get());
    SSL_CTX_add_client_CA(context->ctx.get(), one.get());
  }
}

void AddCrl(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto context = ContextArgument(info, 0);
  std::string pem;
  if (!context || !BytesArgument(info[1], &pem)) return;
  ClearErrors clear;
  Owned<X509_CRL, X509_CRL_free> crl(PEM_read_bio_X509_CRL(BioOf(pem).get(), nullptr, NoPassword, nullptr));
  if (!crl) return ThrowCoded(isolate, "ERR_CRYPTO_OPERATION_FAILED", "Failed to parse CRL");
  X509_STORE* store = OwnStore(TlsOf(isolate), context.get());
  X509_STORE_add_crl(store, crl.get());
  X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
}

void AllowPartialChain(Info info) {
  auto context = ContextArgument(info, 0);
  if (!context) return;
  X509_STORE_set_flags(OwnStore(TlsOf(info.GetIsolate()), context.get()), X509_V_FLAG_PARTIAL_CHAIN);
}

// setRoots(PEM): what useRoots gives each context.
void SetRoots(Info info) {
  Tls* tls = TlsOf(info.GetIsolate());
  std::string pem;
  if (tls == nullptr || !BytesArgument(info[0], &pem)) return;
  ClearErrors clear;
  tls->roots.reset(X509_STORE_new());
  OwnedBio bio = BioOf(pem);
  while (true) {
    OwnedCertificate one(PEM_read_bio_X509(bio.get(), nullptr, NoPassword, nullptr));
    if (!one) return;
    X509_STORE_add_cert(tls->roots.get(), one.get());
  }
}

// useRoots(context): false when setRoots has not been called.
void UseRoots(Info info) {
  Tls* tls = TlsOf(info.GetIsolate());
  auto context = ContextArgument(info, 0);
  if (!context) return;
  info.GetReturnValue().Set(tls->roots != nullptr);
  if (!tls->roots) return;
  SSL_CTX_set1_cert_store(context->ctx.get(), tls->roots.get());
  context->has_own_store = false;
}

template <int (*set)(SSL_CTX*, const char*)>
void SetByText(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto context = ContextArgument(info, 0);
  std::string text;
  if (!context || !TextArgument(isolate, info[1], &text)) return;
  ClearErrors clear;
  if (set(context->ctx.get(), text.c_str())) return;
  unsigned long error = ERR_get_error();
  // None at all is how Node leaves out the ciphers of TLS 1.2.
  if (text.empty() && ERR_GET_REASON(error) == SSL_R_NO_CIPHER_MATCH) return;
  ThrowOpenSsl(isolate, error, info[2]->IsString() ? *v8::String::Utf8Value(isolate, info[2]) : nullptr);
}

int SetSignatureAlgorithms(SSL_CTX* ctx, const char* list) {
  return static_cast<int>(SSL_CTX_set1_sigalgs_list(ctx, list));
}

// setCurves(context, names): false when OpenSSL does not know one.
void SetCurves(Info info) {
  auto context = ContextArgument(info, 0);
  std::string names;
  if (!context || !TextArgument(info.GetIsolate(), info[1], &names)) return;
  ClearErrors clear;
  info.GetReturnValue().Set(names == "auto" || SSL_CTX_set1_curves_list(context->ctx.get(), names.c_str()) == 1);
}

// setDh(context, PEM, or nothing for OpenSSL's own): how many bits; 0 when it is none; -1 when it can't be used.
void SetDh(Info info) {
  auto context = ContextArgument(info, 0);
  if (!context) return;
  ClearErrors clear;
  std::string pem;
  if (!BytesArgument(info[1], &pem)) {
    SSL_CTX_set_dh_auto(context->ctx.get(), 1);
    return info.GetReturnValue().Set(0);
  }
  EVP_PKEY* key = nullptr;
  OwnedBio bio = BioOf(pem);
  key = PEM_read_bio_Parameters(bio.get(), nullptr);
  if (key == nullptr || !EVP_PKEY_is_a(key, "DH")) {
    EVP_PKEY_free(key);
    return info.GetReturnValue().Set(0);
  }
  int bits = EVP_PKEY_bits(key);
  bool is_set = bits >= 1024 && SSL_CTX_set0_tmp_dh_pkey(context->ctx.get(), key) == 1;
  if (!is_set) EVP_PKEY_free(key);
  info.GetReturnValue().Set(is_set || bits < 1024 ? bits : -1);
}

void SetVersions(Info info) {
  auto context = ContextArgument(info, 0);
  if (!context) return;
  if (info[1]->IsInt32()) SSL_CTX_set_min_proto_version(context->ctx.get(), IntegerOr(info[1], 0));
  if (info[2]->IsInt32()) SSL_CTX_set_max_proto_version(context->ctx.get(), IntegerOr(info[2], 0));
}

// versions(context): [lowest, highest]
void Versions(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto context = ContextArgument(info, 0);
  if (!context) return;
  Local<Value> both[] = {
      v8::Integer::New(isolate, static_cast<int>(SSL_CTX_get_min_proto_version(context->ctx.get()))),
      v8::Integer::New(isolate, static_cast<int>(SSL_CTX_get_max_proto_version(context->ctx.get())))};
  info.GetReturnValue().Set(v8::Array::New(isolate, both, 2));
}

void SetOptions(Info info) {
  auto context = ContextArgument(info, 0);
  if (!context || !info[1]->IsNumber()) return;
  double options = info[1].As<v8::Number>()->Value();
  if (options >= 0 && options <= 9007199254740991.0) {
    SSL_CTX_set_options(context->ctx.get(), static_cast<uint64_t>(options));
  }
}

void SetSessionIdContext(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto context = ContextArgument(info, 0);
  std::string id;
  if (!context || !TextArgument(isolate, info[1], &id)) return;
  ClearErrors clear;
  if (SSL_CTX_set_session_id_context(context->ctx.get(), reinterpret_cast<const unsigned char*>(id.data()),
                                     static_cast<unsigned int>(id.size())) == 1) {
    return;
  }
  char text[256] = {0};
  ERR_error_string_n(ERR_get_error(), text, sizeof(text));
  ThrowTypeError(isolate, text);
}

void SetSessionTimeout(Info info) {
  auto context = ContextArgument(info, 0);
  if (context && info[1]->IsInt32()) SSL_CTX_set_timeout(context->ctx.get(), IntegerOr(info[1], 0));
}

// loadPkcs12(context, bytes, passphrase's bytes or undefined): undefined, or why not.
void LoadPkcs12(Info info) {
  Isolate* isolate = info.GetIsolate();
  auto context = ContextArgument(info, 0);
  std::string bytes;
  std::string pass;
  if (!context || !BytesArgument(info[1], &bytes)) return;
  BytesArgument(info[2], &pass);
  ClearErrors clear;
  context->issuer.reset();
  context->certificate.reset();
  EVP_PKEY* key_made = nullptr;
  X509* certificate_made = nullptr;
  STACK_OF(X509)* chain_made = nullptr;
  Owned<PKCS12, PKCS12_free> p12(d2i_PKCS12_bio(BioOf(bytes).get(), nullptr));
  bool is_parsed = p12 && PKCS12_parse(p12.get(), pass.c_str(), &key_made, &certificate_made, &chain_made);
  OwnedKey key(key_made);
  OwnedCertificate certificate(certificate_made);
  OwnedStack chain(chain_made);
  const char* kFailed = "ERR_CRYPTO_OPERATION_FAILED";
  if (is_parsed && !key) return ThrowCoded(isolate, kFailed, "Unable to load private key from PFX data");
  if (is_parsed && !certificate) return ThrowCoded(isolate, kFailed, "Unable to load certificate from PFX data");
  if (is_parsed && UseChain(context.get(), certificate.get(), chain.get()) &&
      SSL_CTX_use_PrivateKey(context->ctx.get(), key.get())) {
    for (int index = 0; index < sk_X509_num(chain.get()); index++) {
      X509_STORE_add_cert(OwnStore(TlsOf(isolate), context.get()), sk_X509_value(chain.get(), index));
      SSL_CTX_add_client_CA(context->ctx.get(), sk_X509_value(chain.get(), index));
    }
    return;
  }
  unsigned long error = ERR_get_error();
  if (ERR_GET_REASON(error) == ERR_R_UNSUPPORTED) {
    return ThrowCoded(isolate, "ERR_CRYPTO_UNSUPPORTED_OPERATION", "Unsupported PKCS12 PFX data");
  }
  const char* reason = ERR_reason_error_string(error);
  isolate->ThrowException(v8::Exception::Error(Text(isolate, reason == nullptr ? "Unknown error" : reason)));
}

// ticketKeys(context, the 48 bytes to be set, if any): what they are.
void TicketKeys(Info info) {
  auto context = ContextArgument(info, 0);
  if (!context) return;
  std::string keys;
  if (BytesArgument(info[1], &keys) && keys.size() == 3 * kTicketPartBytes) {
    std::memcpy(context->ticket_name, keys.data(), kTicketPartBytes);
    std::memcpy(context->ticket_hmac, keys.data() + kTicketPartBytes, kTicketPartBytes);
    std::memcpy(context->ticket_aes, keys.data() + 2 * kTicketPartBytes, kTicketPartBytes);
  }
  keys.clear();
  for (const unsigned char* part : {context->ticket_name, context->ticket_hmac, context->ticket_aes}) {
    keys.append(reinterpret_cast<const char*>(part), kTicketPartBytes);
  }
  info.GetReturnValue().Set(BytesOf(info.GetIsolate(), keys.data(), keys.size()));
}

void AskForTicketKeys(Info info) {
  auto context = ContextArgument(info, 0);
  if (context) SSL_CTX_set_tlsext_ticket_key_evp_cb(context->ctx.get(), OnAskedTicket);
}

// contextCertificate(context, whether its issuer is meant): DER
void ContextCertificate(Info info) {
  auto context = ContextArgument(info, 0);
  if (!context) return;
  X509* certificate = info[1]->IsTrue() ? context->issuer.get() : context->certificate.get();
  info.GetReturnValue().Set(DerOf(info.GetIsolate(), certificate));
}

}  // namespace

X509_STORE* OwnStore(Tls* tls, TlsContext* context) {
  X509_STORE* store = SSL_CTX_get_cert_store(context->ctx.get());
  if (context->has_own_store || tls == nullptr || store != tls->roots.get()) return store;
  X509_STORE* own = X509_STORE_new();
  STACK_OF(X509_OBJECT)* roots = X509_STORE_get0_objects(store);
  for (int index = 0; index < sk_X509_OBJECT_num(roots); index++) {
    X509* one = X509_OBJECT_get0_X509(sk_X509_OBJECT_value(roots, index));
    if (one != nullptr) X509_STORE_add_cert(own, one);
  }
  SSL_CTX_set_cert_store(context->ctx.get(), own);
  context->has_own_store = true;
  return own;
}

OwnedCertificate IssuerOf(SSL_CTX* ctx, X509* certificate) {
  Owned<X509_STORE_CTX, X509_STORE_CTX_free> search(X509_STORE_CTX_new());
  X509* issuer = nullptr;
  if (search && X509_STORE_CTX_init(search.get(), SSL_CTX_get_cert_store(ctx), nullptr, nullptr) == 1 &&
      X509_STORE_CTX_get1_issuer(&issuer, search.get(), certificate) == 1) {
    return OwnedCertificate(issuer);
  }
  return {};
}

void DefineTlsContexts(Local<v8::Context> context, Local<v8::Object> target) {
  Define(context, target, "newContext", WithoutTrace<NewContext>);
  Define(context, target, "closeContext", WithoutTrace<CloseContext>);
  Define(context, target, "setKey", WithoutTrace<SetKey>);
  Define(context, target, "setCertificate", WithoutTrace<SetCertificate>);
  Define(context, target, "addCa", WithoutTrace<AddCa>);
  Define(context, target, "addCrl", WithoutTrace<AddCrl>);
  Define(context, target, "allowPartialChain", WithoutTrace<AllowPartialChain>);
  Define(context, target, "setRoots", WithoutTrace<SetRoots>);
  Define(context, target, "useRoots", WithoutTrace<UseRoots>);
  Define(context, target, "setCipherSuites", WithoutTrace<SetByText<SSL_CTX_set_ciphersuites>>);
  Define(context, target, "setCiphers", WithoutTrace<SetByText<SSL_CTX_set_cipher_list>>);
  Define(context, target, "setSignatureAlgorithms", WithoutTrace<SetByText<SetSignatureAlgorithms>>);
  Define(context, target, "setCurves", WithoutTrace<SetCurves>);
  Define(context, target, "setDh", WithoutTrace<SetDh>);
  Define(context, target, "setVersions", WithoutTrace<SetVersions>);
  Define(context, target, "versions", WithoutTrace<Versions>);
  Define(context, target, "setOptions", WithoutTrace<SetOptions>);
  Define(context, target, "setSessionIdContext", WithoutTrace<SetSessionIdContext>);
  Define(context, target, "setSessionTimeout", WithoutTrace<SetSessionTimeout>);
  Define(context, target, "loadPkcs12", WithoutTrace<LoadPkcs12>);
  Define(context, target, "ticketKeys", WithoutTrace<TicketKeys>);
  Define(context, target, "askForTicketKeys", WithoutTrace<AskForTicketKeys>);
  Define(context, target, "contextCertificate", WithoutTrace<ContextCertificate>);
}

}  // namespace secure_exec
#endif
