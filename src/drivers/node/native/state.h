// What the addon keeps for one isolate. It lives as long as the isolate: V8 gives an addon of isolated-vm no moment at which
// an isolate ends, so everything here is an Eternal (which dies with its isolate) or plain data, and the State of
// a dead isolate is replaced when a later one gets its address.
#pragma once

#include <v8.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace secure_exec {

struct ModuleRecord {
  v8::Eternal<v8::Module> module;
  // Of vm's modules: the context they run in. Empty: the guest's own.
  v8::Eternal<v8::Context> context;
  // What it imports, by the key that RequestKey makes: ids of other records.
  std::unordered_map<std::string, uint32_t> linked;
};

// One run of the collector.
struct GcRecord {
  int type;
  int flags;
  double began_ms;
  double took_ms;
};

class Writer;
class Reader;

struct State {
  // Functions of the guest half, called with what only V8 hears of.
  v8::Eternal<v8::Function> on_reject;
  v8::Eternal<v8::Function> on_import;
  v8::Eternal<v8::Function> on_import_meta;
  v8::Eternal<v8::Function> on_synthetic_evaluation;
  v8::Eternal<v8::Function> on_error;
  v8::Eternal<v8::Function> on_stack;
  v8::Eternal<v8::Function> on_uncaught;
  v8::Eternal<v8::Private> context_of_sandbox;
  v8::Eternal<v8::ObjectTemplate> sandbox_global;
  v8::Eternal<v8::Context> main_context;
  std::vector<ModuleRecord> modules;
  // Ids of trackCollection whose objects are gone.
  std::vector<uint32_t> collected;
  // Of recordGc: whether it is on, when the collector began, what it has done since it was asked.
  bool records_gc = false;
  double gc_began_ms = 0;
  std::vector<GcRecord> gc_records;
  std::unordered_multimap<int, uint32_t> modules_by_hash;
  // The serializations under way, innermost last: a host object's hook writes and reads in their midst.
  std::vector<Writer*> writers;
  std::vector<Reader*> readers;
  // Whose message ports it sees, and which thread of them it is; from joinGroup, once.
  uint64_t group = 0;
  uint32_t thread = 0;
  // It was ended because its heap was full.
  bool is_out_of_memory = false;
  // What TLS and HTTP/2 keep; see tls.h and http2.h.
  std::shared_ptr<void> tls;
  std::shared_ptr<void> http2;
};

// The State of a context's isolate: each context that guests can run in carries it.
State* StateOf(v8::Local<v8::Context> context);
// Gives back what the main thread of a guest that has ended holds of OpenSSL's and nghttp2's.
void ForgetConnections(uint64_t group);
// The same of its heap snapshots that nobody has read, and its shared environments.
void ForgetHeapSnapshots(uint64_t group);
void ForgetEnvironments(uint64_t group);
void AttachState(v8::Local<v8::Context> context, State* state);

using Callback = void (*)(const v8::FunctionCallbackInfo<v8::Value>&);

void Define(v8::Local<v8::Context> context, v8::Local<v8::Object> target, const char* name, Callback callback);
v8::Local<v8::String> Text(v8::Isolate* isolate, const char* text);
// Throws a TypeError of the guest's.
void ThrowTypeError(v8::Isolate* isolate, const char* text);
int32_t IntegerOr(v8::Local<v8::Value> value, int32_t otherwise);

// The origin of a guest's source. `symbol` comes back to on_import when the code says import().
v8::ScriptOrigin OriginOf(v8::Isolate* isolate, v8::Local<v8::Value> name, int line, int column, bool is_module,
                          v8::Local<v8::Value> symbol);
// Tells on_error of what `caught` holds, then lets it go on. `is_shown`: the place belongs in front of its stack.
void ReportError(v8::Local<v8::Context> context, v8::TryCatch* caught, bool is_shown);
// [file, line, column, end column, text of the line] of a message; columns count from 0.
v8::Local<v8::Value> PlaceOf(v8::Local<v8::Context> context, v8::Local<v8::Message> message);

void DefineIntrospection(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineModules(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineScripts(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineThreadClock(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineCollection(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineGcRecords(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineContexts(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineSerialization(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineWireFormat(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineHeapSnapshots(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineSharedEnvironments(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineMessages(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineHttp2(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
void DefineTls(v8::Local<v8::Context> context, v8::Local<v8::Object> target);
// Runs the microtasks of a context that has a queue of its own.
void DrainOwnMicrotasks(v8::Local<v8::Context> current, v8::Local<v8::Context> context);
// The context that `sandbox` was made one by makeContext; empty for other values.
v8::MaybeLocal<v8::Context> ContextOfSandbox(v8::Local<v8::Context> current, v8::Local<v8::Value> sandbox);

}  // namespace secure_exec
