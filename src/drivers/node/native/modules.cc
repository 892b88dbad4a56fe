// ES modules as V8 has them. The guest half knows a module by its id, a number: a guest that makes one up gets
// another module of its own. Modules are never given back while their isolate lives, as Node's loader keeps them too.
#include "state.h"
#include "watchdog.h"

#include <tuple>

namespace secure_exec {

namespace {

using v8::Array;
using v8::Context;
using v8::FixedArray;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Integer;
using v8::Isolate;
using v8::Local;
using v8::MaybeLocal;
using v8::Module;
using v8::ModuleRequest;
using v8::Object;
using v8::Promise;
using v8::String;
using v8::Value;

// Attributes come as a flat list: key, value, and for static imports where it stands.
constexpr int kStaticStride = 3;
constexpr int kDynamicStride = 2;

uint32_t Remember(State* state, Isolate* isolate, Local<Module> module, Local<Context> context) {
  uint32_t id = static_cast<uint32_t>(state->modules.size());
  state->modules.emplace_back();
  state->modules.back().module.Set(isolate, module);
  if (context != state->main_context.Get(isolate)) state->modules.back().context.Set(isolate, context);
  state->modules_by_hash.emplace(module->GetIdentityHash(), id);
  return id;
}

// The id of a module of ours, or -1.
int64_t IdOf(State* state, Isolate* isolate, Local<Module> module) {
  auto range = state->modules_by_hash.equal_range(module->GetIdentityHash());
  for (auto at = range.first; at != range.second; ++at) {
    if (state->modules[at->second].module.Get(isolate) == module) return at->second;
  }
  return -1;
}

// The record that argument 0 names; throws for another value.
ModuleRecord* RecordOf(const FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  if (state == nullptr || !info[0]->IsUint32() || info[0].As<v8::Uint32>()->Value() >= state->modules.size()) {
    ThrowTypeError(info.GetIsolate(), "not a module");
    return nullptr;
  }
  return &state->modules[info[0].As<v8::Uint32>()->Value()];
}

std::string Utf8(Isolate* isolate, Local<Value> value) {
  String::Utf8Value text(isolate, value);
  return *text == nullptr ? std::string() : std::string(*text, static_cast<size_t>(text.length()));
}

Local<v8::Data> DataAt(Local<Context> context, Local<FixedArray> list, int index) {
#if V8_MAJOR_VERSION >= 14
  return list->Get(index);
#else
  return list->Get(context, index);
#endif
}

Local<Value> Entry(Isolate* isolate, Local<Context> context, Local<FixedArray> list, int index) {
  Local<v8::Data> data = DataAt(context, list, index);
  return data->IsValue() ? data.As<Value>() : Local<Value>(v8::Undefined(isolate));
}

// One import: what it names and how; two of a module with the same key are the same module.
std::string RequestKey(Isolate* isolate, Local<Context> context, Local<String> specifier, Local<FixedArray> attributes) {
  std::string key = Utf8(isolate, specifier);
  for (int index = 0; index + 1 < attributes->Length(); index += kStaticStride) {
    key += '\0' + Utf8(isolate, Entry(isolate, context, attributes, index));
    key += '\0' + Utf8(isolate, Entry(isolate, context, attributes, index + 1));
  }
  return key;
}

Local<FixedArray> AttributesOf(Local<ModuleRequest> request) {
#if V8_MAJOR_VERSION >= 12
  return request->GetImportAttributes();
#else
  return request->GetImportAssertions();
#endif
}

// An object without prototype of the attributes.
Local<Object> AttributesObject(Isolate* isolate, Local<Context> context, Local<FixedArray> attributes, int stride) {
  Local<Object> object = Object::New(isolate, v8::Null(isolate), nullptr, nullptr, 0);
  for (int index = 0; index + 1 < attributes->Length(); index += stride) {
    Local<Value> key = Entry(isolate, context, attributes, index);
    if (key->IsName()) object->CreateDataProperty(context, key.As<v8::Name>(), Entry(isolate, context, attributes, index + 1)).Check();
  }
  return object;
}

// The context of a sandbox of makeContext's, the guest's own for undefined; false when it has thrown.
bool ContextFor(Isolate* isolate, Local<Value> sandbox, Local<Context>* context) {
  *context = isolate->GetCurrentContext();
  if (sandbox->IsNullOrUndefined() || ContextOfSandbox(*context, sandbox).ToLocal(context)) return true;
  ThrowTypeError(isolate, "the sandbox is not a context");
  return false;
}

Local<Context> ContextOf(Isolate* isolate, const ModuleRecord* record) {
  return record->context.IsEmpty() ? isolate->GetCurrentContext() : record->context.Get(isolate);
}

// compileModule(source, url, line, column, symbol, sandbox): its id.
void CompileModule(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  if (state == nullptr || !info[0]->IsString() || !info[1]->IsString()) return ThrowTypeError(isolate, "compileModule");
  v8::ScriptCompiler::Source source(info[0].As<String>(), OriginOf(isolate, info[1], IntegerOr(info[2], 0),
                                                                   IntegerOr(info[3], 0), true, info[4]));
  Local<Context> own;
  if (!ContextFor(isolate, info[5], &own)) return;
  v8::TryCatch caught(isolate);
  Local<Module> module;
  {
    Context::Scope scope(own);
    if (!v8::ScriptCompiler::CompileModule(isolate, &source).ToLocal(&module)) return ReportError(context, &caught, false);
  }
  info.GetReturnValue().Set(Remember(state, isolate, module, own));
}

// V8 evaluates a module whose exports the guest half sets.
MaybeLocal<Value> EvaluateSynthetic(Local<Context> context, Local<Module> module) {
  Isolate* isolate = Isolate::GetCurrent();
  State* state = StateOf(context);
  Local<Promise::Resolver> resolver;
  if (state == nullptr || !Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  Local<Value> args[] = {Integer::New(isolate, static_cast<int32_t>(IdOf(state, isolate, module)))};
  // Without a TryCatch of its own V8 takes what is thrown for caught by evaluateModule's, forgets it, and then misses it.
  v8::TryCatch caught(isolate);
  if (state->on_synthetic_evaluation.Get(isolate)->Call(context, v8::Undefined(isolate), 1, args).IsEmpty()) {
    if (!caught.HasTerminated()) caught.ReThrow();
    return {};
  }
  if (resolver->Resolve(context, v8::Undefined(isolate)).IsNothing()) return {};
  return resolver->GetPromise();
}

// makeSyntheticModule(url, names, sandbox): its id.
void MakeSyntheticModule(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  State* state = StateOf(context);
  if (state == nullptr || state->on_synthetic_evaluation.IsEmpty() || !info[0]->IsString() || !info[1]->IsArray()) {
    return ThrowTypeError(isolate, "makeSyntheticModule");
  }
  Local<Array> given = info[1].As<Array>();
  std::vector<Local<String>> names;
  for (uint32_t index = 0; index < given->Length(); index++) {
    Local<Value> name;
    if (!given->Get(context, index).ToLocal(&name)) return;
    if (!name->IsString()) return ThrowTypeError(isolate, "the name of an export");
    names.push_back(name.As<String>());
  }
  Local<Context> own;
  if (!ContextFor(isolate, info[2], &own)) return;
  Context::Scope scope(own);
  Local<Module> module = Module::CreateSyntheticModule(
      isolate, info[0].As<String>(),
#if V8_MAJOR_VERSION >= 12
      v8::MemorySpan<const Local<String>>(names.data(), names.size()),
#else
      names,
#endif
      EvaluateSynthetic);
  info.GetReturnValue().Set(Remember(state, isolate, module, own));
}

// moduleRequests(id): [specifier, attributes, line, column] of each import.
void ModuleRequests(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
  Local<Module> module = record->module.Get(isolate);
  Local<FixedArray> requests = module->GetModuleRequests();
  std::vector<Local<Value>> list;
  for (int index = 0; index < requests->Length(); index++) {
    Local<ModuleRequest> request = DataAt(context, requests, index).As<ModuleRequest>();
    v8::Location place = module->SourceOffsetToLocation(request->GetSourceOffset());
    Local<Value> entry[] = {
        request->GetSpecifier(),
        AttributesObject(isolate, context, AttributesOf(request), kStaticStride),
        Integer::New(isolate, place.GetLineNumber()),
        Integer::New(isolate, place.GetColumnNumber()),
    };
    list.push_back(Array::New(isolate, entry, 4));
  }
  info.GetReturnValue().Set(Array::New(isolate, list.data(), list.size()));
}

// linkModule(id, ids): what each of its imports is, in the order of moduleRequests; -1 leaves one open.
void LinkModule(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
  if (!info[1]->IsArray()) return ThrowTypeError(isolate, "linkModule");
  size_t count = StateOf(context)->modules.size();
  Local<FixedArray> requests = record->module.Get(isolate)->GetModuleRequests();
  for (int index = 0; index < requests->Length(); index++) {
    Local<Value> id;
    if (!info[1].As<Array>()->Get(context, static_cast<uint32_t>(index)).ToLocal(&id)) return;
    if (!id->IsUint32() || id.As<v8::Uint32>()->Value() >= count) continue;
    Local<ModuleRequest> request = DataAt(context, requests, index).As<ModuleRequest>();
    record->linked[RequestKey(isolate, context, request->GetSpecifier(), AttributesOf(request))] =
        id.As<v8::Uint32>()->Value();
  }
}

MaybeLocal<Module> Resolve(Local<Context> context, Local<String> specifier, Local<FixedArray> attributes, Local<Module> referrer) {
  Isolate* isolate = Isolate::GetCurrent();
  State* state = StateOf(context);
  int64_t id = state == nullptr ? -1 : IdOf(state, isolate, referrer);
  if (id >= 0) {
    ModuleRecord& record = state->modules[static_cast<size_t>(id)];
    auto found = record.linked.find(RequestKey(isolate, context, specifier, attributes));
    if (found != record.linked.end()) return state->modules[found->second].module.Get(isolate);
  }
  std::string text = "request for '" + Utf8(isolate, specifier) + "' is not yet fulfilled";
  Local<v8::Value> error = v8::Exception::Error(Text(isolate, text.c_str()));
  error.As<Object>()->Set(context, Text(isolate, "code"), Text(isolate, "ERR_VM_MODULE_LINK_FAILURE")).Check();
  isolate->ThrowException(error);
  return {};
}

void InstantiateModule(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
  Local<Module> module = record->module.Get(isolate);
  if (module->GetStatus() >= Module::kInstantiated && module->GetStatus() != Module::kErrored) return;
  v8::TryCatch caught(isolate);
  if (module->GetStatus() == Module::kErrored) {
    isolate->ThrowException(module->GetException());
    caught.ReThrow();
    return;
  }
  if (module->InstantiateModule(ContextOf(isolate, record), Resolve).IsNothing()) ReportError(context, &caught, false);
}

// evaluateModule(id, timeout in ms): the promise of its evaluation. Throws ERR_SCRIPT_EXECUTION_TIMEOUT.
void EvaluateModule(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
  Local<Module> module = record->module.Get(isolate);
  if (module->GetStatus() < Module::kInstantiated) return ThrowTypeError(isolate, "the module is not instantiated");
  int64_t milliseconds = info[1]->IsNumber() ? static_cast<int64_t>(info[1].As<v8::Number>()->Value()) : 0;
  Local<Context> context = ContextOf(isolate, record);
  {
    v8::TryCatch caught(isolate);
    Watchdog watchdog(isolate, milliseconds);
    Local<Value> result;
    bool has_returned = module->Evaluate(context).ToLocal(&result);
    if (has_returned) DrainOwnMicrotasks(isolate->GetCurrentContext(), context);
    if (!watchdog.Stop()) {
      if (has_returned) info.GetReturnValue().Set(result);
      if (!has_returned && !caught.HasTerminated()) caught.ReThrow();
      return;
    }
  }
  ThrowTimeout(isolate, milliseconds);
}

void ModuleStatus(const FunctionCallbackInfo<Value>& info) {
  if (ModuleRecord* record = RecordOf(info)) {
    info.GetReturnValue().Set(static_cast<int32_t>(record->module.Get(info.GetIsolate())->GetStatus()));
  }
}

void ModuleError(const FunctionCallbackInfo<Value>& info) {
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
  Local<Module> module = record->module.Get(info.GetIsolate());
  if (module->GetStatus() == Module::kErrored) info.GetReturnValue().Set(module->GetException());
}

void ModuleNamespace(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
  Local<Module> module = record->module.Get(isolate);
  if (module->GetStatus() < Module::kInstantiated) return ThrowTypeError(isolate, "the module is not instantiated");
  info.GetReturnValue().Set(module->GetModuleNamespace());
}

// isGraphAsync(id): whether it or something it imports awaits outside of functions.
void IsGraphAsync(const FunctionCallbackInfo<Value>& info) {
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
  Local<Module> module = record->module.Get(info.GetIsolate());
  if (module->GetStatus() < Module::kInstantiated) return ThrowTypeError(info.GetIsolate(), "the module is not instantiated");
  info.GetReturnValue().Set(module->IsGraphAsync());
}

// stalledAwaits(id): the places where the module, or one that it imports, still waits; none where V8 does not tell.
void StalledAwaits(const FunctionCallbackInfo<Value>& info) {
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
  std::vector<Local<Value>> places;
#if V8_MAJOR_VERSION >= 12
  Isolate* isolate = info.GetIsolate();
  Local<Module> module = record->module.Get(isolate);
  if (module->IsSourceTextModule() && module->GetStatus() >= Module::kInstantiated && module->IsGraphAsync()) {
    auto stalled = module->GetStalledTopLevelAwaitMessages(isolate);
    for (Local<v8::Message> message : std::get<1>(stalled)) places.push_back(PlaceOf(isolate->GetCurrentContext(), message));
  }
#endif
  info.GetReturnValue().Set(v8::Array::New(info.GetIsolate(), places.data(), places.size()));
}

// hasTopLevelAwait(id): whether the module itself awaits outside of functions; undefined where V8 does not tell.
void HasTopLevelAwait(const FunctionCallbackInfo<Value>& info) {
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
#if V8_MAJOR_VERSION >= 13
  Local<Module> module = record->module.Get(info.GetIsolate());
  info.GetReturnValue().Set(module->IsSourceTextModule() && module->HasTopLevelAwait());
#endif
}

// setModuleExport(id, name, value): of a synthetic module.
void SetModuleExport(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  ModuleRecord* record = RecordOf(info);
  if (record == nullptr) return;
  Local<Module> module = record->module.Get(isolate);
  if (!module->IsSyntheticModule() || !info[1]->IsString()) return ThrowTypeError(isolate, "setModuleExport");
  std::ignore = module->SetSyntheticModuleExport(isolate, info[1].As<String>(), info[2]);
}

MaybeLocal<Promise> ImportDynamically(Local<Context> context, Local<v8::Data> options, Local<Value> name,
                                      Local<String> specifier, Local<FixedArray> attributes) {
  Isolate* isolate = Isolate::GetCurrent();
  v8::EscapableHandleScope scope(isolate);
  State* state = StateOf(context);
  Local<Value> symbol = v8::Undefined(isolate);
  Local<FixedArray> host = options.As<FixedArray>();
  if (host->Length() == 1) symbol = Entry(isolate, context, host, 0);
  Local<Promise::Resolver> resolver;
  if (!Promise::Resolver::New(context).ToLocal(&resolver)) return {};
  Local<Value> answer;
  if (state == nullptr || state->on_import.IsEmpty()) {
    answer = v8::Exception::Error(Text(isolate, "import() is not available here"));
    if (resolver->Reject(context, answer).IsNothing()) return {};
    return scope.Escape(resolver->GetPromise());
  }
  Local<Value> args[] = {symbol, specifier, AttributesObject(isolate, context, attributes, kDynamicStride), name};
  v8::TryCatch caught(isolate);
  if (state->on_import.Get(isolate)->Call(context, v8::Undefined(isolate), 4, args).ToLocal(&answer)) {
    if (answer->IsPromise()) return scope.Escape(answer.As<Promise>());
    if (resolver->Resolve(context, answer).IsNothing()) return {};
    return scope.Escape(resolver->GetPromise());
  }
  if (caught.HasTerminated()) return {};
  if (resolver->Reject(context, caught.Exception()).IsNothing()) return {};
  return scope.Escape(resolver->GetPromise());
}

void InitializeImportMeta(Local<Context> context, Local<Module> module, Local<Object> meta) {
  Isolate* isolate = Isolate::GetCurrent();
  State* state = StateOf(context);
  if (state == nullptr || state->on_import_meta.IsEmpty()) return;
  Local<Value> args[] = {Integer::New(isolate, static_cast<int32_t>(IdOf(state, isolate, module))), meta};
  std::ignore = state->on_import_meta.Get(isolate)->Call(context, v8::Undefined(isolate), 2, args);
}

}  // namespace

void DefineModules(Local<Context> context, Local<Object> target) {
  Isolate* isolate = Isolate::GetCurrent();
  isolate->SetHostImportModuleDynamicallyCallback(ImportDynamically);
  isolate->SetHostInitializeImportMetaObjectCallback(InitializeImportMeta);
  Define(context, target, "compileModule", CompileModule);
  Define(context, target, "makeSyntheticModule", MakeSyntheticModule);
  Define(context, target, "moduleRequests", ModuleRequests);
  Define(context, target, "linkModule", LinkModule);
  Define(context, target, "instantiateModule", InstantiateModule);
  Define(context, target, "evaluateModule", EvaluateModule);
  Define(context, target, "moduleStatus", ModuleStatus);
  Define(context, target, "moduleError", ModuleError);
  Define(context, target, "moduleNamespace", ModuleNamespace);
  Define(context, target, "isGraphAsync", IsGraphAsync);
  Define(context, target, "hasTopLevelAwait", HasTopLevelAwait);
  Define(context, target, "stalledAwaits", StalledAwaits);
  Define(context, target, "setModuleExport", SetModuleExport);
}

}  // namespace secure_exec
