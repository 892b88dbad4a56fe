// Entry point and what the parts of the addon share. isolated-vm calls InitForContext with a guest's context and hands
// `target` to our bindings there, which guest code can reach through Node's library: so every function checks what it gets
// and none reaches out of the isolate. Uses V8's public interface only.
#include "state.h"

#include <mutex>
#include <tuple>

namespace secure_exec {

using v8::Context;
using v8::Function;
using v8::HandleScope;
using v8::Isolate;
using v8::Local;
using v8::Message;
using v8::Object;
using v8::ScriptOrigin;
using v8::String;
using v8::Value;

namespace {

constexpr int kStateIndex = 40;

std::mutex states_mutex;
std::unordered_map<Isolate*, std::unique_ptr<State>> states;

State* MakeState(Isolate* isolate) {
  std::lock_guard<std::mutex> lock(states_mutex);
  auto& state = states[isolate];
  state = std::make_unique<State>();
  return state.get();
}

// What `error.stack` is: on_stack(global object of the error's context, error, call sites).
v8::MaybeLocal<Value> PrepareStack(Local<Context> context, Local<Value> error, Local<v8::Array> sites) {
  Isolate* isolate = Isolate::GetCurrent();
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr) return v8::Undefined(isolate);
  Local<Value> args[] = {context->Global(), error, sites};
  return state->on_stack.Get(isolate)->Call(isolate->GetCurrentContext(), v8::Undefined(isolate), 3, args);
}

// What is thrown where nobody can catch it: a promise hook, a callback of a FinalizationRegistry.
void OnMessage(Local<Message> message, Local<Value> error) {
  Isolate* isolate = Isolate::GetCurrent();
  if (!isolate->InContext()) return;
  HandleScope scope(isolate);
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  if (state == nullptr || isolate->IsExecutionTerminating()) return;
  Local<Value> args[] = {error, PlaceOf(context, message)};
  v8::TryCatch caught(isolate);
  std::ignore = state->on_uncaught.Get(isolate)->Call(context, v8::Undefined(isolate), 2, args);
}

// V8 has no room left after its last collection: the guest ends. isolated-vm's own answer is 1 GiB more and a collection in
// an interrupt, which on Node 24 came to nothing: an isolate of 16 MiB grew by one GiB after the other.
// What is given here is for what runs until the next interrupt.
constexpr size_t kSpareBytes = 64u * 1024 * 1024;

size_t OnNearHeapLimit(void* state, size_t current, size_t) {
  static_cast<State*>(state)->is_out_of_memory = true;
  Isolate::GetCurrent()->TerminateExecution();
  return current + kSpareBytes;
}

// isOutOfMemory(): asked by the container when the guest has ended.
void IsOutOfMemory(const v8::FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  info.GetReturnValue().Set(state != nullptr && state->is_out_of_memory);
}

// setCallbacks({ import, importMeta, syntheticEvaluation, error, stack, uncaught })
void SetCallbacks(const v8::FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  if (!info[0]->IsObject() || state == nullptr) return;
  auto set = [&](const char* name, v8::Eternal<Function>& slot) {
    Local<Value> value;
    if (info[0].As<Object>()->Get(context, Text(isolate, name)).ToLocal(&value) && value->IsFunction()) {
      slot.Set(isolate, value.As<Function>());
    }
  };
  set("import", state->on_import);
  set("importMeta", state->on_import_meta);
  set("syntheticEvaluation", state->on_synthetic_evaluation);
  set("error", state->on_error);
  set("stack", state->on_stack);
  set("uncaught", state->on_uncaught);
  if (!state->on_stack.IsEmpty()) isolate->SetPrepareStackTraceCallback(PrepareStack);
  if (!state->on_uncaught.IsEmpty()) isolate->AddMessageListener(OnMessage);
}

}  // namespace

State* StateOf(Local<Context> context) {
  if (context->GetNumberOfEmbedderDataFields() <= kStateIndex) return nullptr;
  return static_cast<State*>(context->GetAlignedPointerFromEmbedderData(kStateIndex));
}

void ForgetConnections(uint64_t group) {
  std::lock_guard<std::mutex> lock(states_mutex);
  for (auto& [isolate, state] : states) {
    if (state->group != group || state->thread != 0) continue;
    state->tls.reset();
    state->http2.reset();
  }
}

void AttachState(Local<Context> context, State* state) {
  context->SetAlignedPointerInEmbedderData(kStateIndex, state);
}

Local<String> Text(Isolate* isolate, const char* text) {
  return String::NewFromUtf8(isolate, text).ToLocalChecked();
}

void Define(Local<Context> context, Local<Object> target, const char* name, Callback callback) {
  Local<String> key = Text(v8::Isolate::GetCurrent(), name);
  Local<Function> function =
      Function::New(context, callback, Local<Value>(), 0, v8::ConstructorBehavior::kThrow).ToLocalChecked();
  function->SetName(key);
  target->Set(context, key, function).Check();
}

void ThrowTypeError(Isolate* isolate, const char* text) {
  isolate->ThrowException(v8::Exception::TypeError(Text(isolate, text)));
}

int32_t IntegerOr(Local<Value> value, int32_t otherwise) {
  return value->IsInt32() ? value.As<v8::Int32>()->Value() : otherwise;
}

ScriptOrigin OriginOf(Isolate* isolate, Local<Value> name, int line, int column, bool is_module, Local<Value> symbol) {
  Local<v8::PrimitiveArray> options = v8::PrimitiveArray::New(isolate, 1);
  if (symbol->IsSymbol()) options->Set(isolate, 0, symbol.As<v8::Symbol>());
  return ScriptOrigin(
#if V8_MAJOR_VERSION < 12
      isolate,
#endif
      name, line, column, true, -1, Local<Value>(), false, false, is_module, options);
}

Local<Value> PlaceOf(Local<Context> context, Local<Message> message) {
  Isolate* isolate = v8::Isolate::GetCurrent();
  Local<String> line;
  if (message.IsEmpty()) return v8::Undefined(isolate);
  Local<Value> text = message->GetSourceLine(context).ToLocal(&line) ? Local<Value>(line) : Local<Value>(v8::Undefined(isolate));
  Local<Value> place[] = {
      message->GetScriptOrigin().ResourceName(),
      v8::Integer::New(isolate, message->GetLineNumber(context).FromMaybe(0)),
      v8::Integer::New(isolate, message->GetStartColumn(context).FromMaybe(0)),
      v8::Integer::New(isolate, message->GetEndColumn(context).FromMaybe(0)),
      text,
  };
  if (place[0].IsEmpty()) place[0] = v8::Undefined(isolate);
  return v8::Array::New(isolate, place, 5);
}

void ReportError(Local<Context> context, v8::TryCatch* caught, bool is_shown) {
  Isolate* isolate = v8::Isolate::GetCurrent();
  State* state = StateOf(context);
  // A termination outlives the TryCatch; thrown again it would be a null that guest code can catch.
  if (caught->HasTerminated()) return;
  if (caught->Message().IsEmpty() || state == nullptr || state->on_error.IsEmpty()) {
    caught->ReThrow();
    return;
  }
  Local<Value> args[] = {caught->Exception(), PlaceOf(context, caught->Message()), v8::Boolean::New(isolate, is_shown)};
  {
    v8::TryCatch inner(isolate);
    // A reporter that fails leaves the error as it is.
    std::ignore = state->on_error.Get(isolate)->Call(context, v8::Undefined(isolate), 3, args);
  }
  caught->ReThrow();
}

}  // namespace secure_exec

#ifdef _WIN32
#define EXPORTED extern "C" __declspec(dllexport)
#else
#define EXPORTED extern "C" __attribute__((visibility("default")))
#endif

EXPORTED void InitForContext(v8::Isolate* isolate, v8::Local<v8::Context> context, v8::Local<v8::Object> target) {
  using namespace secure_exec;
  HandleScope scope(isolate);
  State* state = MakeState(isolate);
  AttachState(context, state);
  state->main_context.Set(isolate, context);
  isolate->AddNearHeapLimitCallback(OnNearHeapLimit, state);
  Define(context, target, "setCallbacks", SetCallbacks);
  Define(context, target, "isOutOfMemory", IsOutOfMemory);
  DefineIntrospection(context, target);
  DefineModules(context, target);
  DefineScripts(context, target);
  DefineThreadClock(context, target);
  DefineCollection(context, target);
  DefineGcRecords(context, target);
  DefineContexts(context, target);
  DefineSerialization(context, target);
  DefineWireFormat(context, target);
  DefineMessages(context, target);
  DefineHeapSnapshots(context, target);
  DefineSharedEnvironments(context, target);
  DefineTls(context, target);
  DefineHttp2(context, target);
}
