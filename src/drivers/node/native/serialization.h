// Values as bytes, by V8's own serializer, for messages between ports.
#pragma once

#include "state.h"

#include <cstdlib>

namespace secure_exec {

struct FreeMemory {
  void operator()(uint8_t* memory) const { std::free(memory); }
};

// Bytes that malloc gave.
struct Bytes {
  std::unique_ptr<uint8_t, FreeMemory> data;
  size_t size = 0;
};

// What a value refers to beside its bytes. Collected for messages only.
struct Attachments {
  std::vector<std::shared_ptr<v8::BackingStore>> shared;
  std::vector<v8::CompiledWasmModule> modules;
};

// Writes one value. `hooks` is the guest half's: writeHost(object), error(message), sharedId(buffer), all optional but error;
// and `mark`, a private symbol by which the library marks objects that writeHost is to write.
class Writer : public v8::ValueSerializer::Delegate {
 public:
  Writer(v8::Local<v8::Context> context, v8::Local<v8::Object> hooks, Attachments* attachments);
  ~Writer() override;
  // Nothing: a pending exception says why.
  v8::Maybe<bool> Write(v8::Local<v8::Value> value);
  Bytes Release();
  v8::ValueSerializer& serializer() { return serializer_; }

 private:
  void ThrowDataCloneError(v8::Local<v8::String> message) override;
  v8::Maybe<bool> WriteHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) override;
#if V8_MAJOR_VERSION >= 12
  bool HasCustomHostObject(v8::Isolate* isolate) override;
  v8::Maybe<bool> IsHostObject(v8::Isolate* isolate, v8::Local<v8::Object> object) override;
#endif
  v8::Maybe<uint32_t> GetSharedArrayBufferId(v8::Isolate* isolate, v8::Local<v8::SharedArrayBuffer> buffer) override;
  v8::Maybe<uint32_t> GetWasmModuleTransferId(v8::Isolate* isolate, v8::Local<v8::WasmModuleObject> module) override;
  v8::Local<v8::Value> Hook(const char* name);

  v8::Local<v8::Context> context_;
  v8::Local<v8::Object> hooks_;
  Attachments* attachments_;
  State* state_;
  v8::ValueSerializer serializer_;
};

// Reads one value. `hooks`: readHost(), sharedOf(id), optional. The bytes have to stay as they are meanwhile.
class Reader : public v8::ValueDeserializer::Delegate {
 public:
  Reader(v8::Local<v8::Context> context, v8::Local<v8::Object> hooks, const uint8_t* data, size_t size,
         const Attachments* attachments);
  ~Reader() override;
  v8::ValueDeserializer& deserializer() { return deserializer_; }

 private:
  v8::MaybeLocal<v8::Object> ReadHostObject(v8::Isolate* isolate) override;
  v8::MaybeLocal<v8::SharedArrayBuffer> GetSharedArrayBufferFromId(v8::Isolate* isolate, uint32_t id) override;
  v8::MaybeLocal<v8::WasmModuleObject> GetWasmModuleFromId(v8::Isolate* isolate, uint32_t id) override;
  v8::Local<v8::Value> Hook(const char* name);

  v8::Local<v8::Context> context_;
  v8::Local<v8::Object> hooks_;
  const Attachments* attachments_;
  State* state_;
  v8::ValueDeserializer deserializer_;
};

// A copy of a buffer's bytes that lives outside of any isolate; empty when there is no memory for it.
std::shared_ptr<Bytes> CopyOf(v8::Local<v8::ArrayBuffer> buffer);

}  // namespace secure_exec
