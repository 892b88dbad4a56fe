// Which objects of a guest's have been collected: V8 tells it in tasks of its own, which do not run while the guest half waits
// inside of its isolate; so it asks.
#include "state.h"

namespace secure_exec {

namespace {

using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::Value;

struct Tracked {
  State* state;
  uint32_t id;
  v8::Global<v8::Object> object;
};

// trackCollection(object, id): `id` will be among those of takeCollected when the object is gone.
void TrackCollection(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr || !info[0]->IsObject() || !info[1]->IsUint32()) return ThrowTypeError(isolate, "trackCollection");
  // It ends with its object; what outlives its isolate is never looked at again.
  auto* tracked = new Tracked{state, info[1].As<v8::Uint32>()->Value(), {}};
  tracked->object.Reset(isolate, info[0].As<v8::Object>());
  tracked->object.SetWeak(
      tracked,
      [](const v8::WeakCallbackInfo<Tracked>& gone) {
        Tracked* tracked = gone.GetParameter();
        tracked->object.Reset();
        tracked->state->collected.push_back(tracked->id);
        delete tracked;
      },
      v8::WeakCallbackType::kParameter);
}

// takeCollected(): the ids of what has been collected since; undefined for none.
void TakeCollected(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr || state->collected.empty()) return;
  std::vector<Local<Value>> ids;
  for (uint32_t id : state->collected) ids.push_back(v8::Integer::NewFromUnsigned(isolate, id));
  state->collected.clear();
  info.GetReturnValue().Set(v8::Array::New(isolate, ids.data(), ids.size()));
}

}  // namespace

void DefineCollection(Local<v8::Context> context, Local<v8::Object> target) {
  Define(context, target, "trackCollection", TrackCollection);
  Define(context, target, "takeCollected", TakeCollected);
}

}  // namespace secure_exec
