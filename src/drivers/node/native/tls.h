// TLS for a guest: OpenSSL, which is inside Node, between buffers in memory. The guest half moves the bytes. What it
// holds is numbers of tables that belong to its isolate; every call looks its number up and checks its arguments.
#pragma once

#include "state.h"

#if __has_include(<openssl/ssl.h>)
#define SECURE_EXEC_HAS_TLS 1

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <deque>

namespace secure_exec {

template <typename Type, void (*free_it)(Type*)>
struct FreeBy {
  void operator()(Type* value) const { free_it(value); }
};
template <typename Type, void (*free_it)(Type*)>
using Owned = std::unique_ptr<Type, FreeBy<Type, free_it>>;

inline void FreeBio(BIO* bio) { BIO_free_all(bio); }
inline void FreeStack(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

using OwnedBio = Owned<BIO, FreeBio>;
using OwnedCertificate = Owned<X509, X509_free>;
using OwnedStack = Owned<STACK_OF(X509), FreeStack>;
using OwnedKey = Owned<EVP_PKEY, EVP_PKEY_free>;
using OwnedStore = Owned<X509_STORE, X509_STORE_free>;
using OwnedSession = Owned<SSL_SESSION, SSL_SESSION_free>;

constexpr size_t kTicketPartBytes = 16;

// A SecureContext of Node's.
struct TlsContext {
  Owned<SSL_CTX, SSL_CTX_free> ctx;
  OwnedCertificate certificate;
  OwnedCertificate issuer;
  // Whether the certificates it trusts are its own and not the roots that all contexts share.
  bool has_own_store = false;
  unsigned char ticket_name[kTicketPartBytes];
  unsigned char ticket_hmac[kTicketPartBytes];
  unsigned char ticket_aes[kTicketPartBytes];
  uint32_t id = 0;
};

// What OpenSSL told in the midst of a call, for when the call is over: the guest's code does not run on its stack.
struct TlsEvent {
  const char* kind;
  std::string text;
  std::string more;
  OwnedSession session = {};
};

// One end of a connection.
struct TlsSession {
  // All that `ssl` has been given: they point back from OpenSSL's structures.
  std::vector<std::shared_ptr<TlsContext>> contexts;
  std::shared_ptr<TlsContext> sni_context;
  Owned<SSL, SSL_free> ssl;
  OwnedSession next_session;
  // While the program is told of a new session: OpenSSL may have made a newer one by then.
  OwnedSession told_session;
  // Why a certificate can't be used, for when the handshake fails by it.
  unsigned long held_error = 0;
  std::string held_line;
  std::vector<unsigned char> alpn_protocols;
  std::string ocsp_response;
  std::deque<TlsEvent> events;
  OwnedBio trace;
  v8::Isolate* isolate = nullptr;
  uint32_t id = 0;
  // OpenSSL is on the stack: nothing else may touch the session.
  int depth = 0;
  bool is_server = false;
  bool wants_sessions = false;
  bool wants_keylog = false;
  bool has_alpn_callback = false;
  // The server's question for a certificate: whether it is to be asked, has been, is answered.
  enum class Ask { kNo, kYes, kWaits } certificate_question = Ask::kNo;
};

struct Tls {
  std::unordered_map<uint32_t, std::shared_ptr<TlsContext>> contexts;
  std::unordered_map<uint32_t, std::shared_ptr<TlsSession>> sessions;
  uint32_t last_id = 0;
  OwnedStore roots;
  // Called with (number, kind, …).
  v8::Eternal<v8::Function> on_event;
};

Tls* TlsOf(v8::Isolate* isolate);
// Empty when the argument is no number of a context, or of a session that is free; a TypeError is thrown then.
std::shared_ptr<TlsContext> ContextArgument(const v8::FunctionCallbackInfo<v8::Value>& info, int index);
std::shared_ptr<TlsSession> SessionArgument(const v8::FunctionCallbackInfo<v8::Value>& info, bool is_step_allowed = false);
bool BytesArgument(v8::Local<v8::Value> value, std::string* bytes);
bool TextArgument(v8::Isolate* isolate, v8::Local<v8::Value> value, std::string* text);
v8::Local<v8::Value> BytesOf(v8::Isolate* isolate, const void* data, size_t size);
v8::Local<v8::Value> DerOf(v8::Isolate* isolate, X509* certificate);

// Throws OpenSSL's error as Node does: its text, and the properties it is told by. `otherwise`: the text when there is none.
void ThrowOpenSsl(v8::Isolate* isolate, unsigned long error, const char* otherwise);
// Throws an Error with a code of Node's.
void ThrowCoded(v8::Isolate* isolate, const char* code, const char* text, bool is_type_error = false);
// The first line of OpenSSL's queue of errors, which is empty then.
std::string FirstErrorLine();
void SetProperty(v8::Isolate* isolate, v8::Local<v8::Value> target, const char* name, const char* value);

// The certificates that `ctx` trusts, which are then its own.
X509_STORE* OwnStore(Tls* tls, TlsContext* context);
OwnedCertificate IssuerOf(SSL_CTX* ctx, X509* certificate);
// The callbacks that a context needs for sessions of either kind.
void SetSessionCallbacks(SSL_CTX* ctx);
// Calls the guest half; empty when it has thrown.
v8::MaybeLocal<v8::Value> TellTls(v8::Isolate* isolate, uint32_t id, const char* kind, int count, v8::Local<v8::Value>* more);

void DefineTlsContexts(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineTlsSessions(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineTlsSettings(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineTlsFacts(v8::Local<v8::Context> context, v8::Local<v8::Object> target);

// A function that leaves nothing in OpenSSL's queue of errors: Node's own crypto takes what it finds there for its own.
template <v8::FunctionCallback function>
void WithoutTrace(const v8::FunctionCallbackInfo<v8::Value>& info) {
  function(info);
  ERR_clear_error();
}

}  // namespace secure_exec

#endif
