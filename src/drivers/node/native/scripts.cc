// Scripts and functions made of a guest's source text. Code caches of guests are never taken: V8 trusts their bytes.
#include "state.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

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

// Ends what an isolate runs when its time is over.
class Watchdog {
 public:
  Watchdog(Isolate* isolate, int64_t milliseconds) {
    if (milliseconds <= 0) return;
    thread_ = std::thread([this, isolate, milliseconds] {
      std::unique_lock<std::mutex> lock(mutex_);
      if (done_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return is_done_; })) return;
      has_fired_ = true;
      isolate->TerminateExecution();
    });
  }

  // Whether the time was over.
  bool Stop() {
    if (!thread_.joinable()) return false;
    {
      std::lock_guard<std::mutex> lock(mutex_);
      is_done_ = true;
    }
    done_.notify_one();
    thread_.join();
    return has_fired_;
  }

  ~Watchdog() { Stop(); }

 private:
  std::mutex mutex_;
  std::condition_variable done_;
  bool is_done_ = false;
  bool has_fired_ = false;
  std::thread thread_;
};

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
  if (!Compile(context, info).ToLocal(&script)) return ReportCompileError(context, &caught);
  info.GetReturnValue().Set(script->GetUnboundScript()->GetSourceMappingURL());
}

// runScript(source, name, line, column, symbol, sandbox, timeout in ms): its completion value. A sandbox is one of
// makeContext's; null for the guest's own context. Throws ERR_SCRIPT_EXECUTION_TIMEOUT.
void RunScript(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  Local<Context> current = isolate->GetCurrentContext();
  if (!info[0]->IsString() || !info[1]->IsString()) return ThrowTypeError(isolate, "runScript");
  Local<Context> context = current;
  if (!info[5]->IsNullOrUndefined() && !ContextOfSandbox(current, info[5]).ToLocal(&context)) {
    return ThrowTypeError(isolate, "the sandbox is not a context");
  }
  bool has_timed_out = false;
  {
    Context::Scope scope(context);
    v8::TryCatch caught(isolate);
    Local<Script> script;
    if (!Compile(context, info).ToLocal(&script)) return ReportCompileError(current, &caught);
    Watchdog watchdog(isolate, info[6]->IsNumber() ? info[6].As<v8::Number>()->Value() : 0);
    Local<Value> result;
    bool has_returned = script->Run(context).ToLocal(&result);
    has_timed_out = watchdog.Stop();
    if (has_timed_out) isolate->CancelTerminateExecution();
    if (!has_timed_out && has_returned) {
      info.GetReturnValue().Set(result);
      return;
    }
    if (!has_timed_out) {
      if (!caught.HasTerminated()) caught.ReThrow();
      return;
    }
  }
  Local<Object> error = v8::Exception::Error(Text(isolate, "Script execution timed out.")).As<Object>();
  error->Set(current, Text(isolate, "code"), Text(isolate, "ERR_SCRIPT_EXECUTION_TIMEOUT")).Check();
  isolate->ThrowException(error);
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
      return ReportCompileError(current, &caught);
    }
  }
  Local<Value> result[] = {function, function->GetScriptOrigin().SourceMapUrl()};
  info.GetReturnValue().Set(Array::New(isolate, result, 2));
}

}  // namespace

void DefineScripts(Local<Context> context, Local<Object> target) {
  Define(context, target, "checkScript", CheckScript);
  Define(context, target, "runScript", RunScript);
  Define(context, target, "compileFunction", CompileFunction);
}

}  // namespace secure_exec
