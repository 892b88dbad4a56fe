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
using v8::Number;
using v8::Object;
using v8::SharedArrayBuffer;
using v8::String;
using v8::Uint8Array;
using v8::Value;

// The tag of the version, and the version.
constexpr size_t kHeaderBytes = 2;

// What `write` and `read` write and read.
enum Kind : int32_t { kUint32 = 0, kUint64 = 1, kDouble = 2, kRaw = 3, kValue = 4, kHeader = 5 };

Local<Value> MemberOf(Local<Context> context, Local<Object> object, const char* name) {
  Local<Value> value;
  if (!object->Get(context, Text(Isolate::GetCurrent(), name)).ToLocal(&value)) return v8::Undefined(Isolate::GetCurrent());
  return value;
}

double NumberOr(Local<Value> value, double otherwise) { return value->IsNumber() ? value.As<Number>()->Value() : otherwise; }

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
      data_(data),
      size_(size),
      attachments_(attachments),
      state_(StateOf(context)),
      deserializer_(Isolate::GetCurrent(), data, size, this) {
  state_->readers.push_back(this);
}

Reader::~Reader() { state_->readers.pop_back(); }

size_t Reader::Position() {
  const void* here = data_;
  // Of no bytes: where the next one would be.
  if (!deserializer_.ReadRawBytes(0, &here)) return size_;
  return static_cast<const uint8_t*>(here) - data_;
}

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

// serialize(value, hooks, viewsAreHostObjects, transfers): its bytes, without a header. `transfers`: id, buffer, id, buffer, ...
void Serialize(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (StateOf(context) == nullptr || !info[1]->IsObject()) return ThrowTypeError(isolate, "serialize");
  Bytes bytes;
  {
    Writer writer(context, info[1].As<Object>(), nullptr);
    if (info[2]->IsTrue()) writer.serializer().SetTreatArrayBufferViewsAsHostObjects(true);
    if (info[3]->IsArray()) {
      Local<Array> transfers = info[3].As<Array>();
      for (uint32_t index = 0; index + 1 < transfers->Length(); index += 2) {
        Local<Value> id;
        Local<Value> buffer;
        if (!transfers->Get(context, index).ToLocal(&id) || !transfers->Get(context, index + 1).ToLocal(&buffer)) return;
        if (buffer->IsArrayBuffer()) writer.serializer().TransferArrayBuffer(Uint32Of(id), buffer.As<ArrayBuffer>());
      }
    }
    if (writer.Write(info[0]).IsNothing()) return;
    bytes = writer.Release();
  }
  Local<ArrayBuffer> buffer = ArrayBuffer::New(isolate, bytes.size);
  if (bytes.size > 0) std::memcpy(buffer->GetBackingStore()->Data(), bytes.data.get(), bytes.size);
  info.GetReturnValue().Set(Uint8Array::New(buffer, 0, bytes.size));
}

// write(kind, value, low): to the serialization under way; false when there is none.
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
    case kUint64:
      serializer.WriteUint64((static_cast<uint64_t>(Uint32Of(info[1])) << 32) | Uint32Of(info[2]));
      break;
    case kDouble:
      serializer.WriteDouble(NumberOr(info[1], 0));
      break;
    case kRaw: {
      if (!info[1]->IsArrayBufferView()) return;
      Local<v8::ArrayBufferView> view = info[1].As<v8::ArrayBufferView>();
      size_t length = view->ByteLength();
      std::unique_ptr<uint8_t, FreeMemory> copy(static_cast<uint8_t*>(std::malloc(length == 0 ? 1 : length)));
      if (!copy) return ThrowTypeError(isolate, "out of memory");
      serializer.WriteRawBytes(copy.get(), view->CopyContents(copy.get(), length));
      break;
    }
    case kValue:
      if (writer->Write(info[1]).IsNothing()) return;
      break;
    case kHeader:
      serializer.WriteHeader();
      break;
    default:
      return;
  }
  info.GetReturnValue().Set(true);
}

// deserialize(view, offset, hooks, transfers): [value, how far it has read].
void Deserialize(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (StateOf(context) == nullptr || !info[0]->IsArrayBufferView() || !info[2]->IsObject()) {
    return ThrowTypeError(isolate, "deserialize");
  }
  Local<v8::ArrayBufferView> view = info[0].As<v8::ArrayBufferView>();
  // A copy: hooks may do anything to the guest's own bytes.
  std::vector<uint8_t> bytes(view->ByteLength());
  bytes.resize(view->CopyContents(bytes.data(), bytes.size()));
  size_t offset = Uint32Of(info[1]);
  if (offset > bytes.size()) offset = bytes.size();
  // The header says which version of the format it is; the guest half reads it before.
  std::vector<uint8_t> framed(bytes.size() - offset + kHeaderBytes);
  framed[0] = 0xff;
  framed[1] = static_cast<uint8_t>(IntegerOr(info[4], 15));
  if (offset < bytes.size()) std::memcpy(framed.data() + kHeaderBytes, bytes.data() + offset, bytes.size() - offset);
  Local<Value> value;
  size_t end = 0;
  {
    Reader reader(context, info[2].As<Object>(), framed.data(), framed.size(), nullptr);
    if (info[3]->IsArray()) {
      Local<Array> transfers = info[3].As<Array>();
      for (uint32_t index = 0; index + 1 < transfers->Length(); index += 2) {
        Local<Value> id;
        Local<Value> buffer;
        if (!transfers->Get(context, index).ToLocal(&id) || !transfers->Get(context, index + 1).ToLocal(&buffer)) return;
        if (buffer->IsArrayBuffer()) {
          reader.deserializer().TransferArrayBuffer(Uint32Of(id), buffer.As<ArrayBuffer>());
        } else if (buffer->IsSharedArrayBuffer()) {
          reader.deserializer().TransferSharedArrayBuffer(Uint32Of(id), buffer.As<SharedArrayBuffer>());
        }
      }
    }
    if (reader.deserializer().ReadHeader(context).IsNothing()) return;
    if (!reader.deserializer().ReadValue(context).ToLocal(&value)) return;
    end = reader.Position() - kHeaderBytes + offset;
  }
  Local<Value> answer[] = {value, Number::New(isolate, static_cast<double>(end))};
  info.GetReturnValue().Set(Array::New(isolate, answer, 2));
}

// read(kind, length): from the deserialization under way; undefined when there is none, or too little left.
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
    case kUint64: {
      uint64_t value;
      if (!deserializer.ReadUint64(&value)) return;
      Local<Value> words[] = {v8::Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(value >> 32)),
                              v8::Integer::NewFromUnsigned(isolate, static_cast<uint32_t>(value))};
      info.GetReturnValue().Set(Array::New(isolate, words, 2));
      return;
    }
    case kDouble: {
      double value;
      if (deserializer.ReadDouble(&value)) info.GetReturnValue().Set(value);
      return;
    }
    case kRaw: {
      const void* data;
      double length = NumberOr(info[1], -1);
      if (length < 0 || length > static_cast<double>(reader->size())) return;
      size_t size = static_cast<size_t>(length);
      if (!deserializer.ReadRawBytes(size, &data)) return;
      // Where they are, behind the header.
      info.GetReturnValue().Set(Number::New(isolate, static_cast<double>(reader->Position() - size - kHeaderBytes)));
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
  Define(context, target, "serialize", Serialize);
  Define(context, target, "write", Write);
  Define(context, target, "deserialize", Deserialize);
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
