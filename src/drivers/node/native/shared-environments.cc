// Environments that several threads of a guest see as one (SHARE_ENV): names and values outside of any isolate, in the order in which
// they were set. A thread names one by its number, which is good in its group only.
#include "state.h"

#include <list>
#include <map>
#include <mutex>

namespace secure_exec {

namespace {

using v8::Context;
using v8::FunctionCallbackInfo;
using v8::Isolate;
using v8::Local;
using v8::String;
using v8::Value;

// Of all guests of this process.
constexpr size_t kBytesMax = 64u * 1024 * 1024;
// What a name costs beside its characters.
constexpr size_t kEntryBytes = 128;

using Text16 = std::u16string;

struct Entry {
  Text16 name;
  Text16 value;
};

struct Environment {
  uint64_t group = 0;
  std::list<Entry> entries;
  std::map<Text16, std::list<Entry>::iterator> by_name;
};

struct Environments {
  std::mutex mutex;
  std::unordered_map<uint32_t, Environment> all;
  uint32_t last_id = 0;
  size_t bytes = 0;
};

// Never destroyed: threads may be in it when the process ends.
Environments& TheEnvironments() {
  static Environments* environments = new Environments();
  return *environments;
}

size_t CostOf(const Entry& entry) { return kEntryBytes + 2 * (2 * entry.name.size() + entry.value.size()); }

Text16 TextOf(Isolate* isolate, Local<String> text) {
  String::Value value(isolate, text);
  return Text16(reinterpret_cast<const char16_t*>(*value), static_cast<size_t>(value.length()));
}

Local<Value> ValueOf(Isolate* isolate, const Text16& text) {
  Local<String> value;
  auto* data = reinterpret_cast<const uint16_t*>(text.data());
  bool is_made = String::NewFromTwoByte(isolate, data, v8::NewStringType::kNormal, static_cast<int>(text.size())).ToLocal(&value);
  return is_made ? value.As<Value>() : v8::Undefined(isolate).As<Value>();
}

// The caller's environment with that number; the mutex is held.
Environment* Find(Environments& environments, State* state, Local<Value> id) {
  if (state == nullptr || state->group == 0 || !id->IsUint32()) return nullptr;
  auto found = environments.all.find(id.As<v8::Uint32>()->Value());
  return found != environments.all.end() && found->second.group == state->group ? &found->second : nullptr;
}

// makeEnvironment(): a number for an empty one.
void MakeEnvironment(const FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  if (state == nullptr || state->group == 0) return;
  Environments& environments = TheEnvironments();
  std::lock_guard<std::mutex> lock(environments.mutex);
  if (environments.bytes + kEntryBytes > kBytesMax) return;
  environments.bytes += kEntryBytes;
  uint32_t id = ++environments.last_id;
  environments.all[id].group = state->group;
  info.GetReturnValue().Set(id);
}

// environmentValue(id, name): undefined when it is not set.
void EnvironmentValue(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[1]->IsString()) return;
  Text16 name = TextOf(isolate, info[1].As<String>());
  Text16 value;
  {
    Environments& environments = TheEnvironments();
    std::lock_guard<std::mutex> lock(environments.mutex);
    Environment* environment = Find(environments, StateOf(isolate->GetCurrentContext()), info[0]);
    if (environment == nullptr) return;
    auto found = environment->by_name.find(name);
    if (found == environment->by_name.end()) return;
    value = found->second->value;
  }
  info.GetReturnValue().Set(ValueOf(isolate, value));
}

// setEnvironmentValue(id, name, value): undefined as value takes the name away. Whether there was room.
void SetEnvironmentValue(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  info.GetReturnValue().Set(false);
  if (!info[1]->IsString() || !(info[2]->IsString() || info[2]->IsUndefined())) return;
  bool is_removal = info[2]->IsUndefined();
  Entry entry{TextOf(isolate, info[1].As<String>()), is_removal ? Text16() : TextOf(isolate, info[2].As<String>())};
  Environments& environments = TheEnvironments();
  std::lock_guard<std::mutex> lock(environments.mutex);
  Environment* environment = Find(environments, StateOf(isolate->GetCurrentContext()), info[0]);
  if (environment == nullptr) return;
  auto found = environment->by_name.find(entry.name);
  bool is_known = found != environment->by_name.end();
  size_t before = is_known ? CostOf(*found->second) : 0;
  size_t after = is_removal ? 0 : CostOf(entry);
  if (environments.bytes - before + after > kBytesMax) return;
  environments.bytes += after - before;
  if (is_removal && is_known) {
    environment->entries.erase(found->second);
    environment->by_name.erase(found);
  } else if (is_known) {
    found->second->value = std::move(entry.value);
  } else if (!is_removal) {
    Text16 name = entry.name;
    environment->by_name[name] = environment->entries.insert(environment->entries.end(), std::move(entry));
  }
  info.GetReturnValue().Set(true);
}

// environmentNames(id)
void EnvironmentNames(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  std::vector<Text16> names;
  {
    Environments& environments = TheEnvironments();
    std::lock_guard<std::mutex> lock(environments.mutex);
    Environment* environment = Find(environments, StateOf(isolate->GetCurrentContext()), info[0]);
    if (environment == nullptr) return;
    for (const auto& entry : environment->entries) names.push_back(entry.name);
  }
  std::vector<Local<Value>> values;
  for (const auto& name : names) values.push_back(ValueOf(isolate, name));
  info.GetReturnValue().Set(v8::Array::New(isolate, values.data(), values.size()));
}

}  // namespace

void ForgetEnvironments(uint64_t group) {
  Environments& environments = TheEnvironments();
  std::lock_guard<std::mutex> lock(environments.mutex);
  for (auto at = environments.all.begin(); at != environments.all.end();) {
    if (at->second.group != group) {
      ++at;
      continue;
    }
    environments.bytes -= kEntryBytes;
    for (const auto& entry : at->second.entries) environments.bytes -= CostOf(entry);
    at = environments.all.erase(at);
  }
}

void DefineSharedEnvironments(Local<Context> context, Local<v8::Object> target) {
  Define(context, target, "makeEnvironment", MakeEnvironment);
  Define(context, target, "environmentValue", EnvironmentValue);
  Define(context, target, "setEnvironmentValue", SetEnvironmentValue);
  Define(context, target, "environmentNames", EnvironmentNames);
}

}  // namespace secure_exec
