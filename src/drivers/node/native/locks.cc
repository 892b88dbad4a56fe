// Locks of navigator.locks: one list for each guest, outside of any isolate, as they hold between its threads. A thread names a
// request by its number, which is good for its own only. Who waits is told by an event that its thread takes.
#include "state.h"

#include <algorithm>
#include <list>
#include <map>
#include <mutex>

namespace secure_exec {

namespace {

using v8::Array;
using v8::FunctionCallbackInfo;
using v8::Integer;
using v8::Isolate;
using v8::Local;
using v8::Number;
using v8::String;
using v8::Value;

// Of all guests of this process.
constexpr size_t kRequestsMax = 100'000;
constexpr size_t kBytesMax = 16u * 1024 * 1024;

constexpr int kUnavailable = -1;
constexpr int kWaits = 0;
constexpr int kGranted = 1;
constexpr int kStolen = 2;

using Text16 = std::u16string;

struct Request {
  uint64_t id = 0;
  uint32_t thread = 0;
  Text16 name;
  Text16 client;
  bool is_shared = false;
  bool is_held = false;
};

struct Event {
  uint64_t id = 0;
  uint32_t thread = 0;
  int kind = kWaits;
};

struct Guest {
  // In the order in which they came.
  std::list<Request> requests;
  std::vector<Event> events;
};

struct Locks {
  std::mutex mutex;
  std::unordered_map<uint64_t, Guest> guests;
  uint64_t last_id = 0;
  size_t count = 0;
  size_t bytes = 0;
};

// Never destroyed: threads may be in it when the process ends.
Locks& TheLocks() {
  static Locks* locks = new Locks();
  return *locks;
}

size_t CostOf(const Request& request) { return 2 * (request.name.size() + request.client.size()); }

Text16 TextOf(Isolate* isolate, Local<Value> text) {
  String::Value value(isolate, text);
  return Text16(reinterpret_cast<const char16_t*>(*value), static_cast<size_t>(value.length()));
}

Local<Value> ValueOf(Isolate* isolate, const Text16& text) {
  Local<String> value;
  auto* data = reinterpret_cast<const uint16_t*>(text.data());
  bool is_made = String::NewFromTwoByte(isolate, data, v8::NewStringType::kNormal, static_cast<int>(text.size())).ToLocal(&value);
  return is_made ? value.As<Value>() : v8::Undefined(isolate).As<Value>();
}

// Whether nothing that is held, and nobody who waits, stands in the way of a new request.
bool IsGrantable(const Guest& guest, const Request& request) {
  for (const auto& other : guest.requests) {
    if (other.name != request.name) continue;
    if (!other.is_held || !request.is_shared || !other.is_shared) return false;
  }
  return true;
}

// What is held of a name, and whether somebody waits for it.
struct NameState {
  bool is_shared = false;
  bool is_exclusive = false;
  bool has_waiting = false;
};

// Grants what can be, in one pass over all, and tells whose it is.
void GrantWaiting(Guest& guest) {
  std::map<Text16, NameState> names;
  for (const auto& request : guest.requests) {
    if (request.is_held) (request.is_shared ? names[request.name].is_shared : names[request.name].is_exclusive) = true;
  }
  for (auto& request : guest.requests) {
    if (request.is_held) continue;
    NameState& name = names[request.name];
    bool is_free = !name.has_waiting && !name.is_exclusive && (request.is_shared || !name.is_shared);
    if (!is_free) {
      name.has_waiting = true;
      continue;
    }
    (request.is_shared ? name.is_shared : name.is_exclusive) = true;
    request.is_held = true;
    guest.events.push_back({request.id, request.thread, kGranted});
  }
}

std::list<Request>::iterator Remove(Locks& locks, Guest& guest, std::list<Request>::iterator at) {
  locks.count--;
  locks.bytes -= CostOf(*at);
  return guest.requests.erase(at);
}

// The threads that events wait for, each once.
std::vector<uint32_t> WaitedFor(const Guest& guest) {
  std::vector<uint32_t> threads;
  for (const auto& event : guest.events) {
    if (std::find(threads.begin(), threads.end(), event.thread) == threads.end()) threads.push_back(event.thread);
  }
  return threads;
}

void ReturnThreads(const FunctionCallbackInfo<Value>& info, const std::vector<uint32_t>& threads) {
  std::vector<Local<Value>> values;
  for (uint32_t thread : threads) values.push_back(Integer::NewFromUnsigned(info.GetIsolate(), thread));
  info.GetReturnValue().Set(Array::New(info.GetIsolate(), values.data(), values.size()));
}

// requestLock(name, client, shared, steals, ifAvailable): [number, outcome], or undefined where there is no room.
void RequestLock(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  if (state == nullptr || state->group == 0 || !info[0]->IsString() || !info[1]->IsString()) return;
  Request request;
  request.thread = state->thread;
  request.name = TextOf(isolate, info[0]);
  request.client = TextOf(isolate, info[1]);
  request.is_shared = info[2]->IsTrue();
  bool is_stealing = info[3]->IsTrue();
  int outcome = kWaits;
  double number = 0;
  {
    Locks& locks = TheLocks();
    std::lock_guard<std::mutex> lock(locks.mutex);
    if (locks.count >= kRequestsMax || locks.bytes + CostOf(request) > kBytesMax) return;
    Guest& guest = locks.guests[state->group];
    request.id = ++locks.last_id;
    number = static_cast<double>(request.id);
    if (is_stealing) {
      for (auto at = guest.requests.begin(); at != guest.requests.end();) {
        if (!at->is_held || at->name != request.name) {
          ++at;
          continue;
        }
        guest.events.push_back({at->id, at->thread, kStolen});
        at = Remove(locks, guest, at);
      }
    }
    request.is_held = is_stealing || IsGrantable(guest, request);
    outcome = request.is_held ? kGranted : info[4]->IsTrue() ? kUnavailable : kWaits;
    if (outcome != kUnavailable) {
      locks.count++;
      locks.bytes += CostOf(request);
      guest.requests.push_back(std::move(request));
    }
  }
  Local<Value> result[] = {Number::New(isolate, number), Integer::New(isolate, outcome)};
  info.GetReturnValue().Set(Array::New(isolate, result, 2));
}

// Takes away the requests of this guest that fit, and answers the threads to wake.
template <typename Fits>
void Release(const FunctionCallbackInfo<Value>& info, Fits fits) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  if (state == nullptr || state->group == 0) return ReturnThreads(info, {});
  std::vector<uint32_t> threads;
  {
    Locks& locks = TheLocks();
    std::lock_guard<std::mutex> lock(locks.mutex);
    auto found = locks.guests.find(state->group);
    if (found != locks.guests.end()) {
      Guest& guest = found->second;
      for (auto at = guest.requests.begin(); at != guest.requests.end();) at = fits(*at) ? Remove(locks, guest, at) : std::next(at);
      GrantWaiting(guest);
      threads = WaitedFor(guest);
    }
  }
  ReturnThreads(info, threads);
}

// releaseLock(number): of this thread's; also one that waits. The threads that have something to take then.
void ReleaseLock(const FunctionCallbackInfo<Value>& info) {
  State* state = StateOf(info.GetIsolate()->GetCurrentContext());
  uint32_t thread = state == nullptr ? 0 : state->thread;
  double number = info[0]->IsNumber() ? info[0].As<Number>()->Value() : 0;
  Release(info, [&](const Request& request) { return request.thread == thread && static_cast<double>(request.id) == number; });
}

// releaseLocksOf(thread): of one that has ended.
void ReleaseLocksOf(const FunctionCallbackInfo<Value>& info) {
  if (!info[0]->IsUint32()) return ReturnThreads(info, {});
  uint32_t thread = info[0].As<v8::Uint32>()->Value();
  Release(info, [&](const Request& request) { return request.thread == thread; });
}

// lockThreads(): whom something waits for.
void LockThreads(const FunctionCallbackInfo<Value>& info) {
  Release(info, [](const Request&) { return false; });
}

// takeLockEvents(): numbers and kinds by turns: what has become of this thread's requests.
void TakeLockEvents(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  std::vector<Event> own;
  if (state != nullptr && state->group != 0) {
    Locks& locks = TheLocks();
    std::lock_guard<std::mutex> lock(locks.mutex);
    auto found = locks.guests.find(state->group);
    if (found != locks.guests.end()) {
      auto& events = found->second.events;
      for (const auto& event : events) if (event.thread == state->thread) own.push_back(event);
      events.erase(std::remove_if(events.begin(), events.end(), [&](const Event& event) { return event.thread == state->thread; }),
                   events.end());
    }
  }
  std::vector<Local<Value>> values;
  for (const auto& event : own) {
    values.push_back(Number::New(isolate, static_cast<double>(event.id)));
    values.push_back(Integer::New(isolate, event.kind));
  }
  info.GetReturnValue().Set(Array::New(isolate, values.data(), values.size()));
}

// queryLocks(): [name, client, is shared, is held] of each request of this thread. Node tells a thread of its own only, too.
void QueryLocks(const FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  State* state = StateOf(isolate->GetCurrentContext());
  std::vector<Request> requests;
  if (state != nullptr && state->group != 0) {
    Locks& locks = TheLocks();
    std::lock_guard<std::mutex> lock(locks.mutex);
    auto found = locks.guests.find(state->group);
    if (found != locks.guests.end()) {
      for (const auto& request : found->second.requests) if (request.thread == state->thread) requests.push_back(request);
    }
  }
  std::vector<Local<Value>> values;
  for (const auto& request : requests) {
    Local<Value> told[] = {ValueOf(isolate, request.name), ValueOf(isolate, request.client),
                           v8::Boolean::New(isolate, request.is_shared), v8::Boolean::New(isolate, request.is_held)};
    values.push_back(Array::New(isolate, told, 4));
  }
  info.GetReturnValue().Set(Array::New(isolate, values.data(), values.size()));
}

}  // namespace

void ForgetLocks(uint64_t group) {
  Locks& locks = TheLocks();
  std::lock_guard<std::mutex> lock(locks.mutex);
  auto found = locks.guests.find(group);
  if (found == locks.guests.end()) return;
  for (const auto& request : found->second.requests) {
    locks.count--;
    locks.bytes -= CostOf(request);
  }
  locks.guests.erase(found);
}

void DefineLocks(Local<v8::Context> context, Local<v8::Object> target) {
  Define(context, target, "requestLock", RequestLock);
  Define(context, target, "releaseLock", ReleaseLock);
  Define(context, target, "releaseLocksOf", ReleaseLocksOf);
  Define(context, target, "lockThreads", LockThreads);
  Define(context, target, "takeLockEvents", TakeLockEvents);
  Define(context, target, "queryLocks", QueryLocks);
}

}  // namespace secure_exec
