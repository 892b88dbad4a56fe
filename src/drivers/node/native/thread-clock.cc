// What the thread that runs a guest has computed. isolated-vm runs an isolate now in this, now in that thread of its own, so
// each step says in which, and when by that thread's clock it began: who limits the guest reads the clock from outside.
#include "state.h"

#ifdef __linux__
#include <sys/syscall.h>
#include <unistd.h>
#endif
#include <time.h>

#include <atomic>

namespace secure_exec {

namespace {

using v8::Isolate;
using v8::Local;
using v8::Value;

// As in thread-clock.host.ts.
constexpr size_t kThread = 0;
constexpr size_t kBeganNs = 1;
constexpr size_t kDoneNs = 2;
constexpr size_t kWords = 3;

int64_t ThreadNumber() {
#ifdef __linux__
  return syscall(SYS_gettid);
#else
  return 0;
#endif
}

int64_t ThreadNs() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// timedStep(memory, step): calls `step` and keeps its time in `memory`.
void TimedStep(const v8::FunctionCallbackInfo<Value>& info) {
  Isolate* isolate = info.GetIsolate();
  if (!info[0]->IsSharedArrayBuffer() || !info[1]->IsFunction()) return ThrowTypeError(isolate, "timedStep");
  Local<v8::SharedArrayBuffer> memory = info[0].As<v8::SharedArrayBuffer>();
  if (memory->ByteLength() != kWords * sizeof(int64_t)) return ThrowTypeError(isolate, "timedStep");
  auto store = memory->GetBackingStore();
  auto* words = static_cast<std::atomic<int64_t>*>(store->Data());
  int64_t began = ThreadNs();
  words[kBeganNs].store(began);
  words[kThread].store(ThreadNumber());
  Local<Value> result;
  bool has_result = info[1].As<v8::Function>()->Call(isolate->GetCurrentContext(), v8::Undefined(isolate), 0, nullptr).ToLocal(&result);
  words[kDoneNs].fetch_add(ThreadNs() - began);
  words[kThread].store(0);
  if (has_result) info.GetReturnValue().Set(result);
}

// timeZoneChanged(): dates look the time zone of the process up again.
void TimeZoneChanged(const v8::FunctionCallbackInfo<Value>& info) {
  info.GetIsolate()->DateTimeConfigurationChangeNotification(Isolate::TimeZoneDetection::kRedetect);
}

}  // namespace

void DefineThreadClock(Local<v8::Context> context, Local<v8::Object> target) {
  Define(context, target, "timedStep", TimedStep);
  Define(context, target, "timeZoneChanged", TimeZoneChanged);
}

}  // namespace secure_exec
