// What the parts of TLS share: tables, arguments, bytes, errors as Node's.
#include "tls.h"

#ifdef SECURE_EXEC_HAS_TLS
#include <dlfcn.h>

#include <algorithm>
#include <cctype>
#include <cstring>

namespace secure_exec {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Value;

namespace {

// Of one argument: certificates, keys, one write.
constexpr size_t kBytesMax = 64u << 20;

uint32_t NumberOf(Local<Value> value) { return value->IsUint32() ? value.As<v8::Uint32>()->Value() : 0; }

const char* LibraryOf(unsigned long error) {
  switch (ERR_GET_LIB(error)) {
#define NAME(name) \
  case ERR_LIB_##name: \
    return #name "_";
    NAME(SYS) NAME(BN) NAME(RSA) NAME(DH) NAME(EVP) NAME(BUF) NAME(OBJ) NAME(PEM) NAME(DSA) NAME(X509) NAME(ASN1)
    NAME(CONF) NAME(CRYPTO) NAME(EC) NAME(SSL) NAME(BIO) NAME(PKCS7) NAME(X509V3) NAME(PKCS12) NAME(RAND) NAME(OCSP)
    NAME(OSSL_STORE) NAME(CMS) NAME(TS) NAME(HMAC) NAME(CT) NAME(KDF) NAME(SM2)
#undef NAME
  }
  return "";
}

std::string CodeOf(unsigned long error, const char* reason) {
  std::string library = LibraryOf(error);
  std::string code = library == "SSL_" ? "ERR_" : "ERR_OSSL_";
  code += library;
  for (const char* at = reason; *at != 0; at++) {
    code += *at == ' ' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(*at)));
  }
  return code;
}

}  // namespace

Tls* TlsOf(Isolate* isolate) {
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr) return nullptr;
  if (!state->tls) state->tls = std::make_shared<Tls>();
  return static_cast<Tls*>(state->tls.get());
}

std::shared_ptr<TlsContext> ContextArgument(const FunctionCallbackInfo<Value>& info, int index) {
  Tls* tls = TlsOf(info.GetIsolate());
  if (tls != nullptr) {
    auto found = tls->contexts.find(NumberOf(info[index]));
    if (found != tls->contexts.end()) return found->second;
  }
  ThrowTypeError(info.GetIsolate(), "The TLS context is closed");
  return {};
}

std::shared_ptr<TlsSession> SessionArgument(const FunctionCallbackInfo<Value>& info, bool is_step_allowed) {
  Tls* tls = TlsOf(info.GetIsolate());
  if (tls != nullptr) {
    auto found = tls->sessions.find(NumberOf(info[0]));
    bool is_found = found != tls->sessions.end();
    if (is_found && (is_step_allowed || found->second->depth == 0)) return found->second;
  }
  ThrowTypeError(info.GetIsolate(), "The TLS session is closed or in the midst of a handshake");
  return {};
}

bool BytesArgument(Local<Value> value, std::string* bytes) {
  if (!value->IsArrayBufferView()) return false;
  Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
  if (view->ByteLength() > kBytesMax) return false;
  bytes->resize(view->ByteLength());
  return view->CopyContents(bytes->data(), bytes->size()) == bytes->size();
}

bool TextArgument(Isolate* isolate, Local<Value> value, std::string* text) {
  if (!value->IsString() || static_cast<size_t>(value.As<v8::String>()->Length()) > kBytesMax) return false;
  v8::String::Utf8Value utf8(isolate, value);
  if (*utf8 == nullptr) return false;
  text->assign(*utf8, utf8.length());
  return true;
}

Local<Value> BytesOf(Isolate* isolate, const void* data, size_t size) {
  Local<v8::ArrayBuffer> buffer = v8::ArrayBuffer::New(isolate, size);
  if (size > 0) std::memcpy(buffer->GetBackingStore()->Data(), data, size);
  return v8::Uint8Array::New(buffer, 0, size);
}

Local<Value> DerOf(Isolate* isolate, X509* certificate) {
  unsigned char* der = nullptr;
  int size = certificate == nullptr ? -1 : i2d_X509(certificate, &der);
  if (size < 0) return v8::Undefined(isolate);
  Local<Value> bytes = BytesOf(isolate, der, static_cast<size_t>(size));
  OPENSSL_free(der);
  return bytes;
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

void SetProperty(Isolate* isolate, Local<Value> target, const char* name, const char* value) {
  if (value == nullptr || !target->IsObject()) return;
  target.As<Object>()->Set(isolate->GetCurrentContext(), Text(isolate, name), Text(isolate, value)).Check();
}

void ThrowOpenSsl(Isolate* isolate, unsigned long error, const char* otherwise) {
  char text[256] = {0};
  if (error != 0 || otherwise == nullptr) ERR_error_string_n(error, text, sizeof(text));
  Local<Value> thrown = v8::Exception::Error(Text(isolate, error != 0 || otherwise == nullptr ? text : otherwise));
  std::vector<Local<Value>> stack;
  while (unsigned long further = ERR_get_error()) {
    char line[256];
    ERR_error_string_n(further, line, sizeof(line));
    stack.push_back(Text(isolate, line));
  }
  if (!stack.empty()) {
    std::reverse(stack.begin(), stack.end());
    Local<Value> list = v8::Array::New(isolate, stack.data(), stack.size());
    thrown.As<Object>()->Set(isolate->GetCurrentContext(), Text(isolate, "opensslErrorStack"), list).Check();
  }
  const char* reason = error == 0 ? nullptr : ERR_reason_error_string(error);
  if (error != 0) SetProperty(isolate, thrown, "library", ERR_lib_error_string(error));
  if (reason != nullptr) {
    SetProperty(isolate, thrown, "reason", reason);
    SetProperty(isolate, thrown, "code", CodeOf(error, reason).c_str());
  }
  isolate->ThrowException(thrown);
}

void ThrowCoded(Isolate* isolate, const char* code, const char* text, bool is_type_error) {
  Local<v8::String> message = Text(isolate, text);
  Local<Value> error = is_type_error ? v8::Exception::TypeError(message) : v8::Exception::Error(message);
  SetProperty(isolate, error, "code", code);
  isolate->ThrowException(error);
}

v8::MaybeLocal<Value> TellTls(Isolate* isolate, uint32_t id, const char* kind, int count, Local<Value>* more) {
  Tls* tls = TlsOf(isolate);
  if (tls == nullptr || tls->on_event.IsEmpty()) return {};
  std::vector<Local<Value>> args = {v8::Integer::NewFromUnsigned(isolate, id), Text(isolate, kind)};
  args.insert(args.end(), more, more + count);
  v8::TryCatch caught(isolate);
  v8::MaybeLocal<Value> answer = tls->on_event.Get(isolate)->Call(
      isolate->GetCurrentContext(), v8::Undefined(isolate), static_cast<int>(args.size()), args.data());
  // The guest half handles what its callbacks throw; what is left is the end of the isolate.
  if (caught.HasTerminated()) caught.ReThrow();
  return answer;
}

}  // namespace secure_exec
#endif

namespace secure_exec {

void DefineTls(v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
#ifdef SECURE_EXEC_HAS_TLS
  // A Node that keeps its OpenSSL to itself: guests have no TLS then, and say so.
  if (dlsym(RTLD_DEFAULT, "SSL_CTX_new") == nullptr) return;
  v8::Local<v8::Object> tls = v8::Object::New(v8::Isolate::GetCurrent());
  DefineTlsContexts(context, tls);
  DefineTlsSessions(context, tls);
  DefineTlsFacts(context, tls);
  target->Set(context, Text(v8::Isolate::GetCurrent(), "tls"), tls).Check();
#endif
}

}  // namespace secure_exec
