// Values as bytes: the writer and the reader of one value, and the functions by which the guest half's hooks take part in the
// midst of one. Nothing lives longer than the call it is made in: V8's serializers hold roots of their isolate, whose end
// an addon of isolated-vm does not hear of.
#include "serialization.h"

#include <cstring>
#include <tuple>

namespace secure_exec {

namespace {

using v8::Array;
using v8::ArrayBuffer;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Just;
using v8::Local;
using v8::Maybe;
using v8::MaybeLocal;
using v8::Nothing;
using v8::Object;
using v8::SharedArrayBuffer;
using v8::String;
using v8::Value;

// What `write` and `read` write and read.
enum Kind : int32_t { kUint32 = 0, kValue = 1 };

Local<Value> MemberOf(Local<Context> context, Local<Object> object, const char* name) {
  Local<Value> value;
  if (!object->Get(context, Text(Isolate::GetCurrent(), name)).ToLocal(&value)) return v8::Undefined(Isolate::GetCurrent());
  return value;
}

uint32_t Uint32Of(Local<Value> value) { return value->IsUint32() ? value.As<v8::Uint32>()->Value() : 0; }

}  // namespace

Writer::Writer(Local<Context> context, Local<Object> hooks, Attachments* attachments)
    : context_(context),
      hooks_(hooks),
      attachments_(attachments),
      state_(StateOf(context)),
      serializer_(Isolate::GetCurrent(), this) {
  state_->writers.push_back(this);
}

Writer::~Writer() { state_->writers.pop_back(); }

Maybe<bool> Writer::Write(Local<Value> value) { return serializer_.WriteValue(context_, value); }

Bytes Writer::Release() {
  auto [data, size] = serializer_.Release();
  Bytes bytes;
  bytes.data.reset(data);
  bytes.size = size;
  return bytes;
}

Local<Value> Writer::Hook(const char* name) { return MemberOf(context_, hooks_, name); }

void Writer::ThrowDataCloneError(Local<String> message) {
  Isolate* isolate = Isolate::GetCurrent();
  Local<Value> make = Hook("error");
  Local<Value> error;
  Local<Value> args[] = {message};
  if (make->IsFunction()) {
    if (make.As<Function>()->Call(context_, hooks_, 1, args).ToLocal(&error)) isolate->ThrowException(error);
    return;
  }
  isolate->ThrowException(v8::Exception::Error(message));
}

Maybe<bool> Writer::WriteHostObject(Isolate* isolate, Local<Object> object) {
  Local<Value> write = Hook("writeHost");
  if (!write->IsFunction()) {
    ThrowDataCloneError(Text(isolate, "Unserializable host object"));
    return Nothing<bool>();
  }
  Local<Value> args[] = {object};
  if (write.As<Function>()->Call(context_, hooks_, 1, args).IsEmpty()) return Nothing<bool>();
  return Just(true);
}

#if V8_MAJOR_VERSION >= 12
// With the marks of the library; before it had them, such objects were of the class HostObject.
bool Writer::HasCustomHostObject(Isolate*) { return Hook("mark")->IsPrivate(); }

Maybe<bool> Writer::IsHostObject(Isolate*, Local<Object> object) {
  if (object->InternalFieldCount() > 0) return Just(true);
  return object->HasPrivate(context_, Hook("mark").As<v8::Private>());
}
#endif

Maybe<uint32_t> Writer::GetSharedArrayBufferId(Isolate* isolate, Local<SharedArrayBuffer> buffer) {
  if (attachments_ != nullptr) {
    std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();
    for (size_t index = 0; index < attachments_->shared.size(); index++) {
      if (attachments_->shared[index]->Data() == store->Data() && store->Data() != nullptr) return Just(static_cast<uint32_t>(index));
    }
    attachments_->shared.push_back(std::move(store));
    return Just(static_cast<uint32_t>(attachments_->shared.size() - 1));
  }
  Local<Value> hook = Hook("sharedId");
  Local<Value> id;
  Local<Value> args[] = {buffer};
  if (hook->IsFunction()) {
    if (!hook.As<Function>()->Call(context_, hooks_, 1, args).ToLocal(&id)) return Nothing<uint32_t>();
    Maybe<uint32_t> number = id->Uint32Value(context_);
    return number;
  }
  ThrowDataCloneError(Text(isolate, "#<SharedArrayBuffer> could not be cloned."));
  return Nothing<uint32_t>();
}

Maybe<uint32_t> Writer::GetWasmModuleTransferId(Isolate* isolate, Local<v8::WasmModuleObject> module) {
  if (attachments_ == nullptr) {
    ThrowDataCloneError(Text(isolate, "#<Module> could not be cloned."));
    return Nothing<uint32_t>();
  }
  attachments_->modules.push_back(module->GetCompiledModule());
  return Just(static_cast<uint32_t>(attachments_->modules.size() - 1));
}

Reader::Reader(Local<Context> context, Local<Object> hooks, const uint8_t* data, size_t size, const Attachments* attachments)
    : context_(context),
      hooks_(hooks),
      attachments_(attachments),
      state_(StateOf(context)),
      deserializer_(Isolate::GetCurrent(), data, size, this) {
  state_->readers.push_back(this);
}

Reader::~Reader() { state_->readers.pop_back(); }

Local<Value> Reader::Hook(const char* name) { return MemberOf(context_, hooks_, name); }

MaybeLocal<Object> Reader::ReadHostObject(Isolate* isolate) {
  // V8 forbids it while it reads; Node's own readers do the same.
  Isolate::AllowJavascriptExecutionScope allow(isolate);
  Local<Value> read = Hook("readHost");
  Local<Value> object;
  if (read->IsFunction()) {
    if (!read.As<Function>()->Call(context_, hooks_, 0, nullptr).ToLocal(&object)) return {};
    if (object->IsObject()) return object.As<Object>();
  }
  isolate->ThrowException(v8::Exception::TypeError(Text(isolate, "readHostObject must return an object")));
  return {};
}

MaybeLocal<SharedArrayBuffer> Reader::GetSharedArrayBufferFromId(Isolate* isolate, uint32_t id) {
  if (attachments_ != nullptr && id < attachments_->shared.size()) {
    return SharedArrayBuffer::New(isolate, attachments_->shared[id]);
  }
  Isolate::AllowJavascriptExecutionScope allow(isolate);
  Local<Value> hook = Hook("sharedOf");
  Local<Value> buffer;
  Local<Value> args[] = {v8::Integer::NewFromUnsigned(isolate, id)};
  if (hook->IsFunction() && hook.As<Function>()->Call(context_, hooks_, 1, args).ToLocal(&buffer) &&
      buffer->IsSharedArrayBuffer()) {
    return buffer.As<SharedArrayBuffer>();
  }
  return {};
}

MaybeLocal<v8::WasmModuleObject> Reader::GetWasmModuleFromId(Isolate* isolate, uint32_t id) {
  if (attachments_ == nullptr || id >= attachments_->modules.size()) return {};
  return v8::WasmModuleObject::FromCompiledModule(isolate, attachments_->modules[id]);
}

std::shared_ptr<Bytes> CopyOf(Local<ArrayBuffer> buffer) {
  std::shared_ptr<v8::BackingStore> store = buffer->GetBackingStore();
  auto copy = std::make_shared<Bytes>();
  copy->size = buffer->ByteLength();
  copy->data.reset(static_cast<uint8_t*>(std::malloc(copy->size == 0 ? 1 : copy->size)));
  if (!copy->data) return nullptr;
  if (copy->size > 0) std::memcpy(copy->data.get(), store->Data(), copy->size);
  return copy;
}

namespace {

// write(kind, value): to the serialization under way; false when there is none.
void Write(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  info.GetReturnValue().Set(false);
  if (state == nullptr || state->writers.empty()) return;
  Writer* writer = state->writers.back();
  v8::ValueSerializer& serializer = writer->serializer();
  switch (IntegerOr(info[0], -1)) {
    case kUint32:
      serializer.WriteUint32(Uint32Of(info[1]));
      break;
    case kValue:
      if (writer->Write(info[1]).IsNothing()) return;
      break;
    default:
      return;
  }
  info.GetReturnValue().Set(true);
}

// read(kind): from the deserialization under way; undefined when there is none, or too little left.
void Read(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  if (state == nullptr || state->readers.empty()) return;
  Reader* reader = state->readers.back();
  v8::ValueDeserializer& deserializer = reader->deserializer();
  switch (IntegerOr(info[0], -1)) {
    case kUint32: {
      uint32_t value;
      if (deserializer.ReadUint32(&value)) info.GetReturnValue().Set(value);
      return;
    }
    case kValue: {
      Local<Value> value;
      if (deserializer.ReadValue(context).ToLocal(&value)) {
        // In a box: undefined is a value, too.
        info.GetReturnValue().Set(Array::New(isolate, &value, 1));
      }
      return;
    }
    default:
      return;
  }
}

void MakeHostObject(const FunctionCallbackInfo<Value>& info) {
  if (!info.IsConstructCall()) ThrowTypeError(info.GetIsolate(), "Class constructor cannot be invoked without 'new'");
}

}  // namespace

void DefineSerialization(Local<Context> context, Local<Object> target) {
  Isolate* isolate = Isolate::GetCurrent();
  Define(context, target, "write", Write);
  Define(context, target, "read", Read);
  // A class whose objects V8 asks a hook about: they have an internal field, which nobody uses.
  Local<v8::FunctionTemplate> host_object = v8::FunctionTemplate::New(isolate, MakeHostObject);
  host_object->SetClassName(Text(isolate, "HostObject"));
  host_object->InstanceTemplate()->SetInternalFieldCount(1);
  Local<Function> constructor;
  if (host_object->GetFunction(context).ToLocal(&constructor)) {
    target->Set(context, Text(isolate, "HostObject"), constructor).Check();
  }
}

}  // namespace secure_exec
