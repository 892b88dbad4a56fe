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

// setPromiseHooks(init, before, after, settled, sandbox): of the context it is called in, or of a sandbox's; undefined for none.
void SetPromiseHooks(const FunctionCallbackInfo<Value>& info) {
  Local<Context> context = info.GetIsolate()->GetCurrentContext();
  if (!info[4]->IsNullOrUndefined() && !ContextOfSandbox(context, info[4]).ToLocal(&context)) return;
  auto hook = [&](int index) { return info[index]->IsFunction() ? info[index].As<Function>() : Local<Function>(); };
  context->SetPromiseHooks(hook(0), hook(1), hook(2), hook(3));
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

// withoutMicrotasks(function): what it returns. isolated-vm runs them when a call into another isolate comes back.
void WithoutMicrotasks(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsFunction()) return ThrowTypeError(isolate, "withoutMicrotasks");
  Isolate::SuppressMicrotaskExecutionScope suppressed(isolate);
  Local<Value> result;
  if (info[0].As<Function>()->Call(isolate->GetCurrentContext(), v8::Undefined(isolate), 0, nullptr).ToLocal(&result)) {
    info.GetReturnValue().Set(result);
  }
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

// privateSymbols(names): an object with one of V8's private symbols for each: keys that no program and no proxy sees.
void PrivateSymbols(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsArray()) return ThrowTypeError(isolate, "privateSymbols");
  Local<Array> names = info[0].As<Array>();
  // Only a template takes them as values.
  Local<v8::ObjectTemplate> symbols = v8::ObjectTemplate::New(isolate);
  for (uint32_t index = 0; index < names->Length(); index++) {
    Local<Value> name;
    if (!names->Get(context, index).ToLocal(&name)) return;
    if (!name->IsString()) return ThrowTypeError(isolate, "a private symbol's name");
    symbols->Set(name.As<String>(), v8::Private::New(isolate, name.As<String>()));
  }
  Local<Object> made;
  if (symbols->NewInstance(context).ToLocal(&made)) info.GetReturnValue().Set(made);
}

// setPrivate(object, private symbol, value): of a proxy itself too.
void SetPrivate(const FunctionCallbackInfo<Value>& info) {
  Local<v8::Data> symbol = info[1];
  if (!info[0]->IsObject() || !symbol->IsPrivate()) return ThrowTypeError(info.GetIsolate(), "setPrivate");
  std::ignore = info[0].As<Object>()->SetPrivate(info.GetIsolate()->GetCurrentContext(), symbol.As<v8::Private>(), info[2]);
}

// makeExternal(number): what V8 calls an external value. It points at nothing: the number is all there is to it.
void MakeExternal(const FunctionCallbackInfo<Value>& info) {
  uintptr_t number = info[0]->IsUint32() ? info[0].As<v8::Uint32>()->Value() : 0;
  info.GetReturnValue().Set(v8::External::New(info.GetIsolate(), reinterpret_cast<void*>((number + 1) << 4)));
}

// externalValue(external): its number, as a bigint.
void ExternalValue(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsExternal()) return;
  uint64_t number = reinterpret_cast<uintptr_t>(info[0].As<v8::External>()->Value());
  info.GetReturnValue().Set(v8::BigInt::NewFromUnsigned(info.GetIsolate(), number));
}

// hasBuffer(view): whether its bytes are outside of V8's heap already.
void HasBuffer(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBufferView() && info[0].As<v8::ArrayBufferView>()->HasBuffer());
}

// wasDetached(buffer)
void WasDetached(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBuffer() && info[0].As<v8::ArrayBuffer>()->WasDetached());
}

// isDetachable(buffer): false for one that WebAssembly's memory holds.
void IsDetachable(const FunctionCallbackInfo<Value>& info) {
  info.GetReturnValue().Set(info[0]->IsArrayBuffer() && info[0].As<v8::ArrayBuffer>()->IsDetachable());
}

// detach(buffer): takes its bytes away, and answers them in another buffer; undefined for one that keeps them.
void Detach(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsArrayBuffer()) return;
  Local<v8::ArrayBuffer> buffer = info[0].As<v8::ArrayBuffer>();
  if (!buffer->IsDetachable()) return;
  std::shared_ptr<v8::BackingStore> bytes = buffer->GetBackingStore();
  if (buffer->Detach(Local<Value>()).FromMaybe(false)) {
    info.GetReturnValue().Set(v8::ArrayBuffer::New(info.GetIsolate(), std::move(bytes)));
  }
}

// collectGarbage(): all of it.
void CollectGarbage(const FunctionCallbackInfo<Value>& info) {
  info.GetIsolate()->LowMemoryNotification();
}

constexpr int kFramesMax = 200;

// callSites(limit): [function, script, line, column, id of the script] of each frame, the innermost first.
void CallSites(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  int limit = IntegerOr(info[0], 10);
  Local<v8::StackTrace> stack =
      v8::StackTrace::CurrentStackTrace(isolate, limit < 0 ? 0 : limit > kFramesMax ? kFramesMax : limit);
  std::vector<Local<Value>> sites;
  auto named = [&](Local<String> name) { return name.IsEmpty() ? String::Empty(isolate) : name; };
  for (int index = 0; index < stack->GetFrameCount(); index++) {
    Local<v8::StackFrame> frame = stack->GetFrame(isolate, static_cast<uint32_t>(index));
    Local<Value> site[] = {named(frame->GetFunctionName()), named(frame->GetScriptName()),
                           Integer::New(isolate, frame->GetLineNumber()), Integer::New(isolate, frame->GetColumn()),
                           Integer::New(isolate, frame->GetScriptId())};
    sites.push_back(Array::New(isolate, site, 5));
  }
  info.GetReturnValue().Set(Array::New(isolate, sites.data(), sites.size()));
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
  Define(context, target, "withoutMicrotasks", WithoutMicrotasks);
  Define(context, target, "enqueueMicrotask", EnqueueMicrotask);
  Define(context, target, "getContinuationData", GetContinuationData);
  Define(context, target, "setContinuationData", SetContinuationData);
  Define(context, target, "tryCall", TryCall);
  Define(context, target, "placeOfError", PlaceOfError);
  Define(context, target, "privateSymbols", PrivateSymbols);
  Define(context, target, "setPrivate", SetPrivate);
  Define(context, target, "makeExternal", MakeExternal);
  Define(context, target, "externalValue", ExternalValue);
  Define(context, target, "hasBuffer", HasBuffer);
  Define(context, target, "wasDetached", WasDetached);
  Define(context, target, "isDetachable", IsDetachable);
  Define(context, target, "detach", Detach);
  Define(context, target, "callSites", CallSites);
  Define(context, target, "collectGarbage", CollectGarbage);
  Local<Object> types = Object::New(isolate);
#define DEFINE_TYPE(type) Define(context, types, "is" #type, Is##type);
  VALUE_TYPES(DEFINE_TYPE)
#undef DEFINE_TYPE
  target->Set(context, Text(isolate, "types"), types).Check();
}

}  // namespace secure_exec
