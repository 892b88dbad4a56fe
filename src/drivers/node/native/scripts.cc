// Scripts and functions made of a guest's source text. Code caches of guests are never taken: V8 trusts their bytes.
#include "state.h"
#include "watchdog.h"

namespace secure_exec {

namespace {

using v8::Array;
using v8::Context;
using v8::Function;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Object;
using v8::Script;
using v8::ScriptCompiler;
using v8::String;
using v8::Value;

// Arguments (source, name, line, column, symbol) to a script of the context that is entered.
v8::MaybeLocal<Script> Compile(Local<Context> context, const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  ScriptCompiler::Source source(info[0].As<String>(), OriginOf(isolate, info[1], IntegerOr(info[2], 0),
                                                               IntegerOr(info[3], 0), false, info[4]));
  return ScriptCompiler::Compile(context, &source);
}

// checkScript(source, name, line, column, symbol): throws its SyntaxError; answers the URL of its source map.
void CheckScript(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> context = isolate->GetCurrentContext();
  if (!info[0]->IsString() || !info[1]->IsString()) return ThrowTypeError(isolate, "checkScript");
  v8::TryCatch caught(isolate);
  Local<Script> script;
  if (!Compile(context, info).ToLocal(&script)) return ReportError(context, &caught, true);
  info.GetReturnValue().Set(script->GetUnboundScript()->GetSourceMappingURL());
}

// runScript(source, name, line, column, symbol, sandbox, timeout in ms, displays errors): its completion value. A sandbox is
// one of makeContext's; null for the guest's own context. Throws ERR_SCRIPT_EXECUTION_TIMEOUT.
void RunScript(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> current = isolate->GetCurrentContext();
  if (!info[0]->IsString() || !info[1]->IsString()) return ThrowTypeError(isolate, "runScript");
  Local<Context> context = current;
  if (!info[5]->IsNullOrUndefined() && !ContextOfSandbox(current, info[5]).ToLocal(&context)) {
    return ThrowTypeError(isolate, "the sandbox is not a context");
  }
  int64_t milliseconds = info[6]->IsNumber() ? static_cast<int64_t>(info[6].As<v8::Number>()->Value()) : 0;
  {
    Context::Scope scope(context);
    v8::TryCatch caught(isolate);
    Local<Script> script;
    if (!Compile(context, info).ToLocal(&script)) return ReportError(current, &caught, true);
    Watchdog watchdog(isolate, milliseconds);
    Local<Value> result;
    bool has_returned = script->Run(context).ToLocal(&result);
    if (has_returned) DrainOwnMicrotasks(current, context);
    if (!watchdog.Stop()) {
      if (has_returned) {
        info.GetReturnValue().Set(result);
      } else if (info[7]->IsTrue()) {
        ReportError(current, &caught, true);
      } else if (!caught.HasTerminated()) {
        caught.ReThrow();
      }
      return;
    }
  }
  ThrowTimeout(isolate, milliseconds);
}

// compileFunction(source, name, line, column, symbol, parameters, sandbox, extensions): [function, source map's URL].
void CompileFunction(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> current = isolate->GetCurrentContext();
  if (!info[0]->IsString() || !info[1]->IsString() || !info[5]->IsArray()) return ThrowTypeError(isolate, "compileFunction");
  Local<Context> context = current;
  if (!info[6]->IsNullOrUndefined() && !ContextOfSandbox(current, info[6]).ToLocal(&context)) {
    return ThrowTypeError(isolate, "the sandbox is not a context");
  }
  std::vector<Local<String>> parameters;
  Local<Array> names = info[5].As<Array>();
  for (uint32_t index = 0; index < names->Length(); index++) {
    Local<Value> name;
    if (!names->Get(current, index).ToLocal(&name)) return;
    if (!name->IsString()) return ThrowTypeError(isolate, "a parameter's name");
    parameters.push_back(name.As<String>());
  }
  std::vector<Local<Object>> extensions;
  if (info[7]->IsArray()) {
    Local<Array> objects = info[7].As<Array>();
    for (uint32_t index = 0; index < objects->Length(); index++) {
      Local<Value> object;
      if (!objects->Get(current, index).ToLocal(&object)) return;
      if (!object->IsObject()) return ThrowTypeError(isolate, "a context extension");
      extensions.push_back(object.As<Object>());
    }
  }
  ScriptCompiler::Source source(info[0].As<String>(), OriginOf(isolate, info[1], IntegerOr(info[2], 0),
                                                               IntegerOr(info[3], 0), false, info[4]));
  v8::TryCatch caught(isolate);
  Local<Function> function;
  {
    Context::Scope scope(context);
    if (!ScriptCompiler::CompileFunction(context, &source, parameters.size(), parameters.data(), extensions.size(),
                                         extensions.data(), ScriptCompiler::kNoCompileOptions)
             .ToLocal(&function)) {
      return ReportError(current, &caught, true);
    }
  }
  Local<Value> result[] = {function, function->GetScriptOrigin().SourceMapUrl()};
  info.GetReturnValue().Set(Array::New(isolate, result, 2));
}

}  // namespace

void ThrowTimeout(Isolate* isolate, int64_t milliseconds) {
  isolate->CancelTerminateExecution();
  std::string text = "Script execution timed out after " + std::to_string(milliseconds) + "ms";
  Local<Object> error = v8::Exception::Error(Text(isolate, text.c_str())).As<Object>();
  error->Set(isolate->GetCurrentContext(), Text(isolate, "code"), Text(isolate, "ERR_SCRIPT_EXECUTION_TIMEOUT")).Check();
  isolate->ThrowException(error);
}

void DrainOwnMicrotasks(Local<Context> current, Local<Context> context) {
  v8::MicrotaskQueue* queue = context->GetMicrotaskQueue();
  if (queue != nullptr && queue != current->GetMicrotaskQueue()) queue->PerformCheckpoint(Isolate::GetCurrent());
}

void DefineScripts(Local<Context> context, Local<Object> target) {
  Define(context, target, "checkScript", CheckScript);
  Define(context, target, "runScript", RunScript);
  Define(context, target, "compileFunction", CompileFunction);
}

}  // namespace secure_exec
