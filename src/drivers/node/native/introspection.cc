// What V8 tells no JavaScript: promise hooks, rejections, where an error came from, the inside of promises, proxies and
// iterators, brands of objects.
#include "state.h"

#include <tuple>

namespace secure_exec {

namespace {

using v8::Array;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::HandleScope;
using v8::Integer;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Promise;
using v8::PromiseRejectMessage;
using v8::Proxy;
using v8::String;
using v8::Value;

// Calls the library's handler as Node does: (type, promise, value), in the midst of the rejection.
void OnReject(PromiseRejectMessage message) {
  Local<Promise> promise = message.GetPromise();
  Isolate* isolate = Isolate::GetCurrent();
  HandleScope scope(isolate);
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  if (state == nullptr || state->on_reject.IsEmpty()) return;
  Local<Value> value = message.GetValue();
  if (value.IsEmpty()) value = v8::Undefined(isolate);
  Local<Value> args[] = {Integer::New(isolate, message.GetEvent()), promise, value};
  v8::TryCatch try_catch(isolate);
  // A handler that throws has nobody to tell. A termination outlives the TryCatch.
  std::ignore = state->on_reject.Get(isolate)->Call(context, v8::Undefined(isolate), 3, args);
}

// setPromiseRejectCallback(handler)
void SetPromiseRejectCallback(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  if (!info[0]->IsFunction() || state == nullptr) return;
  state->on_reject.Set(isolate, info[0].As<Function>());
  isolate->SetPromiseRejectCallback(OnReject);
}

// setPromiseHooks(init, before, after, settled): of the context it is called in; undefined for none.
void SetPromiseHooks(const FunctionCallbackInfo<Value>& info) {
  auto hook = [&](int index) { return info[index]->IsFunction() ? info[index].As<Function>() : Local<Function>(); };
  info.GetIsolate()->GetCurrentContext()->SetPromiseHooks(hook(0), hook(1), hook(2), hook(3));
}

// getPromiseDetails(promise): [state, result], [kPending] or undefined.
void GetPromiseDetails(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsPromise()) return;
  Isolate* isolate = info.GetIsolate();
  Local<Promise> promise = info[0].As<Promise>();
  Local<Value> state = Integer::New(isolate, promise->State());
  if (promise->State() == Promise::kPending) {
    info.GetReturnValue().Set(Array::New(isolate, &state, 1));
    return;
  }
  Local<Value> details[] = {state, promise->Result()};
  info.GetReturnValue().Set(Array::New(isolate, details, 2));
}

// getProxyDetails(proxy, showProxy = true): [target, handler], just the target, or undefined.
void GetProxyDetails(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsProxy()) return;
  Local<Proxy> proxy = info[0].As<Proxy>();
  if (info.Length() > 1 && info[1]->IsFalse()) {
    info.GetReturnValue().Set(proxy->GetTarget());
    return;
  }
  Local<Value> details[] = {proxy->GetTarget(), proxy->GetHandler()};
  info.GetReturnValue().Set(Array::New(info.GetIsolate(), details, 2));
}

// previewEntries(collection): entries; previewEntries(iterator, true): [entries, isKeyValue].
void PreviewEntries(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsObject()) return;
  Isolate* isolate = info.GetIsolate();
  bool is_key_value = false;
  Local<Array> entries;
  if (!info[0].As<Object>()->PreviewEntries(&is_key_value).ToLocal(&entries)) return;
  if (info.Length() == 1) {
    info.GetReturnValue().Set(entries);
    return;
  }
  Local<Value> result[] = {entries, v8::Boolean::New(isolate, is_key_value)};
  info.GetReturnValue().Set(Array::New(isolate, result, 2));
}

// getConstructorName(object)
void GetConstructorName(const FunctionCallbackInfo<Value>& info) {
  if (info[0]->IsObject()) info.GetReturnValue().Set(info[0].As<Object>()->GetConstructorName());
}

// getOwnNonIndexProperties(object, filter)
void GetOwnNonIndexProperties(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsObject() || !info[1]->IsUint32()) return;
  Local<Array> properties;
  if (info[0].As<Object>()
          ->GetPropertyNames(info.GetIsolate()->GetCurrentContext(), v8::KeyCollectionMode::kOwnOnly,
                             static_cast<v8::PropertyFilter>(info[1].As<v8::Uint32>()->Value()),
                             v8::IndexFilter::kSkipIndices)
          .ToLocal(&properties)) {
    info.GetReturnValue().Set(properties);
  }
}

// setDetachKey(buffer, key): who detaches the buffer from now on has to show the key.
void SetDetachKey(const FunctionCallbackInfo<Value>& info) {
  if (info[0]->IsArrayBuffer()) info[0].As<v8::ArrayBuffer>()->SetDetachKey(info[1]);
}

// runMicrotasks(): the queue of the isolate, until it is empty.
void RunMicrotasks(const FunctionCallbackInfo<Value>& info) {
  v8::MicrotasksScope::PerformCheckpoint(info.GetIsolate());
}

// enqueueMicrotask(callback): without the promise that another way would make.
void EnqueueMicrotask(const FunctionCallbackInfo<Value>& info) {
  if (info[0]->IsFunction()) info.GetIsolate()->EnqueueMicrotask(info[0].As<Function>());
}

// The value that goes along with every continuation: V8 keeps it in each promise reaction.
void GetContinuationData(const FunctionCallbackInfo<Value>& info) {
#if V8_MAJOR_VERSION >= 12
  info.GetReturnValue().Set(info.GetIsolate()->GetContinuationPreservedEmbedderData());
#endif
}

void SetContinuationData(const FunctionCallbackInfo<Value>& info) {
#if V8_MAJOR_VERSION >= 12
  info.GetIsolate()->SetContinuationPreservedEmbedderData(info[0]);
#endif
}

#define VALUE_TYPES(V) \
  V(External)          \
  V(Date)              \
  V(ArgumentsObject)   \
  V(BigIntObject)      \
  V(BooleanObject)     \
  V(NumberObject)      \
  V(StringObject)      \
  V(SymbolObject)      \
  V(NativeError)       \
  V(RegExp)            \
  V(AsyncFunction)     \
  V(GeneratorFunction) \
  V(GeneratorObject)   \
  V(Promise)           \
  V(Map)               \
  V(Set)               \
  V(MapIterator)       \
  V(SetIterator)       \
  V(WeakMap)           \
  V(WeakSet)           \
  V(ArrayBuffer)       \
  V(DataView)          \
  V(SharedArrayBuffer) \
  V(Proxy)             \
  V(ModuleNamespaceObject)

#define DEFINE_TYPE_TEST(type) \
  void Is##type(const FunctionCallbackInfo<Value>& info) { info.GetReturnValue().Set(info[0]->Is##type()); }
VALUE_TYPES(DEFINE_TYPE_TEST)
#undef DEFINE_TYPE_TEST

// tryCall(function, receiver, arguments, onThrow): what the function returns; onThrow hears of what it throws, with the place.
void TryCall(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsFunction() || !info[2]->IsArray() || !info[3]->IsFunction()) {
    ThrowTypeError(isolate, "tryCall");
    return;
  }
  Local<Array> given = info[2].As<Array>();
  std::vector<Local<Value>> args(given->Length());
  for (uint32_t index = 0; index < args.size(); index++) {
    if (!given->Get(context, index).ToLocal(&args[index])) return;
  }
  Local<Value> report[2];
  {
    v8::TryCatch caught(isolate);
    caught.SetVerbose(false);
    Local<Value> result;
    if (info[0].As<Function>()->Call(context, info[1], static_cast<int>(args.size()), args.data()).ToLocal(&result)) {
      info.GetReturnValue().Set(result);
      return;
    }
    // A termination outlives the TryCatch; thrown again it would be a null that guest code can catch.
    if (caught.HasTerminated()) return;
    report[0] = caught.Exception();
    report[1] = PlaceOf(context, caught.Message());
  }
  std::ignore = info[3].As<Function>()->Call(context, v8::Undefined(isolate), 2, report);
}

// placeOfError(value): where an error was made, as the last part of tryCall's report.
void PlaceOfError(const FunctionCallbackInfo<Value>& info) {
  Local<Context> context = info.GetIsolate()->GetCurrentContext();
  info.GetReturnValue().Set(PlaceOf(context, v8::Exception::CreateMessage(info.GetIsolate(), info[0])));
}

}  // namespace

void DefineIntrospection(Local<Context> context, Local<Object> target) {
  Isolate* isolate = Isolate::GetCurrent();
  Define(context, target, "setPromiseRejectCallback", SetPromiseRejectCallback);
  Define(context, target, "setPromiseHooks", SetPromiseHooks);
  Define(context, target, "getPromiseDetails", GetPromiseDetails);
  Define(context, target, "getProxyDetails", GetProxyDetails);
  Define(context, target, "previewEntries", PreviewEntries);
  Define(context, target, "getConstructorName", GetConstructorName);
  Define(context, target, "setDetachKey", SetDetachKey);
  Define(context, target, "getOwnNonIndexProperties", GetOwnNonIndexProperties);
  Define(context, target, "runMicrotasks", RunMicrotasks);
  Define(context, target, "enqueueMicrotask", EnqueueMicrotask);
  Define(context, target, "getContinuationData", GetContinuationData);
  Define(context, target, "setContinuationData", SetContinuationData);
  Define(context, target, "tryCall", TryCall);
  Define(context, target, "placeOfError", PlaceOfError);
  Local<Object> types = Object::New(isolate);
#define DEFINE_TYPE(type) Define(context, types, "is" #type, Is##type);
  VALUE_TYPES(DEFINE_TYPE)
#undef DEFINE_TYPE
  target->Set(context, Text(isolate, "types"), types).Check();
}

}  // namespace secure_exec
