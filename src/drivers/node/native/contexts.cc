// vm.createContext: another context of the same isolate whose global object reads and writes through to a sandbox object.
// Interceptors do that, with the rules that Node documents for vm: what is on the sandbox wins, what is not is the new
// context's own; what its scripts declare appears on the sandbox. No security boundary, neither is Node's.
#include "state.h"

#include <tuple>

namespace secure_exec {

namespace {

using v8::Array;
using v8::Boolean;
using v8::Context;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Name;
using v8::Object;
using v8::PropertyAttribute;
using v8::PropertyCallbackInfo;
using v8::PropertyDescriptor;
using v8::Value;

constexpr int kSandboxIndex = 41;
// True where `eval` and its like throw; where WebAssembly cannot be compiled.
constexpr int kRefusesStringsIndex = 42;
constexpr int kRefusesWasmIndex = 43;
// Compiling cannot be interrupted: code made of strings is no longer than this.
constexpr int kCodeLengthMax = 16 * 1024 * 1024;

// V8 12 has interceptors say whether they have answered; before, setting a return value said it.
#if V8_MAJOR_VERSION >= 12
using Outcome = v8::Intercepted;
using StoreInfo = PropertyCallbackInfo<void>;
#define HANDLED return v8::Intercepted::kYes
#define PASS return v8::Intercepted::kNo
#define ANSWER_STORE(info, value) HANDLED
#else
using Outcome = void;
using StoreInfo = PropertyCallbackInfo<Value>;
#define HANDLED return
#define PASS return
#define ANSWER_STORE(info, value)      \
  do {                                 \
    info.GetReturnValue().Set(value);  \
    return;                            \
  } while (false)
#endif

template <typename T>
Local<Object> HolderOf(const PropertyCallbackInfo<T>& info) {
#if V8_MAJOR_VERSION >= 13
  return info.HolderV2();
#else
  return info.Holder();
#endif
}

// The context an interceptor was called for, and its sandbox. Empty while the context is being made.
struct Pair {
  Local<Context> context;
  Local<Object> sandbox;
  bool IsReady() const { return !sandbox.IsEmpty(); }
};

template <typename T>
Pair PairOf(const PropertyCallbackInfo<T>& info) {
  Pair pair;
  if (!HolderOf(info)->GetCreationContext().ToLocal(&pair.context)) return pair;
  if (pair.context->GetNumberOfEmbedderDataFields() <= kSandboxIndex) return pair;
  Local<Value> sandbox = pair.context->GetEmbedderData(kSandboxIndex);
  if (sandbox->IsObject()) pair.sandbox = sandbox.As<Object>();
  return pair;
}

bool IsAccessor(Local<Context> context, Local<Value> descriptor) {
  Isolate* isolate = Isolate::GetCurrent();
  if (!descriptor->IsObject()) return false;
  return descriptor.As<Object>()->HasOwnProperty(context, Text(isolate, "get")).FromMaybe(false) ||
         descriptor.As<Object>()->HasOwnProperty(context, Text(isolate, "set")).FromMaybe(false);
}

Outcome Get(Local<Name> property, const PropertyCallbackInfo<Value>& info) {
  Pair pair = PairOf(info);
  if (!pair.IsReady()) PASS;
  Local<Value> value;
  MaybeLocal<Value> found = pair.sandbox->GetRealNamedProperty(pair.context, property);
  if (found.IsEmpty()) found = pair.context->Global()->GetRealNamedProperty(pair.context, property);
  if (!found.ToLocal(&value)) PASS;
  // The sandbox seen from inside is the global object.
  if (value == pair.sandbox) value = pair.context->Global();
  info.GetReturnValue().Set(value);
  HANDLED;
}

Outcome Set(Local<Name> property, Local<Value> value, const StoreInfo& info) {
  Pair pair = PairOf(info);
  if (!pair.IsReady()) PASS;
  Local<Object> global = pair.context->Global();
  PropertyAttribute attributes = v8::None;
  bool is_on_global = global->GetRealNamedPropertyAttributes(pair.context, property).To(&attributes);
  bool is_read_only = is_on_global && (attributes & v8::ReadOnly) != 0;
  attributes = v8::None;
  bool is_on_sandbox = pair.sandbox->GetRealNamedPropertyAttributes(pair.context, property).To(&attributes);
  if (is_read_only || (is_on_sandbox && (attributes & v8::ReadOnly) != 0)) PASS;
  // `x = 1` of strict code, where nobody declared x: V8 throws its ReferenceError.
#if V8_MAJOR_VERSION >= 14
  // V8 no longer tells it from `globalThis.x = 1`, which has to work.
  bool is_by_name = false;
#else
  bool is_by_name = info.This() == global;
#endif
  if (!is_on_global && !is_on_sandbox && is_by_name && info.ShouldThrowOnError() && !value->IsFunction()) PASS;
  if (!is_on_global && is_on_sandbox) {
    Local<Value> descriptor;
    if (pair.sandbox->GetOwnPropertyDescriptor(pair.context, property).ToLocal(&descriptor) &&
        IsAccessor(pair.context, descriptor)) {
      if (pair.sandbox->Set(pair.context, property, value).IsNothing()) PASS;
      ANSWER_STORE(info, value);
    }
  }
  std::ignore = pair.sandbox->Set(pair.context, property, value);
  PASS;
}

Outcome Describe(Local<Name> property, const PropertyCallbackInfo<Value>& info) {
  Pair pair = PairOf(info);
  if (!pair.IsReady() || !pair.sandbox->HasOwnProperty(pair.context, property).FromMaybe(false)) PASS;
  Local<Value> descriptor;
  if (!pair.sandbox->GetOwnPropertyDescriptor(pair.context, property).ToLocal(&descriptor)) PASS;
  info.GetReturnValue().Set(descriptor);
  HANDLED;
}

Outcome DefineOwn(Local<Name> property, const PropertyDescriptor& given, const StoreInfo& info) {
  Pair pair = PairOf(info);
  if (!pair.IsReady()) PASS;
  Isolate* isolate = info.GetIsolate();
  PropertyAttribute attributes = v8::None;
  bool is_on_global = pair.context->Global()->GetRealNamedPropertyAttributes(pair.context, property).To(&attributes);
  // V8 refuses to change what can't be changed.
  if (is_on_global && (attributes & v8::ReadOnly) != 0 && (attributes & v8::DontDelete) != 0) PASS;
  auto define = [&](PropertyDescriptor&& descriptor) {
    if (given.has_enumerable()) descriptor.set_enumerable(given.enumerable());
    if (given.has_configurable()) descriptor.set_configurable(given.configurable());
    std::ignore = pair.sandbox->DefineProperty(pair.context, property, descriptor);
  };
  Local<Value> undefined = v8::Undefined(isolate);
  Local<Value> value = given.has_value() ? given.value() : undefined;
  if (given.has_get() || given.has_set()) {
    define(PropertyDescriptor(given.has_get() ? given.get() : undefined, given.has_set() ? given.set() : undefined));
  } else if (given.has_writable()) {
    define(PropertyDescriptor(value, given.writable()));
  } else {
    define(PropertyDescriptor(value));
  }
  PASS;
}

Outcome Delete(Local<Name> property, const PropertyCallbackInfo<Boolean>& info) {
  Pair pair = PairOf(info);
  if (!pair.IsReady() || pair.sandbox->Delete(pair.context, property).FromMaybe(false)) PASS;
  info.GetReturnValue().Set(false);
  HANDLED;
}

void Enumerate(const PropertyCallbackInfo<Array>& info) {
  Pair pair = PairOf(info);
  Local<Array> names;
  if (pair.IsReady() && pair.sandbox->GetPropertyNames(pair.context).ToLocal(&names)) info.GetReturnValue().Set(names);
}

Local<Name> NameOf(uint32_t index) {
  Isolate* isolate = Isolate::GetCurrent();
  return v8::Integer::NewFromUnsigned(isolate, index)->ToString(isolate->GetCurrentContext()).ToLocalChecked();
}

Outcome GetIndex(uint32_t index, const PropertyCallbackInfo<Value>& info) { return Get(NameOf(index), info); }
Outcome SetIndex(uint32_t index, Local<Value> value, const StoreInfo& info) { return Set(NameOf(index), value, info); }
Outcome DescribeIndex(uint32_t index, const PropertyCallbackInfo<Value>& info) { return Describe(NameOf(index), info); }
Outcome DefineIndex(uint32_t index, const PropertyDescriptor& descriptor, const StoreInfo& info) {
  return DefineOwn(NameOf(index), descriptor, info);
}
Outcome DeleteIndex(uint32_t index, const PropertyCallbackInfo<Boolean>& info) { return Delete(NameOf(index), info); }

Local<v8::ObjectTemplate> GlobalTemplate(Isolate* isolate, State* state) {
  if (!state->sandbox_global.IsEmpty()) return state->sandbox_global.Get(isolate);
  Local<v8::ObjectTemplate> made = v8::ObjectTemplate::New(isolate);
  made->SetHandler(v8::NamedPropertyHandlerConfiguration(Get, Set, Describe, Delete, Enumerate, DefineOwn, {},
                                                         v8::PropertyHandlerFlags::kHasNoSideEffect));
  made->SetHandler(v8::IndexedPropertyHandlerConfiguration(GetIndex, SetIndex, DescribeIndex, DeleteIndex, Enumerate, DefineIndex,
                                                           {}, v8::PropertyHandlerFlags::kHasNoSideEffect));
  state->sandbox_global.Set(isolate, made);
  return made;
}

Local<v8::Private> ContextKey(Isolate* isolate, State* state) {
  if (state->context_of_sandbox.IsEmpty()) state->context_of_sandbox.Set(isolate, v8::Private::New(isolate));
  return state->context_of_sandbox.Get(isolate);
}

void RefuseStrings(Local<Context> context) {
  context->AllowCodeGenerationFromStrings(false);
  context->SetEmbedderData(kRefusesStringsIndex, v8::True(Isolate::GetCurrent()));
}

bool IsMarked(Local<Context> context, int index) {
  return static_cast<int>(context->GetNumberOfEmbedderDataFields()) > index && context->GetEmbedderData(index)->IsTrue();
}

bool AllowsWasm(Local<Context> context, Local<v8::String>) { return !IsMarked(context, kRefusesWasmIndex); }

// Asked of contexts that do not simply allow it: isolated-vm's own are among them, for its bound on the length.
v8::ModifyCodeGenerationFromStringsResult ModifyStrings(Local<Context> context, Local<Value> source, bool) {
  bool is_long = source->IsString() && source.As<v8::String>()->Length() > kCodeLengthMax;
  v8::ModifyCodeGenerationFromStringsResult result;
  result.codegen_allowed = !IsMarked(context, kRefusesStringsIndex) && !is_long;
  return result;
}

// makeContext(sandbox, allows strings, allows WebAssembly, has own microtasks, gc): makes the object the sandbox of a new context; without an object
// (undefined) the context has a global object of its own. Answers that global object.
void MakeContext(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> current = isolate->GetCurrentContext();
  State* state = StateOf(current);
  if (state == nullptr) return ThrowTypeError(isolate, "makeContext");
  bool has_sandbox = info[0]->IsObject();
  // It is needed as long as the context, whose end nobody tells: it stays as long as the isolate.
  v8::MicrotaskQueue* microtasks =
      info[3]->IsTrue() ? v8::MicrotaskQueue::New(isolate, v8::MicrotasksPolicy::kExplicit).release() : nullptr;
  Local<Context> context =
      Context::New(isolate, nullptr, has_sandbox ? GlobalTemplate(isolate, state) : v8::MaybeLocal<v8::ObjectTemplate>(),
                   v8::MaybeLocal<Value>(), v8::DeserializeInternalFieldsCallback(), microtasks);
  if (context.IsEmpty()) return ThrowTypeError(isolate, "no more contexts");
  context->SetSecurityToken(current->GetSecurityToken());
  AttachState(context, state);
  if (info[1]->IsFalse()) RefuseStrings(context);
  if (info[2]->IsFalse()) context->SetEmbedderData(kRefusesWasmIndex, v8::True(isolate));
  // As long as there is no sandbox, it goes to the global object itself.
  if (info[4]->IsFunction() &&
      context->Global()->DefineOwnProperty(context, Text(isolate, "gc"), info[4], v8::DontEnum).IsNothing()) {
    return;
  }
  context->SetEmbedderData(kSandboxIndex, has_sandbox ? info[0] : Local<Value>(v8::Undefined(isolate)));
  Local<Object> key_holder = has_sandbox ? info[0].As<Object>() : context->Global();
  if (key_holder->SetPrivate(current, ContextKey(isolate, state), context->Global()).IsNothing()) return;
  info.GetReturnValue().Set(context->Global());
}

// isContext(object)
void IsContext(const FunctionCallbackInfo<Value>& info) {
  Local<Context> context;
  info.GetReturnValue().Set(ContextOfSandbox(info.GetIsolate()->GetCurrentContext(), info[0]).ToLocal(&context));
}

// disallowStrings(): `eval` and its like throw in this context from now on.
void DisallowStrings(const FunctionCallbackInfo<Value>& info) {
  RefuseStrings(info.GetIsolate()->GetCurrentContext());
}

}  // namespace

MaybeLocal<Context> ContextOfSandbox(Local<Context> current, Local<Value> sandbox) {
  Isolate* isolate = Isolate::GetCurrent();
  State* state = StateOf(current);
  Local<Value> global;
  if (state == nullptr || !sandbox->IsObject()) return {};
  if (!sandbox.As<Object>()->GetPrivate(current, ContextKey(isolate, state)).ToLocal(&global)) return {};
  if (!global->IsObject()) return {};
  return global.As<Object>()->GetCreationContext();
}

void DefineContexts(Local<Context> context, Local<Object> target) {
  Isolate::GetCurrent()->SetAllowWasmCodeGenerationCallback(AllowsWasm);
  Isolate::GetCurrent()->SetModifyCodeGenerationFromStringsCallback(ModifyStrings);
  Define(context, target, "makeContext", MakeContext);
  Define(context, target, "isContext", IsContext);
  Define(context, target, "disallowStrings", DisallowStrings);
}

}  // namespace secure_exec
