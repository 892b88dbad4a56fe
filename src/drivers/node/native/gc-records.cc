// When the collector of a guest's isolate has run, for `perf_hooks`.
#include "state.h"

#include <chrono>

namespace secure_exec {

namespace {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Value;

// Of a guest that does not come to its loop.
constexpr size_t kRecordsMax = 1000;

double NowMs() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void OnBegin(Isolate*, v8::GCType, v8::GCCallbackFlags, void* data) { static_cast<State*>(data)->gc_began_ms = NowMs(); }

void OnEnd(Isolate*, v8::GCType type, v8::GCCallbackFlags flags, void* data) {
  State* state = static_cast<State*>(data);
  if (state->gc_records.size() >= kRecordsMax) return;
  state->gc_records.push_back({type, flags, state->gc_began_ms, NowMs() - state->gc_began_ms});
}

// recordGc(is on)
void RecordGc(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr || info[0]->IsTrue() == state->records_gc) return;
  state->records_gc = info[0]->IsTrue();
  if (state->records_gc) {
    isolate->AddGCPrologueCallback(OnBegin, state);
    isolate->AddGCEpilogueCallback(OnEnd, state);
  } else {
    isolate->RemoveGCPrologueCallback(OnBegin, state);
    isolate->RemoveGCEpilogueCallback(OnEnd, state);
    state->gc_records.clear();
  }
}

// takeGcRecords(): type, flags, how long ago it began and how long it took in ms, of each since; undefined for none.
void TakeGcRecords(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr || state->gc_records.empty()) return;
  std::vector<GcRecord> records;
  records.swap(state->gc_records);
  double now = NowMs();
  std::vector<Local<Value>> numbers;
  for (const GcRecord& record : records) {
    numbers.push_back(v8::Integer::New(isolate, record.type));
    numbers.push_back(v8::Integer::New(isolate, record.flags));
    numbers.push_back(v8::Number::New(isolate, now - record.began_ms));
    numbers.push_back(v8::Number::New(isolate, record.took_ms));
  }
  info.GetReturnValue().Set(v8::Array::New(isolate, numbers.data(), numbers.size()));
}

}  // namespace

void DefineGcRecords(Local<v8::Context> context, Local<v8::Object> target) {
  Define(context, target, "recordGc", RecordGc);
  Define(context, target, "takeGcRecords", TakeGcRecords);
}

}  // namespace secure_exec
