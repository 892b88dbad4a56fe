// V8's wire format of structured clones, for v8.Serializer and v8.Deserializer. Each call writes or reads one value: nothing of
// V8's serializers outlives it, so there is nothing to end with an isolate.
#include "state.h"

#include <cstdlib>
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
using v8::String;
using v8::Uint8Array;
using v8::Value;

// What one value may take: beyond it V8 says that it is out of memory.
constexpr size_t kBytesMax = 256u << 20;

Local<Uint8Array> Bytes(Isolate* isolate, const void* data, size_t length) {
  Local<ArrayBuffer> buffer = ArrayBuffer::New(isolate, length);
  if (length > 0) std::memcpy(buffer->GetBackingStore()->Data(), data, length);
  return Uint8Array::New(buffer, 0, length);
}

// The method of `hooks`, called with them as receiver; empty when it has thrown or is none.
MaybeLocal<Value> CallHook(Isolate* isolate, Local<Object> hooks, const char* name, int count, Local<Value>* args) {
  Local<Context> context = isolate->GetCurrentContext();
  // V8 forbids it while it reads.
  Isolate::AllowJavascriptExecutionScope allow(isolate);
  Local<Value> hook;
  if (!hooks->Get(context, Text(isolate, name)).ToLocal(&hook)) return {};
  if (!hook->IsFunction()) {
    ThrowTypeError(isolate, name);
    return {};
  }
  return hook.As<Function>()->Call(context, hooks, count, args);
}

// Copies what a view of a guest's holds: the guest may change it later.
bool CopyOf(Local<Value> value, std::vector<uint8_t>* copy) {
  if (!value->IsArrayBufferView()) return false;
  Local<v8::ArrayBufferView> view = value.As<v8::ArrayBufferView>();
  if (view->ByteLength() > kBytesMax) return false;
  copy->resize(view->ByteLength());
  return view->CopyContents(copy->data(), copy->size()) == copy->size();
}

class ValueWriter : public v8::ValueSerializer::Delegate {
 public:
  ValueWriter(Isolate* isolate, Local<Object> hooks) : isolate_(isolate), hooks_(hooks), serializer_(isolate, this) {}

  v8::ValueSerializer& serializer() { return serializer_; }

  void ThrowDataCloneError(Local<String> message) override {
    Local<Value> args[] = {message};
    Local<Value> error;
    if (CallHook(isolate_, hooks_, "dataCloneError", 1, args).ToLocal(&error)) isolate_->ThrowException(error);
  }

  Maybe<bool> WriteHostObject(Isolate* isolate, Local<Object> object) override {
    Local<Value> args[] = {object};
    Local<Value> answer;
    std::vector<uint8_t> bytes;
    if (!CallHook(isolate, hooks_, "writeHostObject", 1, args).ToLocal(&answer)) return Nothing<bool>();
    if (!CopyOf(answer, &bytes)) {
      ThrowTypeError(isolate, "writeHostObject");
      return Nothing<bool>();
    }
    serializer_.WriteRawBytes(bytes.data(), bytes.size());
    return Just(true);
  }

  Maybe<uint32_t> GetSharedArrayBufferId(Isolate* isolate, Local<v8::SharedArrayBuffer> buffer) override {
    Local<Value> args[] = {buffer};
    Local<Value> id;
    if (!CallHook(isolate, hooks_, "sharedArrayBufferId", 1, args).ToLocal(&id)) return Nothing<uint32_t>();
    return id->Uint32Value(isolate->GetCurrentContext());
  }

  void* ReallocateBufferMemory(void* old, size_t size, size_t* actual) override {
    if (size > kBytesMax) return nullptr;
    *actual = size;
    return std::realloc(old, size);
  }

  void FreeBufferMemory(void* buffer) override { std::free(buffer); }

 private:
  Isolate* isolate_;
  Local<Object> hooks_;
  v8::ValueSerializer serializer_;
};

// serialize(value, offset, transferred: ids and buffers by turns, hooks, are views host objects)
void Serialize(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!info[2]->IsArray() || !info[3]->IsObject()) return ThrowTypeError(isolate, "serialize");
  ValueWriter writer(isolate, info[3].As<Object>());
  writer.serializer().SetTreatArrayBufferViewsAsHostObjects(info[4]->IsTrue());
  Local<Array> transferred = info[2].As<Array>();
  for (uint32_t index = 0; index + 1 < transferred->Length(); index += 2) {
    Local<Value> id;
    Local<Value> buffer;
    if (!transferred->Get(context, index).ToLocal(&id) || !transferred->Get(context, index + 1).ToLocal(&buffer)) return;
    if (id->IsUint32() && buffer->IsArrayBuffer()) {
      writer.serializer().TransferArrayBuffer(id.As<v8::Uint32>()->Value(), buffer.As<ArrayBuffer>());
    }
  }
  // Strings are aligned to even places.
  size_t skipped = IntegerOr(info[1], 0) & 1;
  if (skipped > 0) writer.serializer().WriteRawBytes("", skipped);
  bool is_written = writer.serializer().WriteValue(context, info[0]).FromMaybe(false);
  std::pair<uint8_t*, size_t> written = writer.serializer().Release();
  if (is_written && written.second >= skipped) {
    info.GetReturnValue().Set(Bytes(isolate, written.first + skipped, written.second - skipped));
  }
  std::free(written.first);
}

class ValueReader : public v8::ValueDeserializer::Delegate {
 public:
  ValueReader(Isolate* isolate, Local<Object> hooks, const std::vector<uint8_t>& bytes)
      : isolate_(isolate), hooks_(hooks), bytes_(bytes), deserializer_(isolate, bytes.data(), bytes.size(), this) {}

  v8::ValueDeserializer& deserializer() { return deserializer_; }

  size_t Position() {
    const void* at = nullptr;
    if (!deserializer_.ReadRawBytes(0, &at)) return bytes_.size();
    return static_cast<size_t>(static_cast<const uint8_t*>(at) - bytes_.data());
  }

  bool MoveTo(size_t position) {
    size_t now = Position();
    const void* skipped = nullptr;
    return position >= now && deserializer_.ReadRawBytes(position - now, &skipped);
  }

  MaybeLocal<Object> ReadHostObject(Isolate* isolate) override {
    Local<Context> context = isolate->GetCurrentContext();
    Local<Value> args[] = {v8::Number::New(isolate, static_cast<double>(Position()))};
    Local<Value> answer;
    Local<Value> object;
    Local<Value> end;
    if (!CallHook(isolate, hooks_, "readHostObject", 1, args).ToLocal(&answer)) return {};
    if (!answer->IsArray() || !answer.As<Array>()->Get(context, 0).ToLocal(&object) ||
        !answer.As<Array>()->Get(context, 1).ToLocal(&end)) {
      return {};
    }
    if (!object->IsObject() || !end->IsUint32() || !MoveTo(end.As<v8::Uint32>()->Value())) {
      ThrowTypeError(isolate, "readHostObject must return an object");
      return {};
    }
    return object.As<Object>();
  }

  MaybeLocal<v8::SharedArrayBuffer> GetSharedArrayBufferFromId(Isolate* isolate, uint32_t id) override {
    Local<Value> args[] = {v8::Integer::NewFromUnsigned(isolate, id)};
    Local<Value> buffer;
    if (!CallHook(isolate, hooks_, "sharedArrayBuffer", 1, args).ToLocal(&buffer)) return {};
    if (buffer->IsSharedArrayBuffer()) return buffer.As<v8::SharedArrayBuffer>();
    ThrowTypeError(isolate, "sharedArrayBuffer");
    return {};
  }

 private:
  Isolate* isolate_;
  Local<Object> hooks_;
  const std::vector<uint8_t>& bytes_;
  v8::ValueDeserializer deserializer_;
};

// deserialize(bytes, position, transferred, hooks): [value, where it ends]
void Deserialize(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  std::vector<uint8_t> bytes;
  if (!CopyOf(info[0], &bytes) || !info[1]->IsUint32() || !info[2]->IsArray() || !info[3]->IsObject()) {
    return ThrowTypeError(isolate, "deserialize");
  }
  ValueReader reader(isolate, info[3].As<Object>(), bytes);
  Local<Array> transferred = info[2].As<Array>();
  for (uint32_t index = 0; index + 1 < transferred->Length(); index += 2) {
    Local<Value> id;
    Local<Value> buffer;
    if (!transferred->Get(context, index).ToLocal(&id) || !transferred->Get(context, index + 1).ToLocal(&buffer)) return;
    if (!id->IsUint32()) continue;
    uint32_t number = id.As<v8::Uint32>()->Value();
    if (buffer->IsArrayBuffer()) reader.deserializer().TransferArrayBuffer(number, buffer.As<ArrayBuffer>());
    if (buffer->IsSharedArrayBuffer()) {
      reader.deserializer().TransferSharedArrayBuffer(number, buffer.As<v8::SharedArrayBuffer>());
    }
  }
  if (!reader.deserializer().ReadHeader(context).FromMaybe(false)) return;
  Local<Value> answer[2];
  if (!reader.MoveTo(info[1].As<v8::Uint32>()->Value())) return ThrowTypeError(isolate, "the position is outside");
  if (!reader.deserializer().ReadValue(context).ToLocal(&answer[0])) return;
  answer[1] = v8::Number::New(isolate, static_cast<double>(reader.Position()));
  info.GetReturnValue().Set(Array::New(isolate, answer, 2));
}

}  // namespace

void DefineWireFormat(Local<Context> context, Local<Object> target) {
  Define(context, target, "serialize", Serialize);
  Define(context, target, "deserialize", Deserialize);
}

}  // namespace secure_exec
